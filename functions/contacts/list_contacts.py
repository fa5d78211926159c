from shared import segments
from shared.contacts import listing
from shared.contacts.models import ContactItem, ContactQuery
from shared.contacts.search import Criteria
from shared.kernel.database import Connection
from shared.runtime import Page, Request, Role, http
from shared.security.cipher import TenantCipher


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone, e-mail, Kakao id, tags, segment, import, filter; best first."""
    query: ContactQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return listing.list_page(connection, cipher, query, _further(connection, cipher, query))


def _further(connection: Connection, cipher: TenantCipher, query: ContactQuery) -> Criteria | None:
    """What a segment and a filter of one's own ask for together."""
    if query.segment_id is None and query.filter is None:
        return None
    both = Criteria() if query.filter is None else segments.criteria_of(query.filter, cipher)
    if query.segment_id is not None:
        both = both.and_also(segments.criteria(connection, cipher, query.segment_id))
    return both
