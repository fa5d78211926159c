"""SQL of the walks that look for similar people. Everything runs inside the tenant's transaction."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import tuple_row

from shared.kernel.binary_format import uuid_parameter
from shared.kernel.database import Connection

Row = dict[str, Any]
Sealed = tuple[UUID, bytes | None, bytes | None, list[bytes], bytes | None]
"""A contact, its name, birth, other names and address, sealed."""


def one_at_a_time(c: Connection) -> None:
    """Until the end of the transaction nobody else compares in this tenant: two who compare two new contacts
    at once would not see each other's keys, and neither would find the pair."""
    c.execute("SELECT pg_advisory_xact_lock(hashtextextended('review:' || current_tenant(), 0))")


def sealed_people(c: Connection, contact_ids: list[UUID]) -> list[Sealed]:
    """What is compared of live contacts but their points: primary-key probes, 4 ms for 500."""
    return _read_many(
        c,
        """SELECT k.id, k.name_sealed, k.birth_sealed,
                  ARRAY(SELECT a.name_sealed FROM contact_aliases a
                         WHERE a.tenant_id = k.tenant_id AND a.contact_id = k.id),
                  k.address_sealed
             FROM contacts k
            WHERE k.tenant_id = current_tenant() AND k.id = ANY(%(ids)s) AND k.deleted_at IS NULL""",
        contact_ids,
    )


def sealed_points(c: Connection, contact_ids: list[UUID]) -> list[tuple[UUID, str, bytes]]:
    """(contact, kind, value) of their contact points, those they share included: probes of both contact
    indexes."""
    return _read_many(
        c,
        """SELECT contact_id, kind, value_sealed FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           UNION ALL
           SELECT contact_id, kind, value_sealed FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)""",
        contact_ids,
    )


def _read_many(c: Connection, statement: LiteralString, contact_ids: list[UUID]) -> list[Any]:
    """Rows as tuples, in the binary format: there are thousands for each batch, and as dictionaries read from
    text they take three times as long."""
    ids = uuid_parameter([contact_id.bytes for contact_id in contact_ids])
    with c.cursor(row_factory=tuple_row, binary=True) as cursor:
        return cursor.execute(statement, {"ids": ids}).fetchall()


def write_blocks(c: Connection, contact_ids: list[UUID], keys: list[list[int]]) -> None:
    """Sets the block keys of contacts; keys that stay cost nothing but the look."""
    c.execute(
        """INSERT INTO contact_blocks (tenant_id, contact_id, keys)
           SELECT current_tenant(), b.contact_id, b.keys::integer[]
             FROM unnest(%s::uuid[], %s::text[]) AS b (contact_id, keys)
           ON CONFLICT (tenant_id, contact_id) DO UPDATE SET keys = excluded.keys
            WHERE contact_blocks.keys <> excluded.keys""",
        [contact_ids, ["{" + ",".join(map(str, row)) + "}" for row in keys]],
    )


def contacts_of_blocks(c: Connection, keys: list[int], cap: int) -> list[Row]:
    """(key, contact_ids) where two to cap contacts have one of the keys.

    One look-up in the GIN index per key, 10 µs each.
    """
    return c.execute("SELECT key, contact_ids FROM contacts_of_blocks(%s, %s)", [keys, cap]).fetchall()


def start_scan(c: Connection, scan_id: UUID, import_id: UUID | None, total: int) -> UUID:
    """A new walk, or the one that runs already (over everybody) or was ever started (for an import)."""
    c.execute(
        """INSERT INTO contact_scans (tenant_id, id, import_id, whole, total)
           VALUES (current_tenant(), %(id)s, %(import_id)s, %(import_id)s::uuid IS NULL, %(total)s)
           ON CONFLICT DO NOTHING""",
        {"id": scan_id, "import_id": import_id, "total": total},
    )
    row = c.execute(
        """SELECT id FROM contact_scans
            WHERE tenant_id = current_tenant() AND import_id IS NOT DISTINCT FROM %s
              AND (import_id IS NOT NULL OR status = 'running') ORDER BY started_at DESC LIMIT 1""",
        [import_id],
    ).fetchone()
    return row["id"] if row else scan_id


def set_reach(c: Connection, scan_id: UUID, *, whole: bool, total: int) -> None:
    """Says at the beginning of a walk for an import whom it walks."""
    c.execute(
        """UPDATE contact_scans SET whole = %s, total = %s
            WHERE tenant_id = current_tenant() AND id = %s""",
        [whole, total, scan_id],
    )


def anybody_else_unknown(c: Connection, import_id: UUID) -> bool:
    """Whether a contact that this import did not make has no block keys yet: an anti-join."""
    row = c.execute(
        """SELECT FROM contacts k
            WHERE k.tenant_id = current_tenant() AND k.deleted_at IS NULL
              AND k.import_id IS DISTINCT FROM %s
              AND NOT EXISTS (SELECT FROM contact_blocks b
                               WHERE b.tenant_id = current_tenant() AND b.contact_id = k.id)
            LIMIT 1""",
        [import_id],
    ).fetchone()
    return row is not None


def count_for_import(c: Connection, import_id: UUID, found: int) -> None:
    """Adds to what the import's result shows."""
    c.execute(
        "UPDATE imports SET reviews = reviews + %s WHERE tenant_id = current_tenant() AND id = %s",
        [found, import_id],
    )


def lock_scan(c: Connection, scan_id: UUID) -> Row | None:
    """A running walk, unless another worker is at it."""
    return c.execute(
        """SELECT * FROM contact_scans
            WHERE tenant_id = current_tenant() AND id = %s AND status = 'running' FOR UPDATE SKIP LOCKED""",
        [scan_id],
    ).fetchone()


def latest_scan(c: Connection) -> Row | None:
    """The walk to show: one that runs, else the last one. A tenant has as many as it has imports."""
    return c.execute(
        """SELECT * FROM contact_scans WHERE tenant_id = current_tenant()
            ORDER BY status = 'running' DESC, started_at DESC LIMIT 1"""
    ).fetchone()


def advance_scan(c: Connection, scan_id: UUID, position: UUID, contacts: int, found: int) -> None:
    c.execute(
        """UPDATE contact_scans SET position = %s, done = done + %s, found = found + %s,
                  total = greatest(total, done + %s), progressed_at = now()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [position, contacts, found, contacts, scan_id],
    )


def touch_scan(c: Connection, scan_id: UUID) -> int | None:
    """Takes note that somebody is asked to go on with a running walk; how many it has compared."""
    row = c.execute(
        """UPDATE contact_scans SET progressed_at = clock_timestamp()
            WHERE tenant_id = current_tenant() AND id = %s AND status = 'running' RETURNING done""",
        [scan_id],
    ).fetchone()
    return row["done"] if row else None


def finish_scan(c: Connection, scan_id: UUID) -> None:
    c.execute(
        """UPDATE contact_scans SET status = 'done', total = done, progressed_at = now(), finished_at = now()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [scan_id],
    )


def live_after(c: Connection, position: UUID | None, limit: int) -> list[UUID]:
    """Live contacts, oldest first: a walk of contacts_live backwards, 0.4 ms for 500."""
    rows = c.execute(
        """SELECT id FROM contacts
            WHERE tenant_id = current_tenant() AND deleted_at IS NULL
              AND id > coalesce(%s, '00000000-0000-0000-0000-000000000000'::uuid)
            ORDER BY id LIMIT %s""",
        [position, limit],
    ).fetchall()
    return [row["id"] for row in rows]


def touched_after(c: Connection, import_id: UUID, position: UUID | None, limit: int) -> list[UUID]:
    """Contacts that an import made or changed, by id.

    The planner sorts the results of a small import and walks import_results_contact for one that is most of
    the tenant.
    """
    rows = c.execute(
        """SELECT DISTINCT contact_id FROM import_results
            WHERE tenant_id = current_tenant() AND import_id = %s
              AND outcome IN ('created', 'updated', 'merged')
              AND contact_id > coalesce(%s, '00000000-0000-0000-0000-000000000000'::uuid)
            ORDER BY contact_id LIMIT %s""",
        [import_id, position, limit],
    ).fetchall()
    return [row["contact_id"] for row in rows]


def count_touched(c: Connection, import_id: UUID) -> int:
    row = c.execute(
        """SELECT count(DISTINCT contact_id) AS count FROM import_results
            WHERE tenant_id = current_tenant() AND import_id = %s
              AND outcome IN ('created', 'updated', 'merged')""",
        [import_id],
    ).fetchone()
    return row["count"] if row else 0


def scans_stalled(c: Connection, before: datetime) -> list[Row]:
    """Across tenants, ids only."""
    return c.execute("SELECT tenant_id, scan_id FROM scans_stalled(%s)", [before]).fetchall()
