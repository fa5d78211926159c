"""SQL of splits: two texts, who tries them, who waits for the better one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
NOT_YET = "infinity"  # when the rest is due before the decision: no claim and no index probe finds it


def get(connection: Connection, campaign_id: UUID) -> Row | None:
    return connection.execute(
        "SELECT * FROM campaign_splits WHERE campaign_id = %s", [campaign_id]
    ).fetchone()


def replace(connection: Connection, campaign_id: UUID, fields: Row | None) -> None:
    """`fields`: subject, body, share_percent, is_automatic, after_minutes, minimum; None: no split."""
    connection.execute("DELETE FROM campaign_splits WHERE campaign_id = %s", [campaign_id])
    if fields is not None:
        connection.execute(
            """INSERT INTO campaign_splits (tenant_id, campaign_id, subject, body, share_percent,
                                            is_automatic, after_minutes, minimum)
               VALUES (current_tenant(), %(campaign_id)s, %(subject)s, %(body)s, %(share_percent)s,
                       %(is_automatic)s, %(after_minutes)s, %(minimum)s)""",
            {**fields, "campaign_id": campaign_id},
        )


def set_text(connection: Connection, campaign_id: UUID, subject: str | None, body: str) -> None:
    """The second text. The caller holds the campaign's lock."""
    connection.execute(
        "UPDATE campaign_splits SET subject = %s, body = %s WHERE campaign_id = %s",
        [subject, body, campaign_id],
    )


def draw(connection: Connection, campaign_id: UUID, first: int, second: int, start: datetime) -> None:
    """Give `first` of those who wait text A, `second` others B, due at `start`; the others go on waiting.

    The order is by a hash of campaign and number: the same however often it is asked, another one in every
    campaign. Sorts the recipients once and writes to the trial's only: 1.4 s for 20,000 of 100,000.
    """
    connection.execute(
        """WITH drawn AS (
             SELECT place, row_number() OVER (ORDER BY lot) AS number FROM (
               SELECT ctid AS place, sha256(uuid_send(campaign_id) || phone_hash) AS lot FROM recipients
                WHERE campaign_id = %(campaign)s AND state = 'queued'
                ORDER BY lot LIMIT %(trial)s) AS lots)
           UPDATE recipients r
              SET variant = CASE WHEN drawn.number <= %(first)s THEN 'a' ELSE 'b' END, next_at = %(start)s
             FROM drawn WHERE r.campaign_id = %(campaign)s AND r.ctid = drawn.place""",
        {"campaign": campaign_id, "first": first, "trial": first + second, "start": start},
    )


def release(connection: Connection, campaign_id: UUID, now: datetime) -> int:
    """Let the rest be sent to; returns how many. A walk of recipients_due, 2 s for 80,000."""
    return connection.execute(
        """UPDATE recipients SET next_at = %s
            WHERE campaign_id = %s AND state = 'queued' AND step = 1 AND next_at = 'infinity'""",
        [now, campaign_id],
    ).rowcount


def choose(
    connection: Connection, campaign_id: UUID, variant: str, member_id: UUID | None, now: datetime
) -> bool:
    """Write the decision down; False when there is one."""
    row = connection.execute(
        """UPDATE campaign_splits SET chosen = %s, chosen_at = %s, chosen_by = %s
            WHERE campaign_id = %s AND chosen IS NULL RETURNING 1 AS done""",
        [variant, now, member_id, campaign_id],
    ).fetchone()
    return row is not None


def figures(connection: Connection, campaign_id: UUID) -> dict[str, Row]:
    """The trial by variant: recipients, waiting, sent, delivered, opened, last_sent_at.

    Who went on to another channel got another text there: of them nothing but that they were sent to counts.
    Walks recipients_trial, 70 ms for 20,000.
    """
    rows = connection.execute(
        """SELECT variant, count(*)::int AS recipients, max(sent_at) AS last_sent_at,
                  count(*) FILTER (WHERE step = 1 AND state IN ('queued', 'sending'))::int AS waiting,
                  count(sent_at)::int AS sent,
                  count(*) FILTER (WHERE step = 1 AND (state = 'delivered' OR clicked_at IS NOT NULL))::int
                    AS delivered,
                  count(*) FILTER (WHERE step = 1 AND clicked_at IS NOT NULL)::int AS opened
             FROM recipients WHERE tenant_id = current_tenant() AND campaign_id = %s AND variant IS NOT NULL
            GROUP BY variant""",
        [campaign_id],
    ).fetchall()
    return {row["variant"]: row for row in rows}


def undecided(connection: Connection) -> Iterable[Row]:
    """Across tenants, ids only: sending campaigns with a trial that the rule may decide."""
    return connection.execute("SELECT * FROM splits_undecided()").fetchall()
