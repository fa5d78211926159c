from functions.contacts.make_export import make_export
from shared.kernel.clock import utc_now
from shared.runtime import schedule
from shared.selections import exports


@schedule("15,45 * * * * *")
def recover_exports() -> None:
    """Gives out again an export that a crash left without a worker. The fifth attempt is the last."""
    for tenant_id, export_id in exports.stalled(utc_now()):
        make_export.send(str(tenant_id), str(export_id))
