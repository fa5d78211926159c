from shared.contacts import contacts, search
from shared.contacts.models import ContactItem, ContactQuery
from shared.kernel.database import Connection
from shared.runtime import Page, Request, Role, http
from shared.security.cipher import TenantCipher
from shared.segments import segments


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone or four digits, e-mail, Kakao id, tags, segment; newest first."""
    query: ContactQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        found = _of_segment(connection, cipher, query) if query.segment_id else None
        return contacts.list_page(connection, cipher, query, found)


def _of_segment(connection: Connection, cipher: TenantCipher, query: ContactQuery) -> search.Found:
    tokens = search.search_tokens(cipher, query.q, query.tag, query.import_id)
    assert query.segment_id is not None  # noqa: S101  (the caller has looked)
    ids, count = segments.page(connection, cipher, query.segment_id, tokens, query.cursor, query.limit + 1)
    return search.Found(ids, count.model_dump())
