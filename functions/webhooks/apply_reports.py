from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import reports
from shared.runtime import actor


@actor(queue="reports", max_retries=5)
def apply_reports(tenant_id: str) -> None:
    """Applies the carrier calls of a camp that wait, lot by lot: while there are any, it starts again."""
    if reports.apply_waiting(UUID(tenant_id), utc_now()):
        apply_reports.send(tenant_id)
