from uuid import UUID

from shared.inbox import canned
from shared.inbox.models import CannedDraft, CannedReply
from shared.runtime import Request, Role, http


@http("PUT", "/canned-replies/{reply_id}", role=Role.STAFF, body=CannedDraft)
def update_canned_reply(request: Request, reply_id: UUID) -> CannedReply:
    """Replaces a canned reply."""
    with request.transaction() as connection:
        return canned.change(connection, reply_id, request.body, request.member.member_id)
