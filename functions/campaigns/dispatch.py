from uuid import UUID

from functions.campaigns.send_messages import send_messages
from functions.campaigns.send_urgent import send_urgent
from shared.messaging import dispatching
from shared.runtime import schedule


@schedule("* * * * * *")
def dispatch() -> None:
    """Admits due messages at each carrier account's pace, for most of a second, each second.

    It runs in the scheduler's process: in a queue it would wait behind the very work it gives out.
    """

    def enqueue(tenant_id: UUID, campaign_id: UUID, account_id: UUID, limit: int, urgent: bool) -> None:
        actor = send_urgent if urgent else send_messages
        actor.send(str(tenant_id), str(campaign_id), str(account_id), limit)

    dispatching.run_turn(enqueue)
