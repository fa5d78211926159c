from shared.contacts import listing
from shared.contacts.models import ContactItem, ContactQuery
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http
from shared.security.cipher import known_cipher
from shared.selections import contact_lists


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery, in_turn=True, late_session=True)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone, e-mail, Kakao id, tags, segment, import, filter, saved view;
    best first."""
    known = known_cipher(request.signed.tenant_id)
    answered = known and listing.page_at_once(known, request.signed, request.query)
    if answered:
        request.meet(answered[0])
        return answered[1]
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return contact_lists.list_page(connection, cipher, request.member.member_id, request.query, is_hidden)
