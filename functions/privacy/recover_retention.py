from functions.privacy.apply_retention import apply_retention
from shared.kernel.clock import utc_now
from shared.privacy import retention
from shared.runtime import schedule


@schedule("5,35 * * * * *")
def recover_retention() -> None:
    """Gives out again a run that a crash took. Window: 30 to 60 seconds after its last step."""
    for tenant_id, run_id in retention.stalled(utc_now()):
        apply_retention.send(str(tenant_id), str(run_id))
