"""SQL of the report inbox: carriers' calls as they came, sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, account_id: UUID, kind: str, sealed: bytes) -> None:
    """Keep a call. That the account's carrier brings reports is noted once a minute: one row for every call
    of a large send would be written again and again.
    """
    connection.execute(
        """WITH noted AS (
             UPDATE carrier_accounts SET called_at = now()
              WHERE id = %(account)s AND %(kind)s = 'reports'
                AND (called_at IS NULL OR called_at < now() - interval '1 minute'))
           INSERT INTO report_inbox (tenant_id, account_id, kind, body_sealed)
           VALUES (current_tenant(), %(account)s, %(kind)s, %(sealed)s)""",
        {"account": account_id, "kind": kind, "sealed": sealed},
    )


def take(connection: Connection, kind: str, limit: int, most_bytes: int, after: int = 0) -> list[Row]:
    """The oldest calls of a kind that wait, locked; another worker takes the ones after them.

    At most `most_bytes` together, but always one; only those with a later id than `after`.
    """
    return connection.execute(
        """WITH waiting AS (
             SELECT id, octet_length(body_sealed) AS bytes FROM report_inbox
              WHERE kind = %(kind)s AND applied_at IS NULL AND failed_at IS NULL AND id > %(after)s
              ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
           added AS (
             SELECT id, bytes, sum(bytes) OVER (ORDER BY id) AS total FROM waiting)
           SELECT i.id, i.account_id, i.kind, i.body_sealed, i.received_at
             FROM report_inbox i JOIN added ON added.id = i.id
            WHERE added.total <= %(bytes)s OR added.total = added.bytes
            ORDER BY i.id""",
        {"kind": kind, "after": after, "limit": limit, "bytes": most_bytes},
    ).fetchall()


def mark_applied(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    connection.execute("UPDATE report_inbox SET applied_at = %s WHERE id = ANY(%s)", [at, list(ids)])


def count_attempt(connection: Connection, call_id: int, most: int, at: datetime) -> bool:
    """Count an attempt that failed; True when it was the last one and the call is put aside."""
    row = connection.execute(
        """UPDATE report_inbox SET attempts = attempts + 1,
                  failed_at = CASE WHEN attempts + 1 >= %s THEN %s::timestamptz END
            WHERE id = %s RETURNING failed_at""",
        [most, at, call_id],
    ).fetchone()
    return row is not None and row["failed_at"] is not None


def tenants_waiting(connection: Connection, before: datetime) -> list[UUID]:
    """Across tenants, ids only: whose calls have waited since before a moment."""
    rows = connection.execute("SELECT tenants_with_reports(%s) AS id", [before]).fetchall()
    return [row["id"] for row in rows]
