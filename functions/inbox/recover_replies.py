from functions.inbox.send_reply import send_reply
from shared.inbox import outbox
from shared.kernel.clock import utc_now
from shared.runtime import schedule


@schedule("*/5 * * * * *")
def recover_replies() -> None:
    """Starts answers whose actor was lost, those to be tried again, and looks after those at the carrier."""
    for tenant_id, message_id in outbox.due(utc_now()):
        send_reply.send(str(tenant_id), str(message_id))
