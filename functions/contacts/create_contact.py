from functions.contacts.review_contacts import review_contacts
from shared.contacts import contacts
from shared.contacts.models import Contact, ContactInput
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/contacts", role=Role.STAFF, body=ContactInput, status=201, idempotent=True)
def create_contact(request: Request) -> Contact:
    """A new contact. A phone, e-mail address or Kakao id that another contact has is a conflict."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        made = contacts.create(connection, cipher, request.member.member_id, request.body)
        made = sensitive.for_role(connection, cipher, made, request.member.role)
    review_contacts.send(str(request.tenant_id), [str(made.id)])
    return made
