from shared import segments
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http
from shared.segments import Segment


@http("GET", "/segments", role=Role.STAFF)
def list_segments(request: Request) -> Page[Segment]:
    """Saved filters, newest first."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return Page(segments.list_all(connection, cipher, is_hidden))
