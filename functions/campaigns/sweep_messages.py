from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import sweeps
from shared.runtime import actor


@actor(queue="reports", max_retries=1)
def sweep_messages(tenant_id: str, sweep: str) -> None:
    """Runs one of the recovery sweeps for one camp."""
    sweeps.run(sweep, UUID(tenant_id), utc_now())
