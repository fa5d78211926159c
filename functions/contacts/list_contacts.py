from shared import segments
from shared.contacts import listing
from shared.contacts.models import ContactItem, ContactQuery
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone or four digits, e-mail, Kakao id, tags, segment, import; best first."""
    query: ContactQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        further = segments.criteria(connection, cipher, query.segment_id) if query.segment_id else None
        return listing.list_page(connection, cipher, query, further)
