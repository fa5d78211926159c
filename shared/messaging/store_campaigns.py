"""SQL of campaigns, their steps and their counters.

Whoever changes recipients of a campaign locks the campaign's row first (`lock`). One lock, taken
first: pause and cancel act at once, and no two transactions can deadlock over recipients, counters
and quota.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection
from shared.messaging.states import CAMPAIGN_FROM, CampaignStatus

Row = dict[str, Any]


class Twin(NamedTuple):
    """A campaign that says the same in one of its texts; `is_current`: whoever still waits will get that."""

    id: UUID
    number: int
    is_current: bool


def insert(connection: Connection, campaign_id: UUID, fields: Row) -> None:
    """`fields`: name, purpose, audience, scheduled_at, priority, member_id."""
    connection.execute(
        """INSERT INTO campaigns (tenant_id, id, name, purpose, audience, scheduled_at, priority, member_id)
           VALUES (current_tenant(), %(id)s, %(name)s, %(purpose)s, %(audience)s, %(scheduled_at)s,
                   %(priority)s, %(member_id)s)""",
        {**fields, "id": campaign_id, "audience": Jsonb(fields["audience"])},
    )


def update(connection: Connection, campaign_id: UUID, fields: Row) -> None:
    connection.execute(
        """UPDATE campaigns SET name = %(name)s, purpose = %(purpose)s, audience = %(audience)s,
                  scheduled_at = %(scheduled_at)s, priority = %(priority)s,
                  updated_at = now() WHERE id = %(id)s""",
        {**fields, "id": campaign_id, "audience": Jsonb(fields["audience"])},
    )


def replace_steps(connection: Connection, campaign_id: UUID, steps: list[Row]) -> None:
    connection.execute("DELETE FROM campaign_steps WHERE campaign_id = %s", [campaign_id])
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO campaign_steps (tenant_id, campaign_id, position, channel, sender_id, template_id,
                                           template_version, image_id, image_link, image_wide,
                                           subject, body, buttons,
                                           wait_seconds, retries, retry_seconds)
               VALUES (current_tenant(), %(campaign_id)s, %(position)s, %(channel)s, %(sender_id)s,
                       %(template_id)s, %(template_version)s, %(image_id)s, %(image_link)s,
                       %(image_wide)s, %(subject)s, %(body)s,
                       %(buttons)s, %(wait_seconds)s, %(retries)s, %(retry_seconds)s)""",
            [
                {**step, "campaign_id": campaign_id, "buttons": Jsonb(step.get("buttons") or [])}
                for step in steps
            ],
        )


def set_template(connection: Connection, campaign_id: UUID, position: int, template_id: UUID) -> None:
    connection.execute(
        """UPDATE campaign_steps SET template_id = %s, template_version = 1
            WHERE campaign_id = %s AND position = %s""",
        [template_id, campaign_id, position],
    )


def delete(connection: Connection, campaign_id: UUID) -> None:
    connection.execute("DELETE FROM campaigns WHERE id = %s", [campaign_id])


def get(connection: Connection, campaign_id: UUID) -> Row | None:
    return connection.execute("SELECT * FROM campaigns WHERE id = %s", [campaign_id]).fetchone()


def lock(connection: Connection, campaign_id: UUID) -> Row | None:
    """The campaign, for whoever steers it: until the end of the transaction nothing of it moves.

    Take it before anything of its recipients, and never after `share`.
    """
    return connection.execute("SELECT * FROM lock_campaigns(%s)", [[campaign_id]]).fetchone()


def share(connection: Connection, campaign_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Campaigns, for whoever moves their recipients: beside others who do, never beside `lock`.

    What they say of themselves holds until the end of the transaction, except for counts. Take it before
    anything of their recipients (decision 30).
    """
    rows = connection.execute("SELECT * FROM share_campaigns(%s)", [list(campaign_ids)]).fetchall()
    return {row["id"]: row for row in rows}


def steps_of(connection: Connection, campaign_ids: Iterable[UUID]) -> list[Row]:
    return connection.execute(
        "SELECT * FROM campaign_steps WHERE campaign_id = ANY(%s) ORDER BY campaign_id, position",
        [list(campaign_ids)],
    ).fetchall()


def page(connection: Connection, status: str | None, before: UUID | None, limit: int) -> list[Row]:
    """Campaigns newest first: a walk of the primary key."""
    return connection.execute(
        """SELECT * FROM campaigns
            WHERE (%(status)s::text IS NULL OR status = %(status)s)
              AND id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT %(limit)s""",
        {"status": status, "before": before, "limit": limit},
    ).fetchall()


def move(connection: Connection, campaign_id: UUID, target: CampaignStatus, at: datetime) -> bool:
    """Set a status if the table of `states` allows it from the present one; False changes nothing."""
    row = connection.execute(
        """UPDATE campaigns SET status = %(target)s, updated_at = %(at)s,
                  resumed_at = CASE WHEN %(target)s = 'sending' THEN %(at)s ELSE resumed_at END,
                  stop_reason = CASE WHEN %(target)s = 'stopped' THEN stop_reason END,
                  finished_at = CASE WHEN %(target)s IN ('completed', 'cancelled') THEN %(at)s END
            WHERE id = %(id)s AND status = ANY(%(allowed)s) RETURNING 1 AS done""",
        {
            "target": target.value,
            "at": at,
            "id": campaign_id,
            "allowed": [status.value for status in CAMPAIGN_FROM[target]],
        },
    ).fetchone()
    return row is not None


def set_launched(connection: Connection, campaign_id: UUID, fields: Row) -> None:
    """`fields`: account_id, ledger_month, launched_at, launched_audience, prices."""
    connection.execute(
        """UPDATE campaigns SET account_id = %(account_id)s, ledger_month = %(ledger_month)s,
                  launched_at = %(launched_at)s, launched_audience = %(launched_audience)s,
                  prices = %(prices)s
            WHERE id = %(id)s""",
        {
            **fields,
            "id": campaign_id,
            "launched_audience": Jsonb(fields["launched_audience"]),
            "prices": Jsonb(fields["prices"]),
        },
    )


def set_body(connection: Connection, campaign_id: UUID, position: int, body: str) -> None:
    connection.execute(
        "UPDATE campaign_steps SET body = %s WHERE campaign_id = %s AND position = %s",
        [body, campaign_id, position],
    )


def set_law(connection: Connection, campaign_id: UUID, content_hash: bytes, consents: Iterable[str]) -> None:
    """What a campaign says, as a hash, and which consents its people must have given."""
    connection.execute(
        """WITH said AS (UPDATE campaigns SET content_hash = %(hash)s, consents_needed = %(consents)s
                          WHERE id = %(id)s RETURNING id, text_number)
           INSERT INTO campaign_texts (tenant_id, campaign_id, number, content_hash)
           SELECT current_tenant(), id, text_number, %(hash)s FROM said
           ON CONFLICT (tenant_id, campaign_id, number) DO UPDATE SET content_hash = excluded.content_hash""",
        {"hash": content_hash, "consents": list(consents), "id": campaign_id},
    )


def begin_text(connection: Connection, campaign_id: UUID) -> None:
    """What is said from now on is another text than what was sent so far. The caller holds the lock."""
    connection.execute("UPDATE campaigns SET text_number = text_number + 1 WHERE id = %s", [campaign_id])


def twins(
    connection: Connection, content_hash: bytes, except_id: UUID | None, at: datetime, within: timedelta
) -> list[Twin]:
    """Other campaigns that say or said the same and begin near a moment: a walk of campaign_texts_content."""
    rows = connection.execute(
        """SELECT c.id, t.number, t.number = c.text_number AS is_current
             FROM campaign_texts t JOIN campaigns c ON c.id = t.campaign_id
            WHERE t.content_hash = %(hash)s AND c.id IS DISTINCT FROM %(except)s AND c.launched_at IS NOT NULL
              AND greatest(c.launched_at, coalesce(c.scheduled_at, c.launched_at))
                  BETWEEN %(at)s - %(within)s::interval AND %(at)s + %(within)s::interval""",
        {"hash": content_hash, "except": except_id, "at": at, "within": within},
    ).fetchall()
    return [Twin(row["id"], row["number"], row["is_current"]) for row in rows]


def lock_content(connection: Connection, content_hash: bytes) -> None:
    """One batch at a time of all campaigns that say the same."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(current_tenant()::text || encode(%s, 'hex'), 0))",
        [content_hash],
    )


def lock_under_way(connection: Connection, campaign_id: UUID | None) -> list[Row]:
    """Campaigns that send or soon will, all or one, locked as by `lock`."""
    return connection.execute(
        """SELECT * FROM lock_campaigns(ARRAY(
             SELECT id FROM campaigns WHERE status IN ('scheduled', 'launching', 'sending')
                AND (%(id)s::uuid IS NULL OR id = %(id)s)))
            WHERE status IN ('scheduled', 'launching', 'sending') ORDER BY id""",
        {"id": campaign_id},
    ).fetchall()


def fold_counters(connection: Connection, campaign_id: UUID) -> None:
    """One counter for each step and state again. The caller holds the campaign's lock."""
    connection.execute("SELECT fold_counters(%s)", [campaign_id])


def set_stop_reason(connection: Connection, campaign_id: UUID, reason: str) -> None:
    connection.execute("UPDATE campaigns SET stop_reason = %s WHERE id = %s", [reason, campaign_id])


def add_reserved(connection: Connection, campaign_id: UUID, change: int) -> None:
    """Keep what the campaign holds of the quota."""
    connection.execute("UPDATE campaigns SET reserved = reserved + %s WHERE id = %s", [change, campaign_id])


def touch(connection: Connection, campaign_id: UUID, at: datetime) -> None:
    connection.execute("UPDATE campaigns SET updated_at = %s WHERE id = %s", [at, campaign_id])


def counters(connection: Connection, campaign_ids: Iterable[UUID]) -> list[Row]:
    """(campaign_id, step, state, count) as the triggers keep them: no scan of recipients."""
    return connection.execute(
        """SELECT campaign_id, step, state, sum(count)::bigint AS count FROM campaign_counters
            WHERE campaign_id = ANY(%s) GROUP BY campaign_id, step, state HAVING sum(count) <> 0""",
        [list(campaign_ids)],
    ).fetchall()


def lock_launches(connection: Connection) -> None:
    """One launch of a camp at a time: what the law counts must not be counted by two at once."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('launch:' || current_tenant(), 0))")


def due(connection: Connection, now: datetime) -> list[Row]:
    """Across tenants: campaigns with a recipient whose time has come, with their priority and due steps."""
    return connection.execute("SELECT * FROM campaigns_due(%s)", [now]).fetchall()


def ended(connection: Connection) -> list[Row]:
    """Across tenants, ids only: campaigns not completed in which no recipient is under way."""
    return connection.execute("SELECT * FROM campaigns_ended()").fetchall()


def idle(connection: Connection, status: CampaignStatus, before: datetime) -> list[Row]:
    """Across tenants, ids only: campaigns that stay in a status since before a moment."""
    return connection.execute("SELECT * FROM campaigns_idle(%s, %s)", [status.value, before]).fetchall()


def to_release(connection: Connection, now: datetime) -> list[Row]:
    """Across tenants, ids only: scheduled campaigns whose time has come."""
    return connection.execute("SELECT * FROM campaigns_to_release(%s)", [now]).fetchall()
