from datetime import timedelta
from uuid import UUID

from functions.privacy.forget_rejects import forget_rejects
from shared.kernel.clock import utc_now
from shared.privacy import retention
from shared.runtime import actor

_TURN = timedelta(seconds=5)


@actor(queue="background")
def apply_retention(tenant_id: str, run_id: str) -> None:
    """Deletes what a retention rule takes for some seconds, and lines up again for the rest."""
    if retention.advance(UUID(tenant_id), UUID(run_id), utc_now() + _TURN):
        apply_retention.send(tenant_id, run_id)
    elif retention.has_erased(UUID(tenant_id), UUID(run_id)):
        forget_rejects.send(tenant_id)
