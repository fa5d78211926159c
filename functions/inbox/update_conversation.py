from uuid import UUID

from shared.inbox import conversations
from shared.inbox.models import Conversation, ConversationChange
from shared.kernel.clock import utc_now
from shared.runtime import Request, Role, http


@http("PUT", "/conversations/{conversation_id}", role=Role.STAFF, body=ConversationChange)
def update_conversation(request: Request, conversation_id: UUID) -> Conversation:
    """Assigns, closes, opens again, marks as read: what is sent of these."""
    with request.transaction() as connection:
        return conversations.change(
            connection,
            request.cipher(connection),
            conversation_id,
            request.body,
            request.member.member_id,
            utc_now(),
        )
