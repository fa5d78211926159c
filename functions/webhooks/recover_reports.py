from functions.inbox.apply_inbound import apply_inbound
from functions.webhooks.apply_reports import apply_reports
from shared.kernel.clock import utc_now
from shared.messaging import reports
from shared.runtime import schedule


@schedule("*/5 * * * * *")
def recover_reports() -> None:
    """Applies carrier calls whose actor was lost. Window: 10 to 15 seconds after the call."""
    for tenant_id in reports.tenants_waiting(utc_now()):
        apply_reports.send(str(tenant_id))
        apply_inbound.send(str(tenant_id))
