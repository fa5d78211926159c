from functions.campaigns.sweep_messages import sweep_messages
from shared.kernel.clock import utc_now
from shared.messaging import sweeps
from shared.messaging.states import MessageState
from shared.runtime import schedule


@schedule("*/5 * * * * *")
def recover_sends() -> None:
    """Marks attempts whose answer was lost as unknown.

    Window: 60 to 65 seconds after the attempt (HANPYO_SEND_DEADLINE_SECONDS).
    """
    for tenant_id in sweeps.tenants_with(MessageState.SENDING, utc_now()):
        sweep_messages.send(str(tenant_id), "recover_sends")
