"""SQL of the monitor's chart: what happened per five seconds of a campaign."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

BUCKET_SECONDS = 5
Row = dict[str, Any]


def add(
    connection: Connection, campaign_id: UUID, at: datetime, accepted: int, delivered: int, failed: int
) -> None:
    """Count into the bucket of a moment."""
    if not (accepted or delivered or failed):
        return
    bucket = datetime.fromtimestamp(at.timestamp() // BUCKET_SECONDS * BUCKET_SECONDS, tz=at.tzinfo)
    connection.execute(
        """INSERT INTO campaign_series AS s (tenant_id, campaign_id, at, accepted, delivered, failed)
           VALUES (current_tenant(), %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, campaign_id, at) DO UPDATE
              SET accepted = s.accepted + excluded.accepted, delivered = s.delivered + excluded.delivered,
                  failed = s.failed + excluded.failed""",
        [campaign_id, bucket, accepted, delivered, failed],
    )


def points(connection: Connection, campaign_id: UUID, limit: int) -> list[Row]:
    """The last `limit` buckets, oldest first."""
    rows = connection.execute(
        """SELECT at, accepted, delivered, failed FROM campaign_series
            WHERE campaign_id = %s ORDER BY at DESC LIMIT %s""",
        [campaign_id, limit],
    ).fetchall()
    return rows[::-1]
