from functions.campaigns.sweep_messages import sweep_messages
from shared.kernel.clock import utc_now
from shared.messaging import sweeps
from shared.runtime import schedule


@schedule("0 */10 * * * *")
def expire_unreported() -> None:
    """Closes messages without an end. Window: 72 hours after the attempt (HANPYO_REPORT_EXPIRY_HOURS)."""
    for tenant_id in sweeps.tenants_unsettled(utc_now()):
        sweep_messages.send(str(tenant_id), "expire_unreported")
