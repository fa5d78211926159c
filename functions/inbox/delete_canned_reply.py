from uuid import UUID

from shared.inbox import canned
from shared.runtime import Request, Role, http


@http("DELETE", "/canned-replies/{reply_id}", role=Role.STAFF)
def delete_canned_reply(request: Request, reply_id: UUID) -> None:
    """Deletes a canned reply."""
    with request.transaction() as connection:
        canned.remove(connection, reply_id, request.member.member_id)
