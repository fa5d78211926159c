from shared.contacts import contacts
from shared.contacts.models import ContactItem, ContactQuery
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts", role=Role.STAFF, query=ContactQuery)
def list_contacts(request: Request) -> Page[ContactItem]:
    """Contacts by name or part of it, phone or four digits, e-mail, Kakao id and tags, newest first."""
    with request.transaction() as connection:
        return contacts.list_page(connection, request.cipher(connection), request.query)
