"""SQL of imports. Everything runs inside the tenant's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.contacts.import_states import ALLOWED_FROM, WORKING
from shared.kernel.config import settings
from shared.kernel.database import Connection

Row = dict[str, Any]


def insert_import(c: Connection, values: Row) -> None:
    c.execute(
        """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256, encoding,
                  error, options_sealed, member_id, mends, finished_at)
           VALUES (current_tenant(), %(id)s, %(status)s, %(file_name_sealed)s, %(file_bytes)s,
                   %(file_sha256)s, %(encoding)s, %(error)s, %(options_sealed)s, %(member_id)s, %(mends)s,
                   CASE WHEN %(status)s = 'failed' THEN now() END)""",
        {**values, "error": Jsonb(values["error"]) if values["error"] else None},
    )


def get_import(c: Connection, import_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM imports WHERE tenant_id = current_tenant() AND id = %s", [import_id]
    ).fetchone()


def mended_by(c: Connection, import_id: UUID, limit: int) -> list[UUID]:
    """The imports that brought an import's rejected rows back, newest first: by imports_mends."""
    rows = c.execute(
        """SELECT id FROM imports WHERE tenant_id = current_tenant() AND mends = %s
            ORDER BY id DESC LIMIT %s""",
        [import_id, limit],
    ).fetchall()
    return [row["id"] for row in rows]


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
    # The time that the file waited for its uploader's answers is none that we took.
    stamp = {
        "inspecting": ", started_at = coalesce(started_at, now())",
        "ingesting": ", started_at = CASE WHEN status = 'awaiting_mapping' THEN now() ELSE started_at END",
    }
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


def claim_chunk(c: Connection, import_id: UUID) -> int | None:
    """The first chunk that nobody is at, now the caller's; to be committed, so that others see it.

    Whoever claimed one and is not done within the recovery window counts as dead.
    """
    row = c.execute(
        """UPDATE import_chunks SET claimed_at = now()
            WHERE tenant_id = current_tenant() AND import_id = %(import_id)s AND number = (
              SELECT number FROM import_chunks
               WHERE tenant_id = current_tenant() AND import_id = %(import_id)s AND done_at IS NULL
                 AND (claimed_at IS NULL OR claimed_at < now() - %(window)s)
               ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING number""",
        {"import_id": import_id, "window": settings().recovery_window},
    ).fetchone()
    return row["number"] if row else None


def release_chunk(c: Connection, import_id: UUID, number: int) -> None:
    """Gives a claimed chunk back."""
    c.execute(
        """UPDATE import_chunks SET claimed_at = NULL
            WHERE tenant_id = current_tenant() AND import_id = %s AND number = %s AND done_at IS NULL""",
        [import_id, number],
    )


def lock_import(c: Connection, import_id: UUID) -> Row | None:
    """The import, locked until the end of the transaction; waits for who holds it."""
    return c.execute(
        "SELECT * FROM imports WHERE tenant_id = current_tenant() AND id = %s FOR UPDATE", [import_id]
    ).fetchone()


def finish_chunk(c: Connection, import_id: UUID, number: int, rows: int, counts: dict[str, int]) -> Row:
    """Marks a chunk as done and adds to the import's counters (names are ours). The import's row."""
    c.execute(
        """UPDATE import_chunks SET done_at = now()
            WHERE tenant_id = current_tenant() AND import_id = %s AND number = %s""",
        [import_id, number],
    )
    added = "".join(f", {name} = {name} + %({name})s" for name in counts)
    row = c.execute(
        f"""UPDATE imports SET chunks_done = %(number)s, done_rows = done_rows + %(rows)s,
                   progressed_at = now(), recoveries = 0 {added}
             WHERE tenant_id = current_tenant() AND id = %(import_id)s
         RETURNING status, chunks_done, chunks_total""",
        {"import_id": import_id, "number": number, "rows": rows, **counts},
    ).fetchone()
    assert row is not None  # noqa: S101  # locked by the caller
    return row


def warn(c: Connection, import_id: UUID, warning: str) -> None:
    """Adds to what the import's result says, once."""
    c.execute(
        """UPDATE imports SET warnings = warnings || to_jsonb(%(warning)s::text)
            WHERE tenant_id = current_tenant() AND id = %(id)s AND NOT warnings ? %(warning)s""",
        {"id": import_id, "warning": warning},
    )


def rejects_after(c: Connection, import_id: UUID, row_number: int, limit: int) -> list[Row]:
    """Rejected rows in the order of the file: a walk of the primary key."""
    return c.execute(
        """SELECT row_number, reason, cells_sealed FROM import_rejects
            WHERE tenant_id = current_tenant() AND import_id = %s AND row_number > %s
            ORDER BY row_number LIMIT %s""",
        [import_id, row_number, limit],
    ).fetchall()


def clear(c: Connection, import_id: UUID) -> None:
    """Forgets what was kept of an import's rejected rows, and its chunks."""
    for table in ("import_rejects", "import_chunks"):
        c.execute(f"DELETE FROM {table} WHERE tenant_id = current_tenant() AND import_id = %s", [import_id])


def forget_repairs(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """The cells that repaired rows of people had: by import_results_contact and the primary key."""
    c.execute(
        """DELETE FROM import_repairs x USING import_results r
            WHERE r.tenant_id = current_tenant() AND r.contact_id = ANY(%s) AND r.repaired
              AND x.tenant_id = r.tenant_id AND x.import_id = r.import_id AND x.row_number = r.row_number""",
        [list(contact_ids)],
    )


def stalled(c: Connection, before: datetime) -> list[Row]:
    """(tenant_id, import_id) of imports without progress since a moment, across tenants."""
    return c.execute("SELECT tenant_id, import_id FROM imports_stalled(%s)", [before]).fetchall()


def is_any_under_way(c: Connection, moved_after: datetime) -> bool:
    """Whether an import of any tenant works and has made progress since a moment."""
    row = c.execute(
        """SELECT EXISTS (SELECT * FROM imports_stalled(now()) EXCEPT SELECT * FROM imports_stalled(%s))
               AS found""",
        [moved_after],
    ).fetchone()
    return row is not None and row["found"]


def claim_stalled(c: Connection, import_id: UUID, before: datetime) -> Row | None:
    """Takes a stalled import for one recovery; None when it moved meanwhile or somebody works on it.

    Its chunks are free again: whoever claimed one shortly before the crash would otherwise be waited for.
    """
    row = c.execute(
        """SELECT status, recoveries FROM imports
            WHERE tenant_id = current_tenant() AND id = %s AND status = ANY(%s) AND progressed_at <= %s
              FOR UPDATE SKIP LOCKED""",
        [import_id, [*WORKING, "undoing"], before],
    ).fetchone()
    if row is not None:
        c.execute(
            """UPDATE imports SET progressed_at = now(), recoveries = recoveries + 1
                WHERE tenant_id = current_tenant() AND id = %s""",
            [import_id],
        )
        c.execute(
            """UPDATE import_chunks SET claimed_at = NULL
                WHERE tenant_id = current_tenant() AND import_id = %s AND done_at IS NULL
                  AND claimed_at IS NOT NULL""",
            [import_id],
        )
    return row


def refresh_contact_statistics(c: Connection, *, waits: bool) -> bool:
    """ANALYZE of the contact tables, the transaction's own rows included: 0.1 s at any size.

    Without `waits` a table is left out that autovacuum is at, which may take seconds; False then.
    """
    row = c.execute("SELECT refresh_contact_statistics(%s) AS complete", [waits]).fetchone()
    return row is not None and bool(row["complete"])


def refresh_change_statistics(c: Connection) -> None:
    """ANALYZE of the logs of changes, by which an undo and its preview are planned: 0.1 s at any size."""
    c.execute("SELECT refresh_change_statistics()")


def clean_search_index(c: Connection) -> None:
    """Merges what waits for the search index, so that searches need not read through it: 6 µs a contact."""
    c.execute("SELECT clean_search_index()")
