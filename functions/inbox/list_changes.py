from pydantic import BaseModel, Field

from shared.inbox import conversations
from shared.inbox.models import InboxChanges
from shared.runtime import Request, Role, http


class ChangesQuery(BaseModel):
    """`since` is the `version` of the answer before, 0 at first."""

    since: int = Field(default=0, ge=0, le=2**62)


@http("GET", "/conversations/changes", role=Role.STAFF, query=ChangesQuery)
def list_changes(request: Request) -> InboxChanges:
    """What changed in the inbox since a version: cheap enough to be asked every few seconds."""
    with request.transaction() as connection:
        return conversations.changes(connection, request.cipher(connection), request.query.since)
