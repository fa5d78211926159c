from uuid import UUID

from functions.inbox.send_reply import send_reply
from shared.inbox import outbox, receiving
from shared.kernel.clock import utc_now
from shared.messaging import reports
from shared.runtime import actor, start


@actor(queue="reports", max_retries=5)
def apply_inbound(tenant_id: str) -> None:
    """Applies texts that came in, lot by lot, and starts the confirmations they are owed."""
    camp, now = UUID(tenant_id), utc_now()
    applied = reports.apply_inbound(camp, now, receiving.take)
    for message_id in outbox.waiting(camp, now):
        start(send_reply, tenant_id, str(message_id))
    if applied:
        apply_inbound.send(tenant_id)
