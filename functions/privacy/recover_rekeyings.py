from functions.privacy.reseal import reseal
from shared.kernel.clock import utc_now
from shared.privacy import rekeying
from shared.runtime import schedule


@schedule("*/10 * * * * *")
def recover_rekeyings() -> None:
    """Gives out again the change of a data key that a crash took, or that waits for its last look.

    Window: 20 to 30 seconds after the last step, 30 to 40 seconds while it waits.
    """
    for tenant_id, rekeying_id in rekeying.stalled(utc_now()):
        reseal.send(str(tenant_id), str(rekeying_id))
