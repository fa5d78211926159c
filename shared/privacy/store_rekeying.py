"""SQL of changing a tenant's data key. Names of tables and columns come from the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from shared.kernel.database import Connection
from shared.privacy.catalogue import SealedTable

Row = dict[str, Any]


def insert(c: Connection, rekeying_id: UUID, key_number: int, member_id: UUID | None) -> None:
    """Raises UniqueViolation while another one is under way."""
    c.execute(
        """INSERT INTO rekeyings (tenant_id, id, key_number, status, member_id)
           VALUES (current_tenant(), %s, %s, 'running', %s)""",
        [rekeying_id, key_number, member_id],
    )


def newest(c: Connection) -> Row | None:
    return c.execute(
        "SELECT * FROM rekeyings WHERE tenant_id = current_tenant() ORDER BY created_at DESC, id DESC LIMIT 1"
    ).fetchone()


def take(c: Connection, rekeying_id: UUID) -> Row | None:
    """The rekeying, locked; None when it has ended or another worker is at it."""
    return c.execute(
        """SELECT * FROM rekeyings WHERE tenant_id = current_tenant() AND id = %s
              AND status IN ('running', 'waiting') FOR UPDATE SKIP LOCKED""",
        [rekeying_id],
    ).fetchone()


def update(c: Connection, rekeying_id: UUID, **changes: Any) -> None:
    """Sets columns (names are ours) and notes that something happened."""
    if "place" in changes:
        changes["place"] = Jsonb(changes["place"])
    assignments = "".join(f"{name} = %({name})s, " for name in changes)
    c.execute(
        f"""UPDATE rekeyings SET {assignments} progressed_at = now()
             WHERE tenant_id = current_tenant() AND id = %(id)s""",
        {**changes, "id": rekeying_id},
    )


def stalled(c: Connection, running_before: datetime, waiting_before: datetime) -> list[Row]:
    """(tenant_id, rekeying_id) of those on which nothing has happened since; works outside every tenant."""
    return c.execute(
        "SELECT tenant_id, rekeying_id FROM rekeyings_stalled(%s, %s)", [running_before, waiting_before]
    ).fetchall()


def count_stale(c: Connection, table: SealedTable, key_number: int) -> int:
    """Rows with a value under another key: reads the tenant's part of the table, 0.5 s per million rows."""
    row = c.execute(
        sql.SQL("SELECT count(*) AS value FROM {} t WHERE t.tenant_id = current_tenant() AND ({})").format(
            sql.Identifier(table.name), _stale(table)
        ),
        {"number": key_number},
    ).fetchone()
    return int(row["value"]) if row else 0


def stale_rows(
    c: Connection, table: SealedTable, key_number: int, after: Sequence[str] | None, limit: int
) -> list[Row]:
    """The next rows with a value under another key, locked, in the order of the primary key, which is walked.

    Rows that somebody holds are left out: waiting for them could end in a deadlock. A later round takes them.
    """
    names = [sql.SQL("t.{}").format(sql.Identifier(name)) for name, _ in table.key]
    begin: sql.Composable = sql.SQL("true")
    if after is not None:
        given = [
            sql.SQL("{}::{}").format(sql.Literal(v), sql.SQL(kind)) for v, (_, kind) in _paired(after, table)
        ]
        begin = sql.SQL("({}) > ({})").format(_list(names), _list(given))
    statement = sql.SQL(
        """SELECT {keys}, {values} FROM {table} t
            WHERE t.tenant_id = current_tenant() AND {begin} AND ({stale})
            ORDER BY {order} LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED"""
    ).format(
        keys=_list(
            sql.SQL("{}::text AS {}").format(name, sql.Identifier(f"key_{at}"))
            for at, name in enumerate(names)
        ),
        values=_list(sql.SQL("t.{}").format(sql.Identifier(column)) for column in table.columns),
        table=sql.Identifier(table.name),
        begin=begin,
        stale=_stale(table),
        order=_list(names),
    )
    return c.execute(statement, {"number": key_number, "limit": limit}).fetchall()


def write_rows(c: Connection, table: SealedTable, rows: Sequence[Row]) -> None:
    """Puts values in place of those that `stale_rows` locked: one probe of the primary key each."""
    names = [name for name, _ in table.key]
    statement = sql.SQL(
        """UPDATE {table} t SET {assignments}
             FROM unnest({arrays}) AS n ({columns})
            WHERE t.tenant_id = current_tenant() AND {join}"""
    ).format(
        table=sql.Identifier(table.name),
        assignments=_list(sql.SQL("{0} = n.{0}").format(sql.Identifier(name)) for name in table.columns),
        arrays=_list(
            [sql.SQL("%s::text[]::{}[]").format(sql.SQL(kind)) for _, kind in table.key]
            + [sql.SQL("%s::bytea[]")] * len(table.columns)
        ),
        columns=_list(map(sql.Identifier, [*names, *table.columns])),
        join=sql.SQL(" AND ").join(sql.SQL("t.{0} = n.{0}").format(sql.Identifier(name)) for name in names),
    )
    keys = [[row[f"key_{at}"] for row in rows] for at in range(len(names))]
    c.execute(statement, [*keys, *([row[column] for row in rows] for column in table.columns)])


def unfinished_imports(c: Connection, since: datetime) -> int:
    """Imports that began before a moment and are still at work: they may hold values under an old key."""
    row = c.execute(
        """SELECT count(*) AS value FROM imports WHERE tenant_id = current_tenant() AND created_at <= %s
              AND status IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing')""",
        [since],
    ).fetchone()
    return int(row["value"]) if row else 0


def _paired(after: Sequence[str], table: SealedTable) -> list[tuple[str, tuple[str, str]]]:
    return list(zip(after, table.key, strict=True))


def _stale(table: SealedTable) -> sql.Composable:
    """NULL is not stale: it makes its comparison NULL."""
    return sql.SQL(" OR ").join(
        sql.SQL("get_byte(t.{}, 0) <> %(number)s").format(sql.Identifier(column)) for column in table.columns
    )


def _list(parts: Any) -> sql.Composed:
    joined: sql.Composed = sql.SQL(", ").join(parts)
    return joined
