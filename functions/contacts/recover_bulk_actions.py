from functions.contacts.run_bulk_action import run_bulk_action
from shared.kernel.clock import utc_now
from shared.runtime import schedule
from shared.selections import bulk


@schedule("*/5 * * * * *")
def recover_bulk_actions() -> None:
    """Gives out again a bulk action that a crash left without a worker, 20 to 25 seconds after its last step.

    One that was only slow gets two workers, which share it.
    """
    for tenant_id, bulk_id in bulk.take_stalled(utc_now()):
        run_bulk_action.send(str(tenant_id), str(bulk_id))
