"""SQL of notes on contacts."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, row: Row) -> None:
    """Each: id, contact_id, member_id, text_sealed."""
    connection.execute(
        """INSERT INTO contact_notes (tenant_id, id, contact_id, member_id, text_sealed)
           VALUES (current_tenant(), %(id)s, %(contact_id)s, %(member_id)s, %(text_sealed)s)""",
        row,
    )


def get(connection: Connection, contact_id: UUID, note_id: UUID, *, lock: bool = False) -> Row | None:
    """A note of a contact, or of one that is part of it. One that was parted again has its own notes back."""
    statement = """WITH RECURSIVE family (id) AS (
                     SELECT %s::uuid
                     UNION SELECT m.merged_id FROM contact_merges m JOIN family f ON m.kept_id = f.id
                            WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
                   SELECT * FROM contact_notes n
                    WHERE n.tenant_id = current_tenant() AND n.id = %s
                      AND n.contact_id IN (SELECT id FROM family)"""
    return connection.execute(statement + (" FOR UPDATE" if lock else ""), [contact_id, note_id]).fetchone()


def update(connection: Connection, note_id: UUID, text_sealed: bytes) -> None:
    connection.execute(
        """UPDATE contact_notes SET text_sealed = %s, updated_at = clock_timestamp()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [text_sealed, note_id],
    )


def delete(connection: Connection, note_id: UUID) -> None:
    connection.execute("DELETE FROM contact_notes WHERE tenant_id = current_tenant() AND id = %s", [note_id])


def delete_of_contacts(connection: Connection, contact_ids: list[UUID]) -> None:
    """Every note of erased contacts."""
    connection.execute(
        "DELETE FROM contact_notes WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)", [contact_ids]
    )
