from uuid import UUID

from shared.kernel.database import repeat_on_conflict
from shared.privacy import erasure
from shared.runtime import Request, Role, http


@http("DELETE", "/contacts/{contact_id}", role=Role.STAFF, status=204)
@repeat_on_conflict
def delete_contact(request: Request, contact_id: UUID) -> None:
    """Erases a contact's personal data at once; its opt-outs stay in force."""
    with request.transaction() as connection:
        erasure.delete(connection, request.cipher(connection), request.member.member_id, contact_id)
