"""SQL of segments and of the contacts a filter matches."""

from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]
COUNT_CAP = 100_000
HAS_TOKENS = sql.SQL(
    """EXISTS (SELECT 1 FROM contact_search s
                WHERE s.tenant_id = c.tenant_id AND s.contact_id = c.id AND s.tokens @> %s::integer[])"""
)


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


def count_matches(connection: Connection, condition: sql.Composable, parameters: list[Any]) -> int:
    """How many live contacts match, counted up to COUNT_CAP + 1."""
    row = connection.execute(
        sql.SQL(
            "SELECT count(*) AS value FROM (SELECT 1 FROM contacts c"
            " WHERE c.deleted_at IS NULL AND {} LIMIT %s) AS matches"
        ).format(condition),
        [*parameters, COUNT_CAP + 1],
    ).fetchone()
    return int(row["value"]) if row else 0


def newest_matches(
    connection: Connection,
    condition: sql.Composable,
    parameters: list[Any],
    limit: int,
    before: UUID | None = None,
) -> list[UUID]:
    """Ids of the newest live contacts that match, older than `before`."""
    rows = connection.execute(
        sql.SQL(
            """SELECT c.id FROM contacts c WHERE c.deleted_at IS NULL AND {}
                  AND c.id < coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                ORDER BY c.id DESC LIMIT %s"""
        ).format(condition),
        [*parameters, before, limit],
    ).fetchall()
    return [row["id"] for row in rows]
