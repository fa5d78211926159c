from functions.contacts.expire_export import expire_export
from shared.kernel.clock import utc_now
from shared.runtime import schedule
from shared.selections import exports


@schedule("0 */5 * * * *")
def expire_exports() -> None:
    """Starts the deletion of export files whose 24 hours are over."""
    for tenant_id, export_id in exports.expired(utc_now()):
        expire_export.send(str(tenant_id), str(export_id))
