from shared.inbox import canned
from shared.inbox.models import CannedReply
from shared.runtime import Page, Request, Role, http


@http("GET", "/canned-replies", role=Role.STAFF)
def list_canned_replies(request: Request) -> Page[CannedReply]:
    """Texts to answer with, by title."""
    with request.transaction() as connection:
        return Page(canned.list_all(connection))
