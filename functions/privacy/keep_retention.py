from uuid import UUID

from functions.privacy.apply_retention import apply_retention
from functions.privacy.forget_rejects import forget_rejects
from shared.kernel.clock import utc_now
from shared.privacy import retention
from shared.runtime import actor


@actor(queue="background")
def keep_retention(tenant_id: str) -> None:
    """Begins a camp's retention rules and deletes its old uploads."""
    for run_id in retention.daily(UUID(tenant_id), utc_now()):
        apply_retention.send(tenant_id, str(run_id))
    # What a lost actor may have left of erased people.
    forget_rejects.send(tenant_id)
