"""SQL of what people asked for."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection
from shared.privacy import agreement

Row = dict[str, Any]


def insert(c: Connection, row: Row) -> None:
    c.execute(
        """INSERT INTO privacy_requests (tenant_id, id, kind, contact_id, point_hash, detail_sealed, due_on,
                                         member_id)
           VALUES (current_tenant(), %(id)s, %(kind)s, %(contact_id)s, %(point_hash)s, %(detail_sealed)s,
                   %(due_on)s, %(member_id)s)""",
        row,
    )


# With the living contact that whoever asked is part of today: merging must not lose who it was.
_SHOWN = sql.SQL("SELECT r.*, {living} AS living_id FROM privacy_requests r").format(
    living=agreement.living("r.contact_id")
)


def get(c: Connection, request_id: UUID) -> Row | None:
    return c.execute(
        sql.SQL("{} WHERE r.tenant_id = current_tenant() AND r.id = %s").format(_SHOWN), [request_id]
    ).fetchone()


def page(c: Connection, status: str | None, before: UUID | None, limit: int) -> list[Row]:
    """Requests, newest first: a walk of the primary key."""
    return c.execute(
        sql.SQL(
            """{}
            WHERE r.tenant_id = current_tenant() AND r.status = coalesce(%s, r.status)
              AND r.id < coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY r.id DESC LIMIT %s"""
        ).format(_SHOWN),
        [status, before, limit],
    ).fetchall()


def answer(c: Connection, request_id: UUID, status: str, words: bytes, member_id: UUID) -> bool:
    """Whether it was open."""
    return (
        c.execute(
            """UPDATE privacy_requests SET status = %s, answer_sealed = %s, answered_by = %s,
                      answered_at = now()
                WHERE tenant_id = current_tenant() AND id = %s AND status = 'open'""",
            [status, words, member_id, request_id],
        ).rowcount
        > 0
    )


def close_all_of(
    c: Connection, contact_ids: list[UUID], phone_hashes: list[bytes], member_id: UUID | None
) -> None:
    """Answers the open requests of people who are being erased and forgets what was said. `phone_hashes`:
    numbers that are nobody's any more, by which they may have asked before they were known."""
    c.execute(
        """UPDATE privacy_requests
              SET detail_sealed = NULL, answer_sealed = NULL,
                  answered_by = CASE WHEN status = 'open' THEN %s ELSE answered_by END,
                  answered_at = coalesce(answered_at, now()),
                  status = CASE WHEN status = 'open' THEN 'answered' ELSE status END
            WHERE tenant_id = current_tenant()
              AND (contact_id = ANY(%s) OR (contact_id IS NULL AND point_hash = ANY(%s)))""",
        [member_id, contact_ids, phone_hashes],
    )


def overdue(c: Connection, today: date) -> int:
    row = c.execute(
        """SELECT count(*) AS value FROM privacy_requests
            WHERE tenant_id = current_tenant() AND status = 'open' AND due_on < %s""",
        [today],
    ).fetchone()
    return int(row["value"]) if row else 0
