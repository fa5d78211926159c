from functions.campaigns.sweep_messages import sweep_messages
from shared.kernel.clock import utc_now
from shared.messaging import sweeps
from shared.messaging.states import MessageState
from shared.runtime import schedule


@schedule("*/5 * * * * *")
def resolve_unknown() -> None:
    """Asks the carrier about attempts with an unknown outcome.

    Window: from 5 seconds after it became unknown; "not found" is believed 60 seconds
    (HANPYO_UNKNOWN_GRACE_SECONDS) after the deadline, when nobody has set the clock since the attempt.
    """
    for tenant_id in sweeps.tenants_with(MessageState.UNKNOWN, utc_now()):
        sweep_messages.send(str(tenant_id), "resolve_unknown")
