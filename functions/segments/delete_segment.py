from uuid import UUID

from shared import segments
from shared.runtime import Request, Role, http


@http("DELETE", "/segments/{segment_id}", role=Role.STAFF)
def delete_segment(request: Request, segment_id: UUID) -> None:
    """Deletes a segment."""
    with request.transaction() as connection:
        segments.remove(connection, segment_id, request.member.member_id)
