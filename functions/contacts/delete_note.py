from uuid import UUID

from shared.contacts import notes
from shared.runtime import Request, Role, http


@http("DELETE", "/contacts/{contact_id}/notes/{note_id}", role=Role.STAFF, status=204)
def delete_note(request: Request, contact_id: UUID, note_id: UUID) -> None:
    """Deletes one's own note; an Admin may delete another member's."""
    member = request.member
    with request.transaction() as connection:
        others = Role(member.role).includes(Role.ADMIN)
        notes.remove(connection, member.member_id, contact_id, note_id, may_remove_others=others)
