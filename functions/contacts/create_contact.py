from shared.contacts import contacts
from shared.contacts.models import Contact, ContactInput
from shared.runtime import Request, Role, http


@http("POST", "/contacts", role=Role.STAFF, body=ContactInput, status=201, idempotent=True)
def create_contact(request: Request) -> Contact:
    """A new contact. A phone, e-mail address or Kakao id that another contact has is a conflict."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return contacts.create(connection, cipher, request.member.member_id, request.body)
