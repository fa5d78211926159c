"""SQL of texts that are replaced while their campaign is under way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def archive(connection: Connection, campaign_id: UUID, position: int, member_id: UUID, now: datetime) -> int:
    """Keep the texts of a step as they are under their version, and begin the next one; returns that.

    The caller holds the campaign's lock.
    """
    connection.execute(
        """INSERT INTO campaign_contents (tenant_id, campaign_id, position, version, variant, subject, body,
                                          replaced_at, member_id)
           SELECT s.tenant_id, s.campaign_id, s.position, s.content_version, t.variant, t.subject, t.body,
                  %(now)s, %(member)s
             FROM campaign_steps s
            CROSS JOIN LATERAL (
              SELECT 'a' AS variant, s.subject, s.body
              UNION ALL SELECT 'b', b.subject, b.body FROM campaign_splits b
                         WHERE b.tenant_id = s.tenant_id AND b.campaign_id = s.campaign_id AND s.position = 1
              OFFSET 0) AS t
            WHERE s.campaign_id = %(campaign)s AND s.position = %(position)s""",
        {"campaign": campaign_id, "position": position, "member": member_id, "now": now},
    )
    row = connection.execute(
        """UPDATE campaign_steps SET content_version = content_version + 1
            WHERE campaign_id = %s AND position = %s RETURNING content_version""",
        [campaign_id, position],
    ).fetchone()
    return int(row["content_version"]) if row else 0


def set_text(
    connection: Connection, campaign_id: UUID, position: int, subject: str | None, body: str
) -> None:
    """The text of a step (the first of two)."""
    connection.execute(
        "UPDATE campaign_steps SET subject = %s, body = %s WHERE campaign_id = %s AND position = %s",
        [subject, body, campaign_id, position],
    )


def hold(connection: Connection, campaign_id: UUID, content_hash: bytes | None) -> None:
    """What must be approved before the campaign goes on; None: nothing."""
    connection.execute(
        "UPDATE campaigns SET held_content_hash = %s WHERE id = %s", [content_hash, campaign_id]
    )


def replaced(connection: Connection, campaign_id: UUID) -> list[Row]:
    """The texts that were replaced, in order."""
    return connection.execute(
        """SELECT position, version, variant, subject, body, replaced_at, member_id FROM campaign_contents
            WHERE campaign_id = %s ORDER BY position, version, variant""",
        [campaign_id],
    ).fetchall()
