"""SQL of histories: chains of changes. All of it inside the tenant's transaction.

Moves of points are in `store_point_history`, merges in `store_merges`.

Chains are read whole, by the contacts they are of, so each statement below probes a primary key or an index
that leads with the contact; never the index on causes, which for an import holds a line for each row.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert_changes(c: Connection, changes: Iterable[Row]) -> None:
    """Adds changes of fields; `id` None takes the next place. `at` is the clock's: it rises with the id."""
    lines = list(changes)
    if not lines:
        return
    now = c.execute("SELECT clock_timestamp() AS at").fetchone() or {}
    with c.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO contact_changes (tenant_id, contact_id, id, field, cause, cause_id, member_id, at,
                      before_sealed, before_hash, after_hash, before_plain, added, removed)
               VALUES (current_tenant(), %(contact_id)s, coalesce(%(id)s, nextval('history_order')),
                       %(field)s, %(cause)s, %(cause_id)s, %(member_id)s, %(at)s,
                       %(before_sealed)s, %(before_hash)s, %(after_hash)s, %(before_plain)s, %(added)s,
                       %(removed)s)""",
            [line | now for line in lines],
        )


def update_changes(c: Connection, changes: Iterable[Row]) -> None:
    """Sets what was before the changes, and what they set: one probe of the primary key each."""
    with c.cursor() as cursor:
        cursor.executemany(
            """UPDATE contact_changes SET before_sealed = %(before_sealed)s, before_hash = %(before_hash)s,
                      after_hash = %(after_hash)s, before_plain = %(before_plain)s, added = %(added)s,
                      removed = %(removed)s, meant_sealed = %(meant_sealed)s
                WHERE tenant_id = current_tenant() AND contact_id = %(contact_id)s AND id = %(id)s
                  AND field = %(field)s""",
            list(changes),
        )


def delete_changes(c: Connection, changes: Sequence[Row]) -> None:
    c.execute(
        """DELETE FROM contact_changes e
            USING unnest(%s::uuid[], %s::bigint[], %s::text[]) AS g (contact_id, id, field)
            WHERE e.tenant_id = current_tenant() AND e.contact_id = g.contact_id AND e.id = g.id
              AND e.field = g.field""",
        [
            [row["contact_id"] for row in changes],
            [row["id"] for row in changes],
            [row["field"] for row in changes],
        ],
    )


def changes_of(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """The whole chains of contacts."""
    return c.execute(
        """SELECT * FROM contact_changes WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)
            ORDER BY contact_id, id""",
        [list(contact_ids)],
    ).fetchall()


def contacts_of_causes(c: Connection, cause_ids: Sequence[UUID]) -> list[UUID]:
    """Everybody whom these causes changed, points included: for causes of a bounded size (merges, edits)."""
    rows = c.execute(
        """SELECT contact_id FROM contact_changes
            WHERE tenant_id = current_tenant() AND cause_id = ANY(%(ids)s)
           UNION
           SELECT unnest(ARRAY[from_contact, to_contact]) FROM point_changes
            WHERE tenant_id = current_tenant() AND cause_id = ANY(%(ids)s)""",
        {"ids": list(cause_ids)},
    ).fetchall()
    return [row["contact_id"] for row in rows if row["contact_id"]]


def lock_contacts(c: Connection, contact_ids: Iterable[UUID]) -> list[Row]:
    """Contacts, merged and deleted ones too, locked in the order of their ids."""
    return c.execute(
        """SELECT * FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s)
            ORDER BY id FOR UPDATE""",
        [list(contact_ids)],
    ).fetchall()


def read_contacts(c: Connection, contact_ids: Iterable[UUID]) -> list[Row]:
    """Contacts, merged and deleted ones too."""
    return c.execute(
        "SELECT * FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s)", [list(contact_ids)]
    ).fetchall()


def later_changes(c: Connection, contact_ids: Sequence[UUID], seq: int) -> int:
    """How many edits, imports and bulk actions changed contacts after a place in the order of things."""
    row = c.execute(
        """SELECT count(*) AS n FROM (
             SELECT cause_id FROM contact_changes
              WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s) AND id > %(seq)s
                AND cause <> 'merge'
             UNION SELECT cause_id FROM point_changes
              WHERE tenant_id = current_tenant() AND to_contact = ANY(%(ids)s) AND id > %(seq)s
                AND cause NOT IN ('merge', 'shared')
             UNION SELECT cause_id FROM point_changes
              WHERE tenant_id = current_tenant() AND from_contact = ANY(%(ids)s) AND id > %(seq)s
                AND cause NOT IN ('merge', 'shared')) AS causes""",
        {"ids": list(contact_ids), "seq": seq},
    ).fetchone()
    return row["n"] if row else 0


def forget_import(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> set[UUID]:
    """Takes away the names and shared numbers that an import brought to contacts; whose they were."""
    found: set[UUID] = set()
    for table in ("contact_aliases", "contact_shared_points"):
        rows = c.execute(
            f"""DELETE FROM {table}
                 WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND import_id = %s
             RETURNING contact_id""",
            [list(contact_ids), import_id],
        )
        found |= {row["contact_id"] for row in rows}
    return found


def blank(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """Blanks what the histories of contacts hold of them; the lines stay."""
    c.execute(
        """UPDATE contact_changes SET before_sealed = NULL, before_hash = NULL, after_hash = NULL,
                  before_plain = NULL, added = CASE WHEN added IS NOT NULL THEN '{}'::text[] END,
                  removed = CASE WHEN removed IS NOT NULL THEN '{}'::text[] END, meant_sealed = NULL
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    )
    c.execute(
        """UPDATE point_changes SET value_sealed = NULL WHERE tenant_id = current_tenant()
              AND value_sealed IS NOT NULL AND (from_contact = ANY(%(ids)s) OR to_contact = ANY(%(ids)s))""",
        {"ids": list(contact_ids)},
    )
    c.execute(
        "DELETE FROM contact_shared_points WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)",
        [list(contact_ids)],
    )
