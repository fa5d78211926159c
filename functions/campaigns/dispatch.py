from uuid import UUID

from functions.campaigns.send_messages import send_messages
from shared.messaging import dispatching
from shared.runtime import actor


@actor(queue="sending", max_retries=0)
def dispatch() -> None:
    """Admits due messages at each carrier account's pace, for a second and a half."""

    def enqueue(tenant_id: UUID, campaign_id: UUID, limit: int) -> None:
        send_messages.send(str(tenant_id), str(campaign_id), limit)

    dispatching.run_turn(enqueue)
