from uuid import UUID

from pydantic import BaseModel, Field

from shared.inbox import thread
from shared.inbox.models import ThreadMessage
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


class ThreadQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)


@http("GET", "/conversations/{conversation_id}/messages", role=Role.STAFF, query=ThreadQuery)
def list_messages(request: Request, conversation_id: UUID) -> Page[ThreadMessage]:
    """A conversation, newest first: what was written there, and what campaigns sent the person."""
    query: ThreadQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return thread.page(connection, cipher, conversation_id, query.cursor, query.limit, is_hidden)
