"""Notes that staff write on a contact. They show in its timeline; only their author changes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.contacts import store, store_notes
from shared.contacts.refusing import refuse_identifiers
from shared.kernel.database import Connection
from shared.kernel.errors import Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher

# As the timeline opens what is sealed: a JSON object under this name.
_SEALED_FIELD = "event"


class NoteInput(BaseModel):
    """What to write down."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class Note(BaseModel):
    id: UUID
    contact_id: UUID
    text: str
    member_id: UUID
    created_at: datetime
    updated_at: datetime


def add(
    connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID, wanted: NoteInput
) -> Note:
    """A new note. Raises NotFound for no such contact, ValidationFailed for a number that may not be kept."""
    refuse_identifiers({"text": wanted.text})
    if store.get_contact(connection, contact_id, lock=True) is None:
        raise NotFound
    note_id = new_id()
    row = {"id": note_id, "contact_id": contact_id, "member_id": member_id}
    store_notes.insert(connection, {**row, "text_sealed": _sealed(cipher, wanted)})
    return _view(connection, cipher, contact_id, note_id)


def change(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    contact_id: UUID,
    note_id: UUID,
    wanted: NoteInput,
) -> Note:
    """Rewrites one's own note. Raises as `add`, Forbidden for another member's."""
    refuse_identifiers({"text": wanted.text})
    _own(connection, member_id, contact_id, note_id)
    store_notes.update(connection, note_id, _sealed(cipher, wanted))
    return _view(connection, cipher, contact_id, note_id)


def remove(
    connection: Connection, member_id: UUID, contact_id: UUID, note_id: UUID, *, may_remove_others: bool
) -> None:
    """Deletes a note; another member's only with the right to. Raises NotFound, Forbidden."""
    _own(connection, member_id, contact_id, note_id, unless=may_remove_others)
    store_notes.delete(connection, note_id)
    audit.record(connection, "contact.note_removed", member_id=member_id, target=str(contact_id))


def erase(connection: Connection, contact_ids: list[UUID]) -> None:
    """Deletes all notes of contacts that are being erased."""
    store_notes.delete_of_contacts(connection, contact_ids)


def _own(
    connection: Connection, member_id: UUID, contact_id: UUID, note_id: UUID, *, unless: bool = False
) -> None:
    alive = store.get_contact(connection, contact_id) is not None
    row = store_notes.get(connection, contact_id, note_id, lock=True) if alive else None
    if row is None:
        raise NotFound
    if row["member_id"] != member_id and not unless:
        raise Forbidden


def _sealed(cipher: TenantCipher, wanted: NoteInput) -> bytes:
    return cipher.seal_json(_SEALED_FIELD, {"text": wanted.text})


def _view(connection: Connection, cipher: TenantCipher, contact_id: UUID, note_id: UUID) -> Note:
    row = store_notes.get(connection, contact_id, note_id)
    if row is None:
        raise NotFound
    text = cipher.open_json(_SEALED_FIELD, row["text_sealed"])["text"]
    return Note(**{**row, "text": text})
