from uuid import UUID

from shared.contacts import notes
from shared.contacts.notes import Note, NoteInput
from shared.runtime import Request, Role, http


@http("POST", "/contacts/{contact_id}/notes", role=Role.STAFF, body=NoteInput, status=201, idempotent=True)
def add_note(request: Request, contact_id: UUID) -> Note:
    """Writes a note on a contact; it shows in the timeline."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return notes.add(connection, cipher, request.member.member_id, contact_id, request.body)
