from functions.campaigns.sweep_messages import sweep_messages
from shared.kernel.clock import utc_now
from shared.messaging import sweeps
from shared.messaging.states import MessageState
from shared.runtime import schedule


@schedule("*/15 * * * * *")
def reconcile_reports() -> None:
    """Asks for reports that did not come.

    Window: 60 seconds after acceptance (HANPYO_REPORT_POLL_SECONDS), then ever less often.
    """
    for tenant_id in sweeps.tenants_with(MessageState.ACCEPTED, utc_now()):
        sweep_messages.send(str(tenant_id), "reconcile_reports")
