"""SQL of canned replies."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
MOST = 500


def live(connection: Connection) -> list[Row]:
    return connection.execute(
        """SELECT id, title, body, created_at, updated_at FROM canned_replies
            ORDER BY title, id LIMIT %s""",
        [MOST],
    ).fetchall()


def insert(connection: Connection, reply_id: UUID, title: str, body: str, member_id: UUID) -> Row:
    [row] = connection.execute(
        """INSERT INTO canned_replies (tenant_id, id, title, body, member_id)
           VALUES (current_tenant(), %s, %s, %s, %s) RETURNING id, title, body, created_at, updated_at""",
        [reply_id, title, body, member_id],
    ).fetchall()
    return row


def update(connection: Connection, reply_id: UUID, title: str, body: str) -> Row | None:
    return connection.execute(
        """UPDATE canned_replies SET title = %s, body = %s, updated_at = now() WHERE id = %s
        RETURNING id, title, body, created_at, updated_at""",
        [title, body, reply_id],
    ).fetchone()


def delete(connection: Connection, reply_id: UUID) -> bool:
    return connection.execute("DELETE FROM canned_replies WHERE id = %s", [reply_id]).rowcount > 0
