from uuid import UUID

from shared import segments
from shared.runtime import Request, Role, http
from shared.segments import Segment


@http("GET", "/segments/{segment_id}", role=Role.STAFF)
def get_segment(request: Request, segment_id: UUID) -> Segment:
    """One segment."""
    with request.transaction() as connection:
        return segments.get(connection, segment_id)
