from uuid import UUID

from shared.kernel.clock import utc_now
from shared.runtime import actor
from shared.selections import exports


@actor(queue="background", max_retries=5)
def expire_export(tenant_id: str, export_id: str) -> None:
    """Deletes an export's file once its 24 hours are over."""
    exports.expire(UUID(tenant_id), UUID(export_id), utc_now())
