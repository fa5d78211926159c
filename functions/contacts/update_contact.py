from uuid import UUID

from functions.contacts.review_contacts import review_contacts
from shared.contacts import contacts
from shared.contacts.models import Contact, ContactInput
from shared.kernel.database import repeat_on_conflict
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("PUT", "/contacts/{contact_id}", role=Role.STAFF, body=ContactInput)
@repeat_on_conflict
def update_contact(request: Request, contact_id: UUID) -> Contact:
    """Changes the fields that are sent; the others stay."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive.check_written(request.body, is_hidden)
        stored = contacts.get(connection, cipher, contact_id)
        wanted = sensitive.with_hidden(request.body, stored, is_hidden)
        changed = contacts.change(connection, cipher, member.member_id, contact_id, wanted)
        changed = sensitive.shown(changed, is_hidden)
    review_contacts.send(str(request.tenant_id), [str(changed.id)])
    return changed
