from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import inspections
from shared.runtime import actor


@actor(queue="default", max_retries=1)
def look_at_inspections(tenant_id: str) -> None:
    """Takes over what the carrier says of a camp's templates under review."""
    inspections.ask(UUID(tenant_id), utc_now())
