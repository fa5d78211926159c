"""SQL of the review queue. Everything runs inside the tenant's transaction."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
Pair = tuple[UUID, UUID]


def insert_entries(c: Connection, entries: list[Row]) -> int:
    """Adds entries; a known open one gets its new score, a decided one stays. How many are new."""
    columns = ("id", "kind", "left_id", "right_id", "alias_hash", "score")
    values = {name: [entry[name] for entry in entries] for name in columns}
    reasons = [",".join(entry["reasons"]) for entry in entries]
    rows = c.execute(
        """INSERT INTO contact_reviews AS known
                  (tenant_id, id, kind, left_id, right_id, alias_hash, score, reasons)
           SELECT current_tenant(), e.id, e.kind, e.left_id, e.right_id, e.alias_hash, e.score,
                  string_to_array(e.reasons, ',')
             FROM unnest(%(id)s::uuid[], %(kind)s::text[], %(left_id)s::uuid[], %(right_id)s::uuid[],
                         %(alias_hash)s::bytea[], %(score)s::real[], %(reasons)s::text[])
                  AS e (id, kind, left_id, right_id, alias_hash, score, reasons)
           ON CONFLICT (tenant_id, left_id, right_id, alias_hash)
           DO UPDATE SET kind = excluded.kind, score = excluded.score, reasons = excluded.reasons
            WHERE known.status = 'open'
              AND (known.kind, known.score, known.reasons)
                  IS DISTINCT FROM (excluded.kind, excluded.score, excluded.reasons)
           RETURNING xmax = 0 AS is_new""",
        {**values, "reasons": reasons},
    ).fetchall()
    return sum(row["is_new"] for row in rows)


def drop_stale(c: Connection, contact_ids: list[UUID], *, earlier_only: bool, keep: list[Pair]) -> set[UUID]:
    """Takes open entries of contacts that were compared anew and are not found again off the queue; whose.

    `earlier_only`: the contacts were compared with older ones only, so only those pairs are judged. Entries
    that a third links stay: they follow the others.
    """
    lefts, rights = [pair[0] for pair in keep], [pair[1] for pair in keep]
    where = (
        "r.right_id = ANY(%(ids)s)"
        if earlier_only
        else "(r.left_id = ANY(%(ids)s) OR r.right_id = ANY(%(ids)s))"
    )
    rows = c.execute(
        f"""DELETE FROM contact_reviews r
             WHERE r.tenant_id = current_tenant() AND r.status = 'open' AND {where}
               AND r.reasons <> '{{by_third}}'
               AND NOT EXISTS (SELECT FROM unnest(%(lefts)s::uuid[], %(rights)s::uuid[]) AS k (l, r2)
                                WHERE k.l = r.left_id AND k.r2 = r.right_id)
         RETURNING left_id, right_id""",
        {"ids": contact_ids, "lefts": lefts, "rights": rights},
    ).fetchall()
    return {contact_id for row in rows for contact_id in (row["left_id"], row["right_id"])}


def open_pairs(c: Connection, contact_ids: Iterable[UUID]) -> dict[Pair, Row]:
    """Open entries of contacts with somebody else.

    A probe of the unique index and of contact_reviews_right for each contact, 3 ms for 500.
    """
    ids = list(contact_ids)
    if not ids:
        return {}
    rows = c.execute(
        """SELECT left_id, right_id, kind, score, reasons FROM contact_reviews
            WHERE tenant_id = current_tenant() AND status = 'open' AND left_id = ANY(%(ids)s)
              AND left_id <> right_id
           UNION
           SELECT left_id, right_id, kind, score, reasons FROM contact_reviews
            WHERE tenant_id = current_tenant() AND status = 'open' AND right_id = ANY(%(ids)s)
              AND left_id <> right_id""",
        {"ids": ids},
    ).fetchall()
    return {(row["left_id"], row["right_id"]): row for row in rows}


def drop_pairs(c: Connection, pairs: list[Pair]) -> None:
    """Takes open entries off the queue: a probe of the unique index each."""
    if pairs:
        c.execute(
            """DELETE FROM contact_reviews r
                USING unnest(%s::uuid[], %s::uuid[]) AS gone (left_id, right_id)
                WHERE r.tenant_id = current_tenant() AND r.status = 'open'
                  AND r.left_id = gone.left_id AND r.right_id = gone.right_id""",
            [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        )


def kept_apart(c: Connection) -> set[Pair]:
    """Pairs that members said are two people, as the contacts they are part of today (merged_into).

    As many primary-key probes as there are decisions, times the merges since: 1 ms for 100.
    """
    rows = c.execute(
        """WITH RECURSIVE decided AS (
             SELECT left_id, right_id FROM contact_reviews
              WHERE tenant_id = current_tenant() AND status = 'kept_apart' AND left_id <> right_id),
           climb (start, id) AS (
             SELECT id, id
               FROM (SELECT left_id AS id FROM decided UNION SELECT right_id FROM decided) AS sides
             UNION
             SELECT climb.start, k.merged_into FROM climb
               JOIN contacts k ON k.tenant_id = current_tenant() AND k.id = climb.id
              WHERE k.merged_into IS NOT NULL),
           today AS (
             SELECT climb.start, climb.id FROM climb
               JOIN contacts k ON k.tenant_id = current_tenant() AND k.id = climb.id
              WHERE k.merged_into IS NULL)
           SELECT l.id AS left_id, r.id AS right_id FROM decided d
             JOIN today l ON l.start = d.left_id
             JOIN today r ON r.start = d.right_id"""
    ).fetchall()
    return {(min(p), max(p)) for p in ((row["left_id"], row["right_id"]) for row in rows)}


def page(c: Connection, kind: str | None, before: tuple[float, UUID] | None, limit: int) -> list[Row]:
    """Open entries by score: a walk of contact_reviews_open (or _kind), and two probes for each.

    Who was merged or deleted while a comparison found the pair may have an entry left, which nobody can
    decide any more.
    """
    score, last = before or (2.0, UUID(int=2**128 - 1))
    narrowed = "AND kind = %(kind)s" if kind else ""
    return c.execute(
        f"""SELECT id, kind, left_id, right_id, alias_hash, score, reasons, created_at FROM contact_reviews
             WHERE tenant_id = current_tenant() AND status = 'open' {narrowed}
               AND (score, id) < (%(score)s::real, %(last)s)
               AND NOT EXISTS (SELECT FROM contacts k
                                WHERE k.tenant_id = current_tenant() AND k.id IN (left_id, right_id)
                                  AND k.deleted_at IS NOT NULL OFFSET 0)
             ORDER BY score DESC, id DESC LIMIT %(limit)s""",
        {"kind": kind, "score": score, "last": last, "limit": limit},
    ).fetchall()


def count_open(c: Connection, kind: str | None, cap: int) -> int:
    """Open entries, counted up to cap + 1: an index-only scan of at most 10,001 entries, 1.5 ms."""
    narrowed = "AND kind = %(kind)s" if kind else ""
    row = c.execute(
        f"""SELECT count(*) AS count FROM (
              SELECT FROM contact_reviews
               WHERE tenant_id = current_tenant() AND status = 'open' {narrowed}
               LIMIT %(cap)s + 1) AS open""",
        {"kind": kind, "cap": cap},
    ).fetchone()
    return row["count"] if row else 0


def get_entry(c: Connection, review_id: UUID, *, lock: bool = False) -> Row | None:
    statement = "SELECT * FROM contact_reviews WHERE tenant_id = current_tenant() AND id = %s"
    return c.execute(statement + (" FOR UPDATE" if lock else ""), [review_id]).fetchone()


def decide(c: Connection, review_id: UUID, status: str, member_id: UUID) -> None:
    c.execute(
        """UPDATE contact_reviews SET status = %s, member_id = %s, decided_at = now()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [status, member_id, review_id],
    )


def record_merge(c: Connection, review_id: UUID, merge_id: UUID | None) -> None:
    c.execute(
        "UPDATE contact_reviews SET merge_id = %s WHERE tenant_id = current_tenant() AND id = %s",
        [merge_id, review_id],
    )


def reopen(c: Connection, review_id: UUID) -> None:
    """Puts an entry on the queue again, unless a contact of it has gone: then it is forgotten."""
    c.execute(
        """UPDATE contact_reviews SET status = 'open', member_id = NULL, decided_at = NULL
            WHERE tenant_id = current_tenant() AND id = %s""",
        [review_id],
    )
    c.execute(
        """DELETE FROM contact_reviews r
            WHERE r.tenant_id = current_tenant() AND r.id = %s
              AND EXISTS (SELECT FROM contacts k
                           WHERE k.tenant_id = r.tenant_id AND k.id IN (r.left_id, r.right_id)
                             AND k.deleted_at IS NOT NULL)""",
        [review_id],
    )


def lock_contacts(c: Connection, contact_ids: list[UUID]) -> None:
    """In the order of their ids, as every merge does."""
    c.execute(
        """SELECT FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s)
            ORDER BY id FOR UPDATE""",
        [contact_ids],
    )


def families(c: Connection, contact_ids: list[UUID]) -> dict[Pair, str]:
    """Who shares a phone, or else a Kakao id or an e-mail address, with whom, of contacts on either side: the
    kind of point by pair, smaller id first.

    Probes of contact_shared_points_contact, contact_points_contact and the primary keys of both tables.
    """
    rows = c.execute(
        """SELECT s.kind, s.contact_id AS one, p.contact_id AS other
             FROM contact_shared_points s
             JOIN contact_points p ON p.tenant_id = s.tenant_id AND p.kind = s.kind AND p.hash = s.hash
            WHERE s.tenant_id = current_tenant() AND s.contact_id = ANY(%(ids)s)
           UNION
           SELECT s.kind, s.contact_id, p.contact_id
             FROM contact_points p
             JOIN contact_shared_points s ON s.tenant_id = p.tenant_id AND s.kind = p.kind AND s.hash = p.hash
            WHERE p.tenant_id = current_tenant() AND p.contact_id = ANY(%(ids)s)
            ORDER BY kind""",
        {"ids": contact_ids},
    ).fetchall()
    pairs = {(row["one"], row["other"]): row["kind"] for row in rows if row["one"] != row["other"]}
    return {(min(pair), max(pair)): kind for pair, kind in pairs.items()}


def aliases_of_files(c: Connection, contact_ids: list[UUID]) -> list[Row]:
    """Names under which files had contacts, with the contact's own: probes of two primary keys."""
    return c.execute(
        """SELECT a.contact_id, a.name_hash, a.name_sealed AS alias_sealed, k.name_sealed
             FROM contact_aliases a
             JOIN contacts k ON k.tenant_id = a.tenant_id AND k.id = a.contact_id AND k.deleted_at IS NULL
            WHERE a.tenant_id = current_tenant() AND a.contact_id = ANY(%s) AND a.import_id IS NOT NULL
              AND k.name_sealed IS NOT NULL""",
        [contact_ids],
    ).fetchall()


def alias(c: Connection, contact_id: UUID, name_hash: bytes) -> Row | None:
    return c.execute(
        """SELECT name_hash, name_sealed, import_id FROM contact_aliases
            WHERE tenant_id = current_tenant() AND contact_id = %s AND name_hash = %s""",
        [contact_id, name_hash],
    ).fetchone()


def delete_alias(c: Connection, contact_id: UUID, name_hash: bytes) -> None:
    c.execute(
        """DELETE FROM contact_aliases
            WHERE tenant_id = current_tenant() AND contact_id = %s AND name_hash = %s""",
        [contact_id, name_hash],
    )
