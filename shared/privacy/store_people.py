"""SQL of whom the privacy desk speaks of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def contact(c: Connection, contact_id: UUID, *, lock: bool = False) -> Row | None:
    """A live contact."""
    statement = """SELECT * FROM contacts
                    WHERE tenant_id = current_tenant() AND id = %s AND deleted_at IS NULL"""
    return c.execute(statement + (" FOR UPDATE" if lock else ""), [contact_id]).fetchone()


def holder(c: Connection, kind: str, point_hash: bytes) -> UUID | None:
    """The contact that has a point."""
    row = c.execute(
        """SELECT contact_id FROM contact_points
            WHERE tenant_id = current_tenant() AND kind = %s AND hash = %s""",
        [kind, point_hash],
    ).fetchone()
    return row["contact_id"] if row else None


def names(c: Connection, contact_ids: Sequence[UUID]) -> dict[UUID, bytes | None]:
    """Sealed names of live contacts."""
    rows = c.execute(
        """SELECT id, name_sealed FROM contacts
            WHERE tenant_id = current_tenant() AND id = ANY(%s) AND deleted_at IS NULL""",
        [list(contact_ids)],
    ).fetchall()
    return {row["id"]: row["name_sealed"] for row in rows}


def add_event(c: Connection, contact_id: UUID, kind: str, member_id: UUID | None, detail: Row) -> None:
    """Adds to a contact's timeline; `detail` holds words of ours, never personal data."""
    c.execute(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, member_id, detail)
           VALUES (current_tenant(), %s, %s, %s, %s)""",
        [contact_id, kind, member_id, Jsonb(detail)],
    )
