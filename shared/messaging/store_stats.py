"""SQL of figures that screens show."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.messaging import store_audience

Row = dict[str, Any]


def reasons(connection: Connection, campaign_id: UUID) -> list[Row]:
    """Recipients that got nothing, by reason, most frequent first."""
    return connection.execute(
        """SELECT reason, count FROM campaign_reasons
            WHERE campaign_id = %s AND count > 0 ORDER BY count DESC, reason""",
        [campaign_id],
    ).fetchall()


def daily(connection: Connection, first: date, last: date) -> list[Row]:
    """Messages per Korean day, both ends inclusive, from the charts' buckets; days without any are zero."""
    return connection.execute(
        """SELECT day::date AS date, coalesce(sum(s.accepted), 0)::int AS sent,
                  coalesce(sum(s.delivered), 0)::int AS delivered, coalesce(sum(s.failed), 0)::int AS failed
             FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
             LEFT JOIN campaign_series s ON s.at >= (day::date)::timestamp AT TIME ZONE 'Asia/Seoul'
                  AND s.at < (day::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
            GROUP BY day ORDER BY day""",
        {"first": first, "last": last},
    ).fetchall()


def campaign_totals(connection: Connection, first: date, last: date) -> Row:
    """Campaigns launched on Korean days from first to last, their recipients by state, their clicks."""
    row = connection.execute(
        """WITH launched AS (
             SELECT id, clicked FROM campaigns
              WHERE launched_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Seoul'
                AND launched_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'),
           counted AS (
             SELECT coalesce(sum(k.count) FILTER (
                      WHERE k.state IN ('sent', 'delivered', 'failed', 'unknown')), 0) AS messages,
                    coalesce(sum(k.count) FILTER (WHERE k.state = 'delivered'), 0) AS delivered,
                    coalesce(sum(k.count) FILTER (WHERE k.state = 'failed'), 0) AS failed
               FROM campaign_counters k JOIN launched l ON l.id = k.campaign_id)
           SELECT (SELECT count(*) FROM launched)::int AS campaigns,
                  (SELECT coalesce(sum(clicked), 0) FROM launched)::int AS clicked,
                  messages::int, delivered::int, failed::int FROM counted""",
        {"first": first, "last": last},
    ).fetchone()
    return row or {}


def people(connection: Connection) -> Row:
    """Contacts, those who may be texted, opt-outs. The first from its counter, the others counted."""
    row = connection.execute(
        """SELECT coalesce((SELECT count FROM contact_counters WHERE tag = ''), 0)::int AS contacts,
                  (SELECT count(*) FROM opt_outs)::int AS opt_outs"""
    ).fetchone()
    reachable = store_audience.count_reachable(connection, store_audience.everybody())
    return {"contacts": 0, "opt_outs": 0, **(row or {}), "reachable": reachable}
