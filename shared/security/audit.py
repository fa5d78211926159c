"""The audit log: who did what. Append-only and hash-chained by the database."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection


def record(
    connection: Connection, action: str, *, member_id: UUID | None, target: str | None = None, **detail: Any
) -> None:
    """Adds a line in the running transaction. `detail` holds ids and words of ours, never personal data."""
    connection.execute(
        """INSERT INTO audit_log (tenant_id, member_id, action, target, detail)
           VALUES (current_tenant(), %s, %s, %s, %s)""",
        [member_id, action, target, Jsonb(detail)],
    )
