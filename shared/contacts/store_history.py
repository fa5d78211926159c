"""SQL of histories: chains of changes, moves of points, merges. All of it inside the tenant's transaction.

Chains are read whole, by the contacts they are of, so each statement below probes a primary key or an index
that leads with the contact; never the index on causes, which for an import holds a line for each row.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]
PointKey = tuple[str, bytes]


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
                      removed = %(removed)s
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


def with_receivers(c: Connection, contact_ids: Iterable[UUID]) -> set[UUID]:
    """Contacts and all those into which they were merged, one into the other: a few probes each."""
    rows = c.execute(
        """WITH RECURSIVE up (id) AS (
             SELECT unnest(%s::uuid[])
             UNION SELECT m.kept_id FROM up JOIN contact_merges m ON m.merged_id = up.id
                    WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
           SELECT id FROM up WHERE id IS NOT NULL""",
        [list(contact_ids)],
    ).fetchall()
    return {row["id"] for row in rows}


def merges_among(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Living merges into or of these contacts, in their order: probes of contact_merges_kept and _merged."""
    return c.execute(
        """SELECT * FROM contact_merges
            WHERE tenant_id = current_tenant() AND kept_id = ANY(%(ids)s) AND undone_at IS NULL
           UNION
           SELECT * FROM contact_merges
            WHERE tenant_id = current_tenant() AND merged_id = ANY(%(ids)s) AND undone_at IS NULL
            ORDER BY seq""",
        {"ids": list(contact_ids)},
    ).fetchall()


def insert_point_changes(c: Connection, moves: Iterable[Row]) -> None:
    """Adds moves of points; `id` None takes the next place."""
    with c.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO point_changes (tenant_id, kind, hash, id, from_contact, to_contact, cause,
                      cause_id, member_id, at, value_sealed, textable, position)
               VALUES (current_tenant(), %(kind)s, %(hash)s, coalesce(%(id)s, nextval('history_order')),
                       %(from_contact)s, %(to_contact)s, %(cause)s, %(cause_id)s, %(member_id)s,
                       clock_timestamp(), %(value_sealed)s, %(textable)s, %(position)s)""",
            list(moves),
        )


def update_point_changes(c: Connection, moves: Iterable[Row]) -> None:
    with c.cursor() as cursor:
        cursor.executemany(
            """UPDATE point_changes SET from_contact = %(from_contact)s, to_contact = %(to_contact)s
                WHERE tenant_id = current_tenant() AND kind = %(kind)s AND hash = %(hash)s AND id = %(id)s""",
            list(moves),
        )


def delete_point_changes(c: Connection, moves: Sequence[Row]) -> None:
    c.execute(
        """DELETE FROM point_changes e
            USING unnest(%s::text[], %s::bytea[], %s::bigint[]) AS g (kind, hash, id)
            WHERE e.tenant_id = current_tenant() AND e.kind = g.kind AND e.hash = g.hash AND e.id = g.id""",
        [[row["kind"] for row in moves], [row["hash"] for row in moves], [row["id"] for row in moves]],
    )


def moves_on(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Moves from or to contacts: probes of point_changes_from and _to."""
    return c.execute(
        """SELECT kind, hash, cause_id FROM point_changes
            WHERE tenant_id = current_tenant() AND to_contact = ANY(%(ids)s)
           UNION
           SELECT kind, hash, cause_id FROM point_changes
            WHERE tenant_id = current_tenant() AND from_contact = ANY(%(ids)s)""",
        {"ids": list(contact_ids)},
    ).fetchall()


def moves_of(c: Connection, points: Sequence[PointKey]) -> list[Row]:
    """The whole chains of points: probes, also where statistics would have the camp walked (OFFSET 0)."""
    return c.execute(
        """SELECT chain.* FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            CROSS JOIN LATERAL (SELECT * FROM point_changes e
                                 WHERE e.tenant_id = current_tenant() AND e.kind = g.kind AND e.hash = g.hash
                                OFFSET 0) AS chain
            ORDER BY chain.kind, chain.hash, chain.id""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    ).fetchall()


def holders_of(c: Connection, points: Sequence[PointKey]) -> dict[PointKey, UUID]:
    """Who has these points: a probe of the primary key each."""
    rows = c.execute(
        """SELECT held.* FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            CROSS JOIN LATERAL (SELECT p.kind, p.hash, p.contact_id FROM contact_points p
                                 WHERE p.tenant_id = current_tenant() AND p.kind = g.kind AND p.hash = g.hash
                                OFFSET 0) AS held
            ORDER BY held.kind, held.hash""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    ).fetchall()
    return {(row["kind"], row["hash"]): row["contact_id"] for row in rows}


def points_held(c: Connection, contact_ids: Sequence[UUID]) -> list[PointKey]:
    """The points that contacts have."""
    rows = c.execute(
        """SELECT kind, hash FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    ).fetchall()
    return [(row["kind"], row["hash"]) for row in rows]


def points_of(c: Connection, contact_id: UUID) -> dict[PointKey, Row]:
    """A contact's points: a probe of contact_points_contact."""
    rows = c.execute(
        """SELECT kind, hash, value_sealed, textable, position FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = %s""",
        [contact_id],
    ).fetchall()
    return {(row["kind"], row["hash"]): row for row in rows}


def take_points(c: Connection, points: Sequence[PointKey]) -> None:
    """Deletes points from whoever has them."""
    c.execute(
        """DELETE FROM contact_points p USING unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            WHERE p.tenant_id = current_tenant() AND p.kind = g.kind AND p.hash = g.hash""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    )


def hand_point(c: Connection, point: Row, contact_id: UUID) -> None:
    """Gives a point to a contact. `value_sealed` is needed when nobody has it."""
    c.execute(
        """UPDATE contact_points SET contact_id = %(contact_id)s
            WHERE tenant_id = current_tenant() AND kind = %(kind)s AND hash = %(hash)s""",
        {**point, "contact_id": contact_id},
    )
    if point["value_sealed"] is not None:
        c.execute(
            """INSERT INTO contact_points
                      (tenant_id, contact_id, kind, hash, value_sealed, textable, position)
               VALUES (current_tenant(), %(contact_id)s, %(kind)s, %(hash)s, %(value_sealed)s,
                       coalesce(%(textable)s, false), coalesce(%(position)s, 0))
               ON CONFLICT DO NOTHING""",
            {**point, "contact_id": contact_id},
        )


def move_points(c: Connection, from_id: UUID, to_id: UUID) -> list[Row]:
    """All points of a contact go to another one: a probe of contact_points_contact."""
    return c.execute(
        """UPDATE contact_points SET contact_id = %s WHERE tenant_id = current_tenant() AND contact_id = %s
         RETURNING kind, hash""",
        [to_id, from_id],
    ).fetchall()


def insert_merge(c: Connection, merge: Row) -> Row:
    """Records a merge and answers it, with its place in the order of things."""
    row = c.execute(
        """INSERT INTO contact_merges
                  (tenant_id, id, action_id, kept_id, merged_id, member_id, import_id, fields)
           VALUES (current_tenant(), %(id)s, %(action_id)s, %(kept_id)s, %(merged_id)s, %(member_id)s,
                   %(import_id)s, %(fields)s)
        RETURNING *""",
        {**merge, "fields": Jsonb(merge["fields"])},
    ).fetchone()
    assert row is not None  # noqa: S101  # an insert answers its row
    return row


def find_merges(c: Connection, merge_id: UUID) -> list[Row]:
    """A merge by its id, or all merges of one click by the click's id."""
    return c.execute(
        """SELECT * FROM contact_merges WHERE tenant_id = current_tenant() AND id = %(id)s
           UNION SELECT * FROM contact_merges WHERE tenant_id = current_tenant() AND action_id = %(id)s
           ORDER BY seq""",
        {"id": merge_id},
    ).fetchall()


def merges_of(c: Connection, contact_id: UUID) -> list[Row]:
    """Who is part of a contact now, newest first, with their names: those merged into parts of it too."""
    return c.execute(
        """WITH RECURSIVE down (id) AS (
             SELECT %s::uuid
             UNION SELECT m.merged_id FROM down JOIN contact_merges m ON m.kept_id = down.id
                    WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
           SELECT m.id, m.kept_id, m.merged_id, m.merged_at, m.import_id, m.member_id, k.name_sealed
             FROM down JOIN contact_merges m ON m.kept_id = down.id
             JOIN contacts k ON k.tenant_id = m.tenant_id AND k.id = m.merged_id
            WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL
            ORDER BY m.seq DESC""",
        [contact_id],
    ).fetchall()


def end_merges(c: Connection, merge_ids: Sequence[UUID], member_id: UUID | None) -> None:
    c.execute(
        """UPDATE contact_merges SET undone_at = now(), undone_by = %s
            WHERE tenant_id = current_tenant() AND id = ANY(%s)""",
        [member_id, list(merge_ids)],
    )


def part(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """Merged contacts are contacts of their own again."""
    c.execute(
        """UPDATE contacts SET deleted_at = NULL, merged_into = NULL, updated_at = now()
            WHERE tenant_id = current_tenant() AND id = ANY(%s)""",
        [list(contact_ids)],
    )


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


def forget_merged_names(c: Connection, merge: Row) -> None:
    """Takes from a kept contact the names that an import's merge gave it as if they were the import's own."""
    c.execute(
        """DELETE FROM contact_aliases a
            WHERE a.tenant_id = current_tenant() AND a.contact_id = %(kept_id)s
              AND a.import_id = %(import_id)s AND a.merge_id IS NULL
              AND (a.name_hash IN (SELECT d.name_hash FROM contacts d
                                    WHERE d.tenant_id = current_tenant() AND d.id = %(merged_id)s)
                   OR a.name_hash IN (SELECT d.name_hash FROM contact_aliases d
                                       WHERE d.tenant_id = current_tenant()
                                         AND d.contact_id = %(merged_id)s))""",
        merge,
    )


def derive_names(c: Connection, contact_id: UUID) -> None:
    """A contact's other names by merges: those of the merged contacts, and its own that they replaced.

    Names of merges before contact_aliases.merge_id have neither an import nor a merge.
    """
    c.execute(
        """DELETE FROM contact_aliases WHERE tenant_id = current_tenant() AND contact_id = %s
              AND (merge_id IS NOT NULL OR import_id IS NULL)""",
        [contact_id],
    )
    c.execute(
        """INSERT INTO contact_aliases (tenant_id, contact_id, name_hash, name_sealed, merge_id, created_at)
           SELECT DISTINCT ON (n.name_hash)
                  current_tenant(), m.kept_id, n.name_hash, n.name_sealed, m.id, m.merged_at
             FROM contact_merges m
             JOIN contacts k ON k.tenant_id = m.tenant_id AND k.id = m.kept_id
            CROSS JOIN LATERAL (
              SELECT d.name_hash, d.name_sealed FROM contacts d
               WHERE d.tenant_id = m.tenant_id AND d.id = m.merged_id
              UNION ALL
              SELECT a.name_hash, a.name_sealed FROM contact_aliases a
               WHERE a.tenant_id = m.tenant_id AND a.contact_id = m.merged_id
              UNION ALL
              SELECT e.before_hash, e.before_sealed FROM contact_changes e
               WHERE e.tenant_id = m.tenant_id AND e.contact_id = m.kept_id AND e.field = 'name'
                 AND e.cause = 'merge' AND e.cause_id = m.id) AS n
            WHERE m.tenant_id = current_tenant() AND m.kept_id = %s AND m.undone_at IS NULL
              AND n.name_hash IS NOT NULL AND n.name_hash IS DISTINCT FROM k.name_hash
            ORDER BY n.name_hash, m.seq
           ON CONFLICT DO NOTHING""",
        [contact_id],
    )


def derive_shared_points(c: Connection, contact_id: UUID) -> None:
    """The numbers that a contact shares because one who is part of it does; none that it has itself."""
    c.execute(
        """DELETE FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = %s AND merge_id IS NOT NULL""",
        [contact_id],
    )
    c.execute(
        """INSERT INTO contact_shared_points
                  (tenant_id, kind, hash, contact_id, value_sealed, textable, import_id, merge_id, created_at)
           SELECT DISTINCT ON (s.kind, s.hash)
                  s.tenant_id, s.kind, s.hash, m.kept_id, s.value_sealed, s.textable, s.import_id, m.id,
                  s.created_at
             FROM contact_merges m
             JOIN contact_shared_points s ON s.tenant_id = m.tenant_id AND s.contact_id = m.merged_id
            WHERE m.tenant_id = current_tenant() AND m.kept_id = %s AND m.undone_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM contact_points p
                               WHERE p.tenant_id = s.tenant_id AND p.kind = s.kind AND p.hash = s.hash
                                 AND p.contact_id = m.kept_id)
            ORDER BY s.kind, s.hash, m.seq
           ON CONFLICT DO NOTHING""",
        [contact_id],
    )


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
                  removed = CASE WHEN removed IS NOT NULL THEN '{}'::text[] END
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


def family(c: Connection, contact_ids: Sequence[UUID]) -> list[UUID]:
    """Contacts and all who are part of them."""
    rows = c.execute(
        """WITH RECURSIVE down (id) AS (
             SELECT unnest(%s::uuid[])
             UNION SELECT m.merged_id FROM down JOIN contact_merges m ON m.kept_id = down.id
                    WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
           SELECT id FROM down""",
        [list(contact_ids)],
    ).fetchall()
    return [row["id"] for row in rows]
