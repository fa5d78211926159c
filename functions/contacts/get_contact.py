from uuid import UUID

from shared.contacts import contacts
from shared.contacts.models import Contact
from shared.runtime import Request, Role, http


@http("GET", "/contacts/{contact_id}", role=Role.STAFF)
def get_contact(request: Request, contact_id: UUID) -> Contact:
    """One contact with its points, tags and custom fields."""
    with request.transaction() as connection:
        return contacts.get(connection, request.cipher(connection), contact_id)
