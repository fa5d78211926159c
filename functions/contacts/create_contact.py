from functions.contacts.review_contacts import review_contacts
from shared.contacts import contacts
from shared.contacts.models import Contact, ContactInput
from shared.privacy import erased, sensitive
from shared.runtime import Request, Role, http


@http("POST", "/contacts", role=Role.STAFF, body=ContactInput, status=201, idempotent=True)
def create_contact(request: Request) -> Contact:
    """A new contact. A phone, e-mail address or Kakao id that another contact has is a conflict."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        member = request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive.check_written(request.body, is_hidden)
        made = contacts.create(connection, cipher, member.member_id, request.body)
        erased.welcome_back(connection, member.member_id, member.role, made.id)
        made = sensitive.shown(made, is_hidden)
    review_contacts.send(str(request.tenant_id), [str(made.id)])
    return made
