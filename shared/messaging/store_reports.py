"""SQL of the report inbox: carriers' calls as they came, sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, account_id: UUID, kind: str, sealed: bytes) -> None:
    connection.execute(
        """INSERT INTO report_inbox (tenant_id, account_id, kind, body_sealed)
           VALUES (current_tenant(), %s, %s, %s)""",
        [account_id, kind, sealed],
    )


def take(connection: Connection, limit: int) -> list[Row]:
    """The oldest calls not yet applied, locked; another worker takes the ones after them."""
    return connection.execute(
        """SELECT id, account_id, kind, body_sealed, received_at FROM report_inbox
            WHERE applied_at IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
        [limit],
    ).fetchall()


def mark_applied(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    connection.execute("UPDATE report_inbox SET applied_at = %s WHERE id = ANY(%s)", [at, list(ids)])


def tenants_waiting(connection: Connection, before: datetime) -> list[UUID]:
    """Across tenants, ids only: whose calls have waited since before a moment."""
    rows = connection.execute("SELECT tenants_with_reports(%s) AS id", [before]).fetchall()
    return [row["id"] for row in rows]
