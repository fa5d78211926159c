"""SQL of frozen selections: the contacts that a bulk action or an export found at its start, in pieces."""

from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection

Row = dict[str, Any]
Condition = tuple[sql.Composable, list[Any]]

# One transaction's worth: long enough to be cheap, short enough that nobody waits long for a lock.
PIECE = 2_000

_FREEZE = sql.SQL(
    """INSERT INTO selection_pieces (tenant_id, job_id, number, contact_ids)
       SELECT current_tenant(), %s, number, array_agg(id ORDER BY id)
         FROM (SELECT c.id, (row_number() OVER (ORDER BY c.id) - 1) / {piece} AS number FROM contacts c
                WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {condition}) AS found
        GROUP BY number"""
)


def of_ids(contact_ids: list[UUID]) -> Condition:
    return sql.SQL("c.id = ANY(%s)"), [contact_ids]


def freeze(connection: Connection, job_id: UUID, condition: Condition) -> int:
    """Cuts the live contacts that match into pieces; how many there are. About 1 s for a million."""
    where, parameters = condition
    connection.execute(_FREEZE.format(piece=sql.Literal(PIECE), condition=where), [job_id, *parameters])
    row = connection.execute(
        """SELECT coalesce(sum(cardinality(contact_ids)), 0) AS total FROM selection_pieces
            WHERE tenant_id = current_tenant() AND job_id = %s""",
        [job_id],
    ).fetchone()
    return int(row["total"]) if row else 0


def count(connection: Connection, condition: Condition) -> int:
    """How many live contacts match; less work than `freeze`, which writes them down."""
    where, parameters = condition
    row = connection.execute(
        sql.SQL(
            """SELECT count(*) AS total FROM contacts c
                WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {condition}"""
        ).format(condition=where),
        parameters,
    ).fetchone()
    return int(row["total"]) if row else 0


def next_to_do(connection: Connection, job_id: UUID) -> Row | None:
    """The first piece that is not done. The caller holds the job's lock."""
    return connection.execute(
        """SELECT number, contact_ids FROM selection_pieces
            WHERE tenant_id = current_tenant() AND job_id = %s AND done_at IS NULL ORDER BY number LIMIT 1""",
        [job_id],
    ).fetchone()


def next_to_undo(connection: Connection, job_id: UUID) -> Row | None:
    """The first piece that was done and is not undone. The caller holds the job's lock."""
    return connection.execute(
        """SELECT number, contact_ids FROM selection_pieces
            WHERE tenant_id = current_tenant() AND job_id = %s AND done_at IS NOT NULL AND undone_at IS NULL
            ORDER BY number LIMIT 1""",
        [job_id],
    ).fetchone()


def mark_done(connection: Connection, job_id: UUID, number: int) -> None:
    connection.execute(
        """UPDATE selection_pieces SET done_at = now()
            WHERE tenant_id = current_tenant() AND job_id = %s AND number = %s""",
        [job_id, number],
    )


def mark_undone(connection: Connection, job_id: UUID, number: int) -> None:
    connection.execute(
        """UPDATE selection_pieces SET undone_at = now()
            WHERE tenant_id = current_tenant() AND job_id = %s AND number = %s""",
        [job_id, number],
    )


def piece_after(connection: Connection, job_id: UUID, number: int) -> Row | None:
    """The piece that follows a number."""
    return connection.execute(
        """SELECT number, contact_ids FROM selection_pieces
            WHERE tenant_id = current_tenant() AND job_id = %s AND number > %s ORDER BY number LIMIT 1""",
        [job_id, number],
    ).fetchone()


def forget(connection: Connection, job_id: UUID) -> None:
    """Drops a job's pieces."""
    connection.execute(
        "DELETE FROM selection_pieces WHERE tenant_id = current_tenant() AND job_id = %s", [job_id]
    )


def is_active_member(connection: Connection, member_id: UUID) -> bool:
    row = connection.execute(
        "SELECT 1 AS found FROM members WHERE id = %s AND status = 'active'", [member_id]
    ).fetchone()
    return row is not None
