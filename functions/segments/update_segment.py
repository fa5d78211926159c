from uuid import UUID

from shared import segments
from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.segments import Segment, SegmentDraft


@http("PUT", "/segments/{segment_id}", role=Role.STAFF, body=SegmentDraft)
def update_segment(request: Request, segment_id: UUID) -> Segment:
    """Replaces a segment; campaigns already launched keep their people."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return segments.change(connection, cipher, segment_id, request.body, member.member_id, is_hidden)
