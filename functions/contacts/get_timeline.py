from uuid import UUID

from shared.contacts import timeline
from shared.contacts.models import TimelineItem, TimelineQuery
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/{contact_id}/timeline", role=Role.STAFF, query=TimelineQuery)
def get_timeline(request: Request, contact_id: UUID) -> Page[TimelineItem]:
    """Imports, edits, merges, messages and their fate, opt-outs: newest first."""
    query: TimelineQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        page = timeline.timeline(connection, cipher, contact_id, query.cursor, query.limit)
        return sensitive.timeline(page, sensitive.hidden_from(connection, cipher, request.member))
