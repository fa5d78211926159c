from uuid import UUID

from shared import segments
from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.segments import Segment


@http("GET", "/segments/{segment_id}", role=Role.STAFF)
def get_segment(request: Request, segment_id: UUID) -> Segment:
    """One segment."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return segments.get(connection, cipher, segment_id, is_hidden)
