from shared.contacts.models import ContactItem, ContactQuery
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http
from shared.selections import contact_lists


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery, in_turn=True)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone, e-mail, Kakao id, tags, segment, import, filter, saved view;
    best first."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return contact_lists.list_page(connection, cipher, request.member.member_id, request.query, is_hidden)
