from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import tracing
from shared.messaging.models import MessageDecision
from shared.runtime import Request, Role, http


@http(
    "POST", "/campaigns/{campaign_id}/messages/{message_id}/decision", role=Role.ADMIN, body=MessageDecision
)
def decide_message(request: Request, campaign_id: UUID, message_id: UUID) -> None:
    """Says of a message whose outcome the carrier's list leaves open whether it was sent."""
    with request.transaction() as connection:
        tracing.decide(
            connection, campaign_id, message_id, request.body.sent, request.member.member_id, utc_now()
        )
