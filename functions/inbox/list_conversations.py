from pydantic import BaseModel, Field

from shared.inbox import conversations
from shared.inbox.models import Conversation, ConversationFilter
from shared.runtime import Page, Request, Role, http


class ConversationQuery(BaseModel):
    """`q` is a whole phone number, or what finds a contact (a name or part of it)."""

    filter: ConversationFilter = "open"
    q: str = Field(default="", max_length=100)
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)


@http("GET", "/conversations", role=Role.STAFF, query=ConversationQuery)
def list_conversations(request: Request) -> Page[Conversation]:
    """The inbox: conversations, the newest text first."""
    query: ConversationQuery = request.query
    with request.transaction() as connection:
        return conversations.list_page(
            connection,
            request.cipher(connection),
            request.member.member_id,
            filter=query.filter,
            q=query.q,
            cursor=query.cursor,
            limit=query.limit,
        )
