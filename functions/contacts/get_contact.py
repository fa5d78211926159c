from uuid import UUID

from shared.contacts import contacts
from shared.contacts.models import Contact
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("GET", "/contacts/{contact_id}", role=Role.STAFF)
def get_contact(request: Request, contact_id: UUID) -> Contact:
    """One contact with its points, tags and custom fields."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        found = contacts.get(connection, cipher, contact_id)
        return sensitive.shown(found, sensitive.hidden_from(connection, cipher, request.member))
