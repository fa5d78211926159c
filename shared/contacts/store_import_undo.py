"""SQL of the undo of an import. Pieces of it run in transactions of their own; all inside the tenant."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.contacts import store_later
from shared.kernel.database import Connection

Row = dict[str, Any]
PointKey = tuple[str, bytes]


def take_turn(c: Connection) -> None:
    """The same turn as the imports': one of them changes a tenant's contacts at a time."""
    c.execute("SELECT pg_advisory_xact_lock(hashtextextended('contacts:' || current_tenant(), 0))")


def wait_for_the_disk(c: Connection, *, wanted: bool) -> None:
    """Whether this transaction's commit does. A piece that is lost with the server is simply done again; what
    was waited for later has the pieces before it on the disk, too."""
    c.execute("SELECT set_config('synchronous_commit', %s, true)", ["on" if wanted else "off"])


def lock(c: Connection, import_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM imports WHERE tenant_id = current_tenant() AND id = %s FOR UPDATE", [import_id]
    ).fetchone()


def others_under_way(c: Connection, import_id: UUID, statuses: Sequence[str]) -> list[str]:
    """The statuses of other imports that are in one of these: a walk of the tenant's imports."""
    rows = c.execute(
        """SELECT DISTINCT status FROM imports
            WHERE tenant_id = current_tenant() AND id <> %s AND status = ANY(%s)""",
        [import_id, list(statuses)],
    ).fetchall()
    return [row["status"] for row in rows]


def begin(c: Connection, import_id: UUID, member_id: UUID) -> None:
    """One that stopped half way goes on from there."""
    c.execute(
        """UPDATE imports SET status = 'undoing', undone_by = %s, error = NULL, progressed_at = now(),
                  recoveries = 0
            WHERE tenant_id = current_tenant() AND id = %s""",
        [member_id, import_id],
    )


def progress(c: Connection, import_id: UUID, *, row: int, rows: int, counts: Row) -> None:
    """Moves the mark up to which all is undone, and the counters."""
    c.execute(
        """UPDATE imports SET undo_row = %(row)s, undo_done = undo_done + %(rows)s,
                  undo_restored = undo_restored + %(restored)s, undo_removed = undo_removed + %(removed)s,
                  undo_kept = undo_kept + %(kept)s, progressed_at = clock_timestamp(), recoveries = 0
            WHERE tenant_id = current_tenant() AND id = %(import_id)s""",
        {"row": row, "rows": rows, "import_id": import_id, **counts},
    )


def finish(c: Connection, import_id: UUID, columns: bytes | None) -> None:
    """`columns`: sealed, without the cells that were shown for the mapping."""
    c.execute(
        """UPDATE imports SET status = 'undone', undone_at = now(), progressed_at = now(), columns_sealed = %s
            WHERE tenant_id = current_tenant() AND id = %s""",
        [columns, import_id],
    )
    # The cells of people who are gone by now; what is undone repaired nothing.
    c.execute("DELETE FROM import_repairs WHERE tenant_id = current_tenant() AND import_id = %s", [import_id])


def stop(c: Connection, import_id: UUID, problem: Row) -> None:
    """The undo has not come to its end."""
    c.execute(
        "UPDATE imports SET status = 'failed', error = %s WHERE tenant_id = current_tenant() AND id = %s",
        [Jsonb(problem), import_id],
    )


def with_rows(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the contacts that a row of the file changed: probes of import_results_contact."""
    rows = c.execute(
        """SELECT DISTINCT contact_id FROM import_results
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND import_id = %s
              AND outcome <> 'unchanged'""",
        [list(contact_ids), import_id],
    ).fetchall()
    return {row["contact_id"] for row in rows}


def living_merges(c: Connection, import_id: UUID, limit: int | None = None) -> list[Row]:
    """Merges that an import made, newest first: a walk of contact_merges_import."""
    return c.execute(
        """SELECT * FROM contact_merges
            WHERE tenant_id = current_tenant() AND import_id = %s AND undone_at IS NULL
            ORDER BY id DESC LIMIT %s""",
        [import_id, limit],
    ).fetchall()


def rows_after(c: Connection, import_id: UUID, row_number: int, limit: int) -> list[Row]:
    """The next rows of the file and their contacts: a walk of the primary key."""
    return c.execute(
        """SELECT row_number, contact_id, outcome FROM import_results
            WHERE tenant_id = current_tenant() AND import_id = %s AND row_number > %s
            ORDER BY row_number LIMIT %s""",
        [import_id, row_number, limit],
    ).fetchall()


def hidden_by_bulk(c: Connection, contact_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the contacts that a bulk action deleted and that could still be restored."""
    rows = c.execute(
        """SELECT contact_id FROM deleted_contacts
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    ).fetchall()
    return {row["contact_id"] for row in rows}


def remove(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> list[PointKey]:
    """Deletes all personal data of contacts and returns those of their points that somebody shares; nobody
    has them now.

    The rows of `contacts` stay, so that messages keep their person's id; nothing is sent to them any more.
    Up to eight statements over primary keys and indexes that lead with the contact.
    """
    ids = {"ids": list(contact_ids), "import_id": import_id}
    in_use = store_later.tables_in_use(c)
    freed = c.execute(
        """DELETE FROM contact_points WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)b)
         RETURNING kind, hash""",
        ids,
    )
    points = [(row["kind"], row["hash"]) for row in freed] if "contact_shared_points" in in_use else []
    for table in ("contact_search", *sorted(in_use & _WITH_CONTACT)):
        c.execute(
            f"DELETE FROM {table} WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)b)", ids
        )
    if "consents" in in_use:
        _forget_consents(c, ids)
    if "recipients" in in_use:
        _blank_recipients(c, ids)
    c.execute(
        """UPDATE contacts SET name_sealed = NULL, name_hash = NULL,
                  address_sealed = NULL, address_hash = NULL,
                  birth_sealed = NULL, birth_hash = NULL, note_sealed = NULL, note_hash = NULL,
                  custom_sealed = NULL, custom_hash = NULL, tags = '{}',
                  deleted_at = now(), updated_at = now()
            WHERE tenant_id = current_tenant() AND id = ANY(%(ids)b)""",
        ids,
    )
    return points


_WITH_CONTACT = {"contact_aliases", "contact_shared_points", "deleted_contacts"}


def forget_consents(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> None:
    """Takes away the consents that an import brought to contacts of before it: probes of consents_contact.

    That somebody took one back stays: it ended others for the same, which would count again.
    """
    c.execute(
        """DELETE FROM consents k USING contacts o
            WHERE k.tenant_id = current_tenant() AND k.contact_id = ANY(%(ids)s)
              AND k.import_id = %(import_id)s AND k.withdrawn_at IS NULL
              AND o.tenant_id = current_tenant() AND o.id = k.contact_id
              AND o.import_id IS DISTINCT FROM %(import_id)s""",
        {"ids": list(contact_ids), "import_id": import_id},
    )


def _forget_consents(c: Connection, ids: Row) -> None:
    """Those that the import brought."""
    c.execute(
        """DELETE FROM consents
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)b) AND import_id = %(import_id)s""",
        ids,
    )


def _blank_recipients(c: Connection, ids: Row) -> None:
    c.execute(
        """UPDATE recipients SET name_sealed = NULL, phone_sealed = NULL
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)b)
              AND (name_sealed IS NOT NULL OR phone_sealed IS NOT NULL)""",
        ids,
    )


def mark_kept(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> int:
    """Marks the first row of each contact that the undo leaves as it is; how many were not marked before."""
    return c.execute(
        """UPDATE import_results r SET kept = true
             FROM (SELECT DISTINCT ON (contact_id) contact_id, row_number, kept FROM import_results
                    WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
                      AND import_id = %(import_id)s
                    ORDER BY contact_id, row_number) AS first
            WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s
              AND r.row_number = first.row_number AND NOT first.kept""",
        {"ids": list(contact_ids), "import_id": import_id},
    ).rowcount
