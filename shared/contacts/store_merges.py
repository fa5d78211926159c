"""SQL of merges, and of what contacts have because of them. All of it inside the tenant's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def _any_merge(c: Connection) -> bool:
    """Whether the camp has a living merge: a probe of contact_merges_merged."""
    row = c.execute(
        """SELECT true FROM contact_merges
            WHERE tenant_id = current_tenant() AND undone_at IS NULL ORDER BY merged_id LIMIT 1"""
    ).fetchone()
    return row is not None


def with_receivers(c: Connection, contact_ids: Iterable[UUID]) -> set[UUID]:
    """Contacts and all those into which they were merged, one into the other: a few probes each, if the camp
    has merged anybody."""
    asked = set(contact_ids)
    if not _any_merge(c):
        return asked
    rows = c.execute(
        """WITH RECURSIVE up (id) AS (
             SELECT unnest(%s::uuid[])
             UNION SELECT m.kept_id FROM up JOIN contact_merges m ON m.merged_id = up.id
                    WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
           SELECT id FROM up WHERE id IS NOT NULL""",
        [list(asked)],
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
