"""SQL of imports up to staging. Everything runs inside the tenant's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.contacts.import_states import ALLOWED_FROM, WORKING
from shared.kernel.database import Connection

Row = dict[str, Any]


def insert_import(c: Connection, values: Row) -> None:
    c.execute(
        """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256, encoding,
                  error, options_sealed, member_id, finished_at)
           VALUES (current_tenant(), %(id)s, %(status)s, %(file_name_sealed)s, %(file_bytes)s,
                   %(file_sha256)s, %(encoding)s, %(error)s, %(options_sealed)s, %(member_id)s,
                   CASE WHEN %(status)s = 'failed' THEN now() END)""",
        {**values, "error": Jsonb(values["error"]) if values["error"] else None},
    )


def get_import(c: Connection, import_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM imports WHERE tenant_id = current_tenant() AND id = %s", [import_id]
    ).fetchone()


def sealed_file_names(c: Connection, import_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The sealed name of each of these imports' files: one look at the primary key each."""
    rows = c.execute(
        "SELECT id, file_name_sealed FROM imports WHERE tenant_id = current_tenant() AND id = ANY(%s)",
        [list(import_ids)],
    )
    return {row["id"]: row["file_name_sealed"] for row in rows}


def newest_imports(c: Connection, before: UUID | None, limit: int) -> list[Row]:
    """A page of imports, newest first: a walk of the primary key."""
    return c.execute(
        """SELECT * FROM imports
            WHERE tenant_id = current_tenant()
              AND id < coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT %s""",
        [before, limit],
    ).fetchall()


def move(c: Connection, import_id: UUID, to: str, **columns: Any) -> Row | None:
    """Moves an import into a status and sets columns (names are ours), in one locked statement.

    None, and nothing changed, when it may not move there from where it is.
    """
    assignments = "".join(f", {name} = %({name})s" for name in columns)
    stamp = {"inspecting": ", started_at = coalesce(started_at, now())"}
    stamp |= dict.fromkeys(("completed", "failed"), ", finished_at = now()")
    return c.execute(
        f"""UPDATE imports SET status = %(to)s, progressed_at = now(), recoveries = 0
                   {assignments} {stamp.get(to, "")}
             WHERE tenant_id = current_tenant() AND id = %(import_id)s AND status = ANY(%(allowed)s)
         RETURNING *""",
        {"to": to, "import_id": import_id, "allowed": list(ALLOWED_FROM[to]), **columns},
    ).fetchone()


def touch(c: Connection, import_id: UUID) -> None:
    """Tells the recovery sweep that somebody is at work."""
    c.execute(
        """UPDATE imports SET progressed_at = now(), recoveries = 0
            WHERE tenant_id = current_tenant() AND id = %s""",
        [import_id],
    )


def insert_chunks(c: Connection, import_id: UUID, chunks: Sequence[tuple[int, int, int]]) -> None:
    """(number, first row, rows) of each chunk."""
    numbers, first_rows, rows = zip(*chunks, strict=True)
    c.execute(
        """INSERT INTO import_chunks (tenant_id, import_id, number, first_row, rows)
           SELECT current_tenant(), %s, * FROM unnest(%s::integer[], %s::integer[], %s::integer[])""",
        [import_id, list(numbers), list(first_rows), list(rows)],
    )


def open_chunks(c: Connection, import_id: UUID) -> list[int]:
    """The numbers of the chunks that are not ingested yet."""
    rows = c.execute(
        """SELECT number FROM import_chunks
            WHERE tenant_id = current_tenant() AND import_id = %s AND done_at IS NULL ORDER BY number""",
        [import_id],
    ).fetchall()
    return [row["number"] for row in rows]


def chunk_is_open(c: Connection, import_id: UUID, number: int, *, lock: bool = False) -> bool:
    """Whether a chunk still has to be ingested. `lock` keeps others from finishing it meanwhile."""
    row = c.execute(
        f"""SELECT done_at FROM import_chunks
             WHERE tenant_id = current_tenant() AND import_id = %s AND number = %s
               {"FOR UPDATE" if lock else ""}""",
        [import_id, number],
    ).fetchone()
    return row is not None and row["done_at"] is None


_ROW_COLUMNS = {
    "import_id": "uuid",
    "row_number": "int4",
    "contact_id": "uuid",
    "name_sealed": "bytea",
    "name_hash": "bytea",
    "address_sealed": "bytea",
    "address_hash": "bytea",
    "birth_sealed": "bytea",
    "birth_hash": "bytea",
    "note_sealed": "bytea",
    "note_hash": "bytea",
    "custom_sealed": "bytea",
    "custom_hash": "bytea",
    "tags": "text[]",  # both arrays come ready-made, see binary_arrays
    "tokens": "int4[]",
    "repaired": "bool",
}
_POINT_COLUMNS = {
    "import_id": "uuid",
    "row_number": "int4",
    "kind": "text",
    "hash": "bytea",
    "value_sealed": "bytea",
    "textable": "bool",
    "position": "int2",
}
_REJECT_COLUMNS = {"import_id": "uuid", "row_number": "int4", "reason": "text", "cells_sealed": "bytea"}


def stage_rows(c: Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Adds accepted rows to staging, in the order of _ROW_COLUMNS."""
    _copy(c, "import_rows", _ROW_COLUMNS, rows)


def stage_points(c: Connection, points: Iterable[Sequence[Any]]) -> None:
    """Adds rows' contact points to staging, in the order of _POINT_COLUMNS."""
    _copy(c, "import_row_points", _POINT_COLUMNS, points)


def stage_rejects(c: Connection, rejects: Iterable[Sequence[Any]]) -> None:
    """Keeps rejected rows, in the order of _REJECT_COLUMNS."""
    _copy(c, "import_rejects", _REJECT_COLUMNS, rejects)


def _copy(c: Connection, table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY by way of a temporary table: PostgreSQL refuses COPY FROM on a table with row-level security."""
    names = ", ".join(columns)
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with c.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE staged_{table} ({declared}) ON COMMIT DROP")
        with cursor.copy(f"COPY staged_{table} ({names}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["bytea" if kind.endswith("[]") else kind for kind in columns.values()])
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {table} (tenant_id, {names}) SELECT current_tenant(), {names} FROM staged_{table}"
        )


def finish_chunk(
    c: Connection, import_id: UUID, number: int, *, rows: int, rejected: int, repaired: int
) -> bool:
    """Marks a chunk as ingested and moves the counters; true when it was the last one."""
    c.execute(
        """UPDATE import_chunks SET done_at = now()
            WHERE tenant_id = current_tenant() AND import_id = %s AND number = %s""",
        [import_id, number],
    )
    row = c.execute(
        """UPDATE imports SET chunks_done = chunks_done + 1, done_rows = done_rows + %s,
                  rejected = rejected + %s, repaired = repaired + %s, progressed_at = now(), recoveries = 0
            WHERE tenant_id = current_tenant() AND id = %s
        RETURNING chunks_done = chunks_total AS last""",
        [rows, rejected, repaired, import_id],
    ).fetchone()
    return row is not None and row["last"]


def rejects_after(c: Connection, import_id: UUID, row_number: int, limit: int) -> list[Row]:
    """Rejected rows in the order of the file: a walk of the primary key."""
    return c.execute(
        """SELECT row_number, reason, cells_sealed FROM import_rejects
            WHERE tenant_id = current_tenant() AND import_id = %s AND row_number > %s
            ORDER BY row_number LIMIT %s""",
        [import_id, row_number, limit],
    ).fetchall()


def clear(c: Connection, import_id: UUID, *, rejects: bool) -> None:
    """Empties staging; with `rejects` also what was kept of rejected rows."""
    tables = ["import_row_points", "import_rows", *(["import_rejects", "import_chunks"] if rejects else [])]
    for table in tables:
        c.execute(f"DELETE FROM {table} WHERE tenant_id = current_tenant() AND import_id = %s", [import_id])


def stalled(c: Connection, before: datetime) -> list[Row]:
    """(tenant_id, import_id) of imports without progress since a moment, across tenants."""
    return c.execute("SELECT tenant_id, import_id FROM imports_stalled(%s)", [before]).fetchall()


def claim_stalled(c: Connection, import_id: UUID, before: datetime) -> Row | None:
    """Takes a stalled import for one recovery; None when it moved meanwhile or somebody works on it."""
    row = c.execute(
        """SELECT status, recoveries FROM imports
            WHERE tenant_id = current_tenant() AND id = %s AND status = ANY(%s) AND progressed_at <= %s
              FOR UPDATE SKIP LOCKED""",
        [import_id, list(WORKING), before],
    ).fetchone()
    if row is not None:
        c.execute(
            """UPDATE imports SET progressed_at = now(), recoveries = recoveries + 1
                WHERE tenant_id = current_tenant() AND id = %s""",
            [import_id],
        )
    return row


def refresh_contact_statistics(c: Connection) -> None:
    """ANALYZE of the contact tables, the transaction's own rows included: 0.3 s at 200,000 contacts."""
    c.execute("SELECT refresh_contact_statistics()")
