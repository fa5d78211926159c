from uuid import UUID

from shared.kernel.clock import utc_now
from shared.runtime import actor
from shared.selections import bulk


@actor(queue="background", max_retries=5)
def erase_deleted_contacts(tenant_id: str, bulk_id: str) -> None:
    """Erases what a bulk action deleted more than 24 hours ago, for some seconds at a time; opt-outs stay."""
    if bulk.erase_deleted(UUID(tenant_id), UUID(bulk_id), utc_now()) is bulk.Progress.MORE:
        erase_deleted_contacts.send(tenant_id, bulk_id)
