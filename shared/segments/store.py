"""SQL of segments and of the contacts a filter matches."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, segment_id: UUID, name: str, node: dict[str, Any]) -> None:
    connection.execute(
        "INSERT INTO segments (tenant_id, id, name, filter) VALUES (current_tenant(), %s, %s, %s)",
        [segment_id, name, Jsonb(node)],
    )


def update(connection: Connection, segment_id: UUID, name: str, node: dict[str, Any]) -> bool:
    row = connection.execute(
        """UPDATE segments SET name = %s, filter = %s, updated_at = now()
            WHERE id = %s RETURNING 1 AS done""",
        [name, Jsonb(node), segment_id],
    ).fetchone()
    return row is not None


def delete(connection: Connection, segment_id: UUID) -> bool:
    row = connection.execute(
        "DELETE FROM segments WHERE id = %s RETURNING 1 AS done", [segment_id]
    ).fetchone()
    return row is not None


def get(connection: Connection, segment_id: UUID) -> Row | None:
    return connection.execute("SELECT * FROM segments WHERE id = %s", [segment_id]).fetchone()


def list_all(connection: Connection) -> list[Row]:
    return connection.execute("SELECT * FROM segments ORDER BY created_at DESC, id DESC").fetchall()


def counted(connection: Connection, tag: str) -> int:
    """Live contacts with a tag, from the counter; "" counts everybody."""
    row = connection.execute(
        "SELECT count FROM contact_counters WHERE tenant_id = current_tenant() AND tag = %s", [tag]
    ).fetchone()
    return int(row["count"]) if row else 0
