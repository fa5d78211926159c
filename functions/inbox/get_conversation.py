from uuid import UUID

from shared.inbox import conversations
from shared.inbox.models import Conversation
from shared.runtime import Request, Role, http


@http("GET", "/conversations/{conversation_id}", role=Role.STAFF)
def get_conversation(request: Request, conversation_id: UUID) -> Conversation:
    """One conversation."""
    with request.transaction() as connection:
        return conversations.get(connection, request.cipher(connection), conversation_id)
