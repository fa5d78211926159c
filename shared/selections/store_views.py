"""SQL of saved views."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, row: Row) -> None:
    """Each: id, member_id, name_sealed, query_sealed, shared."""
    connection.execute(
        """INSERT INTO contact_views (tenant_id, id, member_id, name_sealed, query_sealed, shared)
           VALUES (current_tenant(), %(id)s, %(member_id)s, %(name_sealed)s, %(query_sealed)s, %(shared)s)""",
        row,
    )


def update(connection: Connection, row: Row) -> None:
    """Each: id, name_sealed, query_sealed, shared."""
    connection.execute(
        """UPDATE contact_views SET name_sealed = %(name_sealed)s, query_sealed = %(query_sealed)s,
                  shared = %(shared)s, updated_at = now()
            WHERE tenant_id = current_tenant() AND id = %(id)s""",
        row,
    )


def visible(connection: Connection, member_id: UUID) -> list[Row]:
    """A member's own views and the shared ones, oldest first. A camp has few."""
    return connection.execute(
        """SELECT * FROM contact_views
            WHERE tenant_id = current_tenant() AND (member_id = %s OR shared) ORDER BY id""",
        [member_id],
    ).fetchall()


def get(connection: Connection, view_id: UUID, member_id: UUID, *, lock: bool = False) -> Row | None:
    """A view that a member sees."""
    statement = """SELECT * FROM contact_views
                    WHERE tenant_id = current_tenant() AND id = %s AND (member_id = %s OR shared)"""
    return connection.execute(statement + (" FOR UPDATE" if lock else ""), [view_id, member_id]).fetchone()


def count_of(connection: Connection, member_id: UUID) -> int:
    row = connection.execute(
        "SELECT count(*) AS value FROM contact_views WHERE tenant_id = current_tenant() AND member_id = %s",
        [member_id],
    ).fetchone()
    return int(row["value"]) if row else 0


def delete(connection: Connection, view_id: UUID) -> None:
    connection.execute("DELETE FROM contact_views WHERE tenant_id = current_tenant() AND id = %s", [view_id])
