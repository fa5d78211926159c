from uuid import UUID

from shared import segments
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("DELETE", "/segments/{segment_id}", role=Role.STAFF)
def delete_segment(request: Request, segment_id: UUID) -> None:
    """Deletes a segment."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        segments.remove(connection, cipher, segment_id, member.member_id, is_hidden)
