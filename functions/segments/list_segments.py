from shared import segments
from shared.runtime import Page, Request, Role, http
from shared.segments import Segment


@http("GET", "/segments", role=Role.STAFF)
def list_segments(request: Request) -> Page[Segment]:
    """Saved filters, newest first."""
    with request.transaction() as connection:
        return Page(segments.list_all(connection))
