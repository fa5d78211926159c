"""SQL of consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection
from shared.privacy import agreement

Row = dict[str, Any]


def keep_text(c: Connection, text_hash: bytes, sealed: bytes) -> None:
    """Stores a consent text once."""
    c.execute(
        """INSERT INTO consent_texts (tenant_id, hash, text_sealed) VALUES (current_tenant(), %s, %s)
           ON CONFLICT DO NOTHING""",
        [text_hash, sealed],
    )


def insert(c: Connection, row: Row) -> None:
    c.execute(
        """INSERT INTO consents (tenant_id, id, contact_id, purpose, channel, method, text_hash,
                                 evidence_sealed, given_at, member_id)
           VALUES (current_tenant(), %(id)s, %(contact_id)s, %(purpose)s, %(channel)s, %(method)s,
                   %(text_hash)s, %(evidence_sealed)s, %(given_at)s, %(member_id)s)""",
        row,
    )


def insert_imported(c: Connection, common: Row, rows: Sequence[tuple[UUID, int, datetime | None]]) -> int:
    """Consents of an import's rows (contact, row, when); a person's second row adds none. One statement.

    A row without a day is from today, unless the person has taken the same back: an old list that is read
    again gives nothing back.
    """
    if not rows:
        return 0
    contacts, numbers, moments = zip(*rows, strict=True)
    return c.execute(
        _INSERT_IMPORTED,
        {**common, "contacts": list(contacts), "numbers": list(numbers), "moments": list(moments)},
    ).rowcount


_INSERT_IMPORTED = sql.SQL(
    """INSERT INTO consents (tenant_id, id, contact_id, purpose, channel, method, text_hash, given_at,
                             member_id, import_id, row_number)
       SELECT current_tenant(), uuid_v7(), n.id, %(purpose)s, %(channel)s, 'import',
              %(text_hash)s, coalesce(n.given_at, now()), %(member_id)s, %(import_id)s, n.row_number
         FROM unnest(%(contacts)s::uuid[], %(numbers)s::integer[], %(moments)s::timestamptz[])
              AS n (id, row_number, given_at)
        WHERE n.given_at IS NOT NULL OR NOT {taken_back}
       ON CONFLICT DO NOTHING"""
).format(taken_back=agreement.taken_back("n"))


def of_contacts(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Consents of a contact and of those merged into it, latest first, with who wrote them down, and since
    when another one's withdrawal ended them."""
    ended = agreement.ended_at("k", sql.Placeholder("ids"))
    return c.execute(
        sql.SQL(
            """SELECT k.*, t.text_sealed, m.name_sealed AS member_sealed,
                      CASE WHEN k.withdrawn_at IS NULL THEN {ended} END AS ended_at
                 FROM consents k
                 LEFT JOIN consent_texts t ON t.tenant_id = k.tenant_id AND t.hash = k.text_hash
                 LEFT JOIN members m ON m.tenant_id = k.tenant_id AND m.id = k.member_id
                WHERE k.tenant_id = current_tenant() AND k.contact_id = ANY(%(ids)s)
                ORDER BY k.given_at DESC, k.id DESC"""
        ).format(ended=ended),
        {"ids": list(contact_ids)},
    ).fetchall()


def withdraw(
    c: Connection, contact_ids: Sequence[UUID], consent_id: UUID, how: bytes | None, by: UUID
) -> bool:
    """Whether the consent was there and in force."""
    return (
        c.execute(
            """UPDATE consents SET withdrawn_at = now(), withdrawn_how_sealed = %s, withdrawn_by = %s
                WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND id = %s
                  AND withdrawn_at IS NULL""",
            [how, by, list(contact_ids), consent_id],
        ).rowcount
        > 0
    )


# Consents in force of living people that were given, and not confirmed since, before a moment: a walk of
# consents_due past those that were confirmed.
_DUE = sql.SQL(
    """FROM consents k
       CROSS JOIN LATERAL {living} AS own
       JOIN contacts p ON p.tenant_id = k.tenant_id AND p.id = own.id
      WHERE k.tenant_id = current_tenant() AND k.withdrawn_at IS NULL AND k.purpose = ANY(%(purposes)s)
        AND k.contact_id IS NOT NULL
        AND k.given_at < %(before)s AND coalesce(k.reconfirmed_at, k.given_at) < %(before)s
        AND {ended} IS NULL"""
).format(living=agreement.living("k.contact_id"), ended=agreement.ended_at("k", agreement.parts("p")))


def due(c: Connection, purposes: Sequence[str], before: datetime, limit: int) -> list[Row]:
    """Consents to be confirmed, oldest first, with the contact that each is part of today."""
    return c.execute(
        sql.SQL(
            """SELECT k.id, p.id AS contact_id, k.channel, k.given_at, k.reconfirmed_at, p.name_sealed {due}
                ORDER BY k.given_at LIMIT %(limit)s"""
        ).format(due=_DUE),
        {"purposes": list(purposes), "before": before, "limit": limit},
    ).fetchall()


def count_due(c: Connection, purposes: Sequence[str], before: datetime) -> int:
    row = c.execute(
        sql.SQL("SELECT count(*) AS value {due}").format(due=_DUE),
        {"purposes": list(purposes), "before": before},
    ).fetchone()
    return int(row["value"]) if row else 0
