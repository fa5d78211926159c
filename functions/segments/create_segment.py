from shared import segments
from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.segments import Segment, SegmentDraft


@http("POST", "/segments", role=Role.STAFF, body=SegmentDraft, status=201, idempotent=True)
def create_segment(request: Request) -> Segment:
    """Saves a filter."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return segments.create(connection, cipher, request.body, member.member_id, is_hidden)
