from shared.inbox import canned
from shared.inbox.models import CannedDraft, CannedReply
from shared.runtime import Request, Role, http


@http("POST", "/canned-replies", role=Role.STAFF, body=CannedDraft, status=201, idempotent=True)
def create_canned_reply(request: Request) -> CannedReply:
    """Saves a text to answer with again."""
    with request.transaction() as connection:
        return canned.create(connection, request.body, request.member.member_id)
