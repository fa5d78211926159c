from typing import Any
from uuid import UUID

from shared.runtime import actor
from shared.selections import bulk


@actor(queue="default")
def fail_bulk_action(message: dict[str, Any], retries: dict[str, Any]) -> None:
    """Ends a bulk action whose actor has failed as often as it may; what it did can be undone."""
    tenant_id, bulk_id = message["args"]
    bulk.fail(UUID(tenant_id), UUID(bulk_id))
