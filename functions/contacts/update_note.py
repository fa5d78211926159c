from uuid import UUID

from shared.contacts import notes
from shared.contacts.notes import Note, NoteInput
from shared.runtime import Request, Role, http


@http("PUT", "/contacts/{contact_id}/notes/{note_id}", role=Role.STAFF, body=NoteInput)
def update_note(request: Request, contact_id: UUID, note_id: UUID) -> Note:
    """Rewrites one's own note."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return notes.change(connection, cipher, member.member_id, contact_id, note_id, request.body)
