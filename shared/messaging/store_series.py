"""SQL of the monitor's chart: what happened per five seconds of a campaign."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

BUCKET_SECONDS = 5
Row = dict[str, Any]


def add(
    connection: Connection,
    campaign_id: UUID,
    at: datetime,
    *,
    accepted: int,
    delivered: int,
    failed: int,
    faulty: int,
) -> None:
    """Count into the bucket of a moment. `faulty` is a part of `failed` (see `budget`)."""
    if not (accepted or delivered or failed):
        return
    bucket = datetime.fromtimestamp(at.timestamp() // BUCKET_SECONDS * BUCKET_SECONDS, tz=at.tzinfo)
    connection.execute(
        """INSERT INTO campaign_series AS s (tenant_id, campaign_id, at, accepted, delivered, failed, faulty)
           VALUES (current_tenant(), %s, %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, campaign_id, at) DO UPDATE
              SET accepted = s.accepted + excluded.accepted, delivered = s.delivered + excluded.delivered,
                  failed = s.failed + excluded.failed, faulty = s.faulty + excluded.faulty""",
        [campaign_id, bucket, accepted, delivered, failed, faulty],
    )


def points(connection: Connection, campaign_id: UUID, limit: int) -> list[Row]:
    """The last `limit` buckets, oldest first."""
    rows = connection.execute(
        """SELECT at, accepted, delivered, failed FROM campaign_series
            WHERE campaign_id = %s ORDER BY at DESC LIMIT %s""",
        [campaign_id, limit],
    ).fetchall()
    return rows[::-1]


def newest(connection: Connection, campaign_id: UUID, since: datetime | None, count: int) -> tuple[int, int]:
    """(ended, faulty) of the newest buckets that together hold `count` ends, or of all there are.

    A walk of the primary key, an hour of buckets at most.
    """
    row = connection.execute(
        """SELECT coalesce(sum(ended), 0) AS ended, coalesce(sum(faulty), 0) AS faulty
             FROM (SELECT ended, faulty, sum(ended) OVER (ORDER BY at DESC) - ended AS newer
                     FROM (SELECT at, delivered + failed AS ended, faulty FROM campaign_series
                            WHERE campaign_id = %(campaign)s
                              AND at >= coalesce(%(since)s::timestamptz, '-infinity')
                            ORDER BY at DESC LIMIT 720) AS buckets) AS counted
            WHERE newer < %(count)s""",
        {"campaign": campaign_id, "since": since, "count": count},
    ).fetchone()
    return (int(row["ended"]), int(row["faulty"])) if row else (0, 0)
