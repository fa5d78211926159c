from uuid import UUID

from shared.runtime import actor
from shared.selections import exports


@actor(queue="default", max_retries=5, time_limit=60 * 60 * 1000)
def make_export(tenant_id: str, export_id: str) -> None:
    """Makes an export's file, unless another worker is at it."""
    exports.make(UUID(tenant_id), UUID(export_id))
