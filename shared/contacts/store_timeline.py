"""SQL of the timeline. Each arm reads at most some `limit` rows from an index that leads with the contact.

An arm answers rows with `at` and `key` that come before a place (at, key), newest first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
# Name, address, birth, note, custom, source, legal basis, tags and points: lines that one edit may have.
LINES_OF_AN_EDIT = 9


def events(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """What other modules noted. Merges stand in `merges`, also those noted here once."""
    return c.execute(
        """SELECT e.id AS key, e.kind, e.at, e.detail, e.detail_sealed, e.import_id, e.member_id
             FROM unnest(%(family)s::uuid[]) AS f (id)
            CROSS JOIN LATERAL (
              SELECT * FROM contact_events v
               WHERE v.tenant_id = current_tenant() AND v.contact_id = f.id AND v.kind <> 'merged'
                 AND (v.at, v.id) < (%(at)s, %(key)s) ORDER BY v.at DESC, v.id DESC LIMIT %(limit)s) AS e
            ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s""",
        {"family": list(family), "at": at, "key": key, "limit": limit},
    ).fetchall()


def messages(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """Messages and their fate."""
    return c.execute(
        """SELECT g.id AS key, 'message' AS kind, g.attempted_at AS at,
                  jsonb_build_object('campaign_id', g.campaign_id, 'campaign_name', k.name,
                    'channel', g.channel, 'kind', g.kind, 'state', g.state, 'reason', g.reason,
                    'code', g.code, 'step', g.step, 'settled_at', g.settled_at) AS detail
             FROM messages g LEFT JOIN campaigns k ON k.tenant_id = g.tenant_id AND k.id = g.campaign_id
            WHERE g.tenant_id = current_tenant() AND g.contact_id = ANY(%(family)s)
              AND (g.attempted_at, g.id) < (%(at)s, %(key)s)
            ORDER BY g.attempted_at DESC, g.id DESC LIMIT %(limit)s""",
        {"family": list(family), "at": at, "key": key, "limit": limit},
    ).fetchall()


def notes(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """What staff wrote down."""
    return c.execute(
        """SELECT n.id AS key, 'note' AS kind, n.created_at AS at, n.text_sealed AS detail_sealed,
                  n.member_id, jsonb_build_object('note_id', n.id, 'edited_at',
                    nullif(n.updated_at, n.created_at)) AS detail
             FROM contact_notes n
            WHERE n.tenant_id = current_tenant() AND n.contact_id = ANY(%(family)s)
              AND (n.created_at, n.id) < (%(at)s, %(key)s)
            ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s""",
        {"family": list(family), "at": at, "key": key, "limit": limit},
    ).fetchall()


def import_rows(
    c: Connection, family: Sequence[UUID], import_id: UUID, row_number: int, limit: int
) -> list[Row]:
    """Rows of files that became or touched the contact, before a place (import, row)."""
    return c.execute(
        """SELECT r.import_id, r.row_number, r.outcome, r.repaired, r.contact_id, i.file_name_sealed,
                  i.member_id, i.undone_at, i.status
             FROM (SELECT * FROM import_results s
                    WHERE s.tenant_id = current_tenant() AND s.contact_id = ANY(%(family)s)
                      AND (s.import_id, s.row_number) < (%(import_id)s, %(row_number)s)
                    ORDER BY s.import_id DESC, s.row_number DESC LIMIT %(limit)s) AS r
             JOIN imports i ON i.tenant_id = r.tenant_id AND i.id = r.import_id
            ORDER BY r.import_id DESC, r.row_number DESC""",
        {"family": list(family), "import_id": import_id, "row_number": row_number, "limit": limit},
    ).fetchall()


def edits(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """Edits and bulk actions, each with its changed fields; all lines of one are together in the log."""
    return c.execute(
        """SELECT min(e.id) AS key, CASE e.cause WHEN 'bulk' THEN 'bulk' ELSE 'edited' END AS kind,
                  max(e.at) AS at, e.contact_id, e.cause_id, e.member_id,
                  array_agg(e.field ORDER BY e.id) AS fields
             FROM unnest(%(family)s::uuid[]) AS f (id)
            CROSS JOIN LATERAL (
              SELECT * FROM contact_changes v
               WHERE v.tenant_id = current_tenant() AND v.contact_id = f.id AND v.cause IN ('edit', 'bulk')
                 AND (v.at, v.id) < (%(at)s, %(key)s)
               ORDER BY v.id DESC LIMIT %(lines)s) AS e
            GROUP BY e.contact_id, e.cause, e.cause_id, e.member_id
            ORDER BY max(e.at) DESC, min(e.id) DESC LIMIT %(limit)s""",
        {
            "family": list(family),
            "at": at,
            "key": key,
            "limit": limit,
            "lines": limit * LINES_OF_AN_EDIT,
        },
    ).fetchall()


def merges(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """Merges into the contact and of it, those that were undone too."""
    return _merges(c, "merged_at", family, at, key, limit)


def partings(c: Connection, family: Sequence[UUID], at: datetime, key: Any, limit: int) -> list[Row]:
    """Merges that were undone, at that moment."""
    return _merges(c, "undone_at", family, at, key, limit)


def _merges(
    c: Connection, moment: str, family: Sequence[UUID], at: datetime, key: Any, limit: int
) -> list[Row]:
    """A contact's merges are few: probes of the indexes on both sides."""
    sides = " UNION ".join(
        f"""SELECT id, seq, kept_id, merged_id, import_id, {moment} AS at,
                   CASE '{moment}' WHEN 'undone_at' THEN undone_by ELSE member_id END AS member_id
              FROM contact_merges WHERE tenant_id = current_tenant() AND {side} = ANY(%(family)s)
               AND ({moment}, seq) < (%(at)s, %(key)s) {more}"""
        for side, more in (
            ("kept_id", ""),
            ("merged_id", "AND undone_at IS NULL"),
            ("merged_id", "AND undone_at IS NOT NULL"),
        )
    )
    return c.execute(
        f"""SELECT m.*, m.seq AS key, d.name_sealed AS merged_name, k.name_sealed AS kept_name
              FROM ({sides}) AS m
              JOIN contacts d ON d.tenant_id = current_tenant() AND d.id = m.merged_id
              JOIN contacts k ON k.tenant_id = current_tenant() AND k.id = m.kept_id
             ORDER BY m.at DESC, m.seq DESC LIMIT %(limit)s""",
        {"family": list(family), "at": at, "key": key, "limit": limit},
    ).fetchall()


def point_changes(c: Connection, contact_ids: Sequence[UUID], cause_ids: Sequence[UUID]) -> list[Row]:
    """What causes did to the points of some contacts: given up with their values, taken up with today's."""
    return c.execute(
        """SELECT e.kind, e.cause_id, e.from_contact, e.to_contact,
                  coalesce(e.value_sealed, p.value_sealed) AS value_sealed
             FROM (SELECT * FROM point_changes
                    WHERE tenant_id = current_tenant() AND to_contact = ANY(%(ids)s)
                   UNION
                   SELECT * FROM point_changes
                    WHERE tenant_id = current_tenant() AND from_contact = ANY(%(ids)s)) AS e
             LEFT JOIN contact_points p ON p.tenant_id = e.tenant_id AND p.kind = e.kind AND p.hash = e.hash
            WHERE e.cause_id = ANY(%(causes)s) ORDER BY e.id""",
        {"ids": list(contact_ids), "causes": list(cause_ids)},
    ).fetchall()


_WHICH = {
    "repaired": "AND r.repaired",
    "kept": "AND r.kept",
    "shared": """AND EXISTS (SELECT 1 FROM contact_shared_points s
                  WHERE s.tenant_id = r.tenant_id AND s.contact_id = r.contact_id
                    AND s.import_id = r.import_id)""",
}


def results(c: Connection, import_id: UUID, outcome: str | None, after: int, limit: int) -> list[Row]:
    """Rows of an import with one outcome, in the order of the file.

    Rare outcomes come from an index of their own; "created", "unchanged" and "shared" are a walk of the key.
    """
    which = _WHICH.get(outcome, "AND r.outcome = %(outcome)s") if outcome else ""
    return c.execute(
        f"""SELECT r.row_number, r.contact_id, r.outcome, r.repaired, k.name_sealed,
                   (SELECT p.value_sealed FROM contact_points p
                     WHERE p.tenant_id = r.tenant_id AND p.contact_id = r.contact_id AND p.kind = 'phone'
                     ORDER BY p.position LIMIT 1) AS phone_sealed
              FROM import_results r
              LEFT JOIN contacts k ON k.tenant_id = r.tenant_id AND k.id = r.contact_id
             WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s AND r.row_number > %(after)s
                   {which}
             ORDER BY r.row_number LIMIT %(limit)s""",
        {"import_id": import_id, "outcome": outcome, "after": after, "limit": limit},
    ).fetchall()


def repairs(c: Connection, import_id: UUID, row_numbers: Sequence[int]) -> list[Row]:
    """{row_number, repairs_sealed} of some rows: probes of the primary key."""
    return c.execute(
        """SELECT row_number, repairs_sealed FROM import_repairs
            WHERE tenant_id = current_tenant() AND import_id = %s AND row_number = ANY(%s)""",
        [import_id, list(row_numbers)],
    ).fetchall()


def merges_of_import(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> list[Row]:
    """Living merges that an import made into some contacts, with the merged names."""
    return c.execute(
        """SELECT m.id, m.kept_id, d.name_sealed FROM contact_merges m
             JOIN contacts d ON d.tenant_id = m.tenant_id AND d.id = m.merged_id
            WHERE m.tenant_id = current_tenant() AND m.kept_id = ANY(%s) AND m.import_id = %s
              AND m.undone_at IS NULL ORDER BY m.seq""",
        [list(contact_ids), import_id],
    ).fetchall()
