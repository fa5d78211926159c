from uuid import UUID

from functions.contacts.review_contacts import review_contacts
from shared.contacts import contacts
from shared.contacts.models import Contact, ContactInput
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("PUT", "/contacts/{contact_id}", role=Role.STAFF, body=ContactInput)
def update_contact(request: Request, contact_id: UUID) -> Contact:
    """Changes the fields that are sent; the others stay."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        wanted = sensitive.with_hidden(connection, cipher, contact_id, request.body, member.role)
        changed = contacts.change(connection, cipher, member.member_id, contact_id, wanted)
        changed = sensitive.for_role(connection, cipher, changed, member.role)
    review_contacts.send(str(request.tenant_id), [str(changed.id)])
    return changed
