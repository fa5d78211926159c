from functions.contacts.erase_deleted_contacts import erase_deleted_contacts
from shared.kernel.clock import utc_now
from shared.runtime import schedule
from shared.selections import bulk


@schedule("30 */5 * * * *")
def expire_deleted_contacts() -> None:
    """Starts the erasure of what was deleted in bulk 24 hours ago (개인정보 보호법 제21조)."""
    for tenant_id, bulk_id in bulk.deletions_due(utc_now()):
        erase_deleted_contacts.send(str(tenant_id), str(bulk_id))
