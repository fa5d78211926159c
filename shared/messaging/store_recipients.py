"""SQL of recipients. The caller holds the campaign: `store_campaigns.share`, or `lock`.

Who waits has a moment from which on (`next_at`), and nobody else has: the table sees to it. So recipients_due
need not look at the state, and a move from one state to another touches no index at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.binary_format import ids_parameter
from shared.kernel.database import Connection
from shared.kernel.rows import as_rows
from shared.messaging.states import RECIPIENT_FROM, RecipientState
from shared.privacy import agreement

Row = dict[str, Any]


def next_step_due(
    connection: Connection, campaign_id: UUID, now: datetime, steps: Sequence[int]
) -> int | None:
    """Which of `steps` to send now: the latest with somebody waiting, because fallbacks are few and late."""
    row = connection.execute(
        """SELECT s.position FROM campaign_steps s
            WHERE s.campaign_id = %(campaign)s AND s.position = ANY(%(steps)s)
              AND EXISTS (SELECT 1 FROM recipients r
                           WHERE r.campaign_id = %(campaign)s AND r.step = s.position
                             AND r.next_at <= %(now)s)
            ORDER BY s.position DESC LIMIT 1""",
        {"campaign": campaign_id, "now": now, "steps": list(steps)},
    ).fetchone()
    return row["position"] if row else None


_CLAIM = sql.SQL(
    """WITH due AS (
          SELECT r.ctid AS place, r.contact_id, r.phone_hash, r.phone_sealed FROM recipients r
           WHERE r.campaign_id = %(campaign)s AND r.step = %(step)s AND r.next_at <= %(now)s
           ORDER BY r.next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
        looked_up AS MATERIALIZED (
          SELECT due.place, c.address_sealed, c.custom_sealed,
                 ARRAY(SELECT o.channel FROM opt_outs o WHERE o.kind = 'phone' AND o.hash = due.phone_hash)
                 || ARRAY(SELECT o.channel FROM contact_points q
                            JOIN opt_outs o ON o.kind = q.kind AND o.hash = q.hash
                           WHERE q.contact_id = holder.id) AS refused,
                 holder.id IS NULL OR due.phone_sealed IS NULL
                 OR (c.deleted_at IS NOT NULL AND c.merged_into IS NULL)
                 OR (c.deleted_at IS NULL AND holder.id <> c.id)
                 OR (kept.deleted_at IS NOT NULL AND kept.merged_into IS NULL) AS erased,
                 CASE WHEN cardinality(%(consents)s::text[]) > 0 THEN
                   NOT {agreed}
                 ELSE false END AS unasked,
                 CASE WHEN cardinality(%(twins)s::uuid[]) > 0 THEN
                   EXISTS (SELECT 1
                             FROM unnest(%(twins)s::uuid[], %(twin_texts)s::smallint[]) AS w (id, said)
                             JOIN recipients t ON t.campaign_id = w.id AND t.text_number = w.said
                            WHERE t.phone_hash = due.phone_hash
                              AND (t.state IN ('sending', 'unknown')
                                   OR (t.state IN ('sent', 'delivered') AND t.sent_at > %(told_since)s)))
                 ELSE false END AS told
            FROM due
            LEFT JOIN contacts c ON c.id = due.contact_id
            LEFT JOIN contacts kept ON kept.id = c.merged_into
            LEFT JOIN contact_points p ON p.kind = 'phone' AND p.hash = due.phone_hash
            LEFT JOIN contacts holder ON holder.id = p.contact_id AND holder.deleted_at IS NULL),
        judged AS (
          SELECT *, CASE
              WHEN refused && ARRAY['all', %(family)s::text]
                   AND (%(onward_family)s::text IS NULL
                        OR refused && ARRAY['all', %(onward_family)s::text]) THEN 'opt_out'
              WHEN erased THEN 'erased'
              WHEN unasked THEN 'no_consent'
              WHEN told THEN 'duplicate'
              WHEN refused && ARRAY['all', %(family)s::text] THEN 'onward' END AS verdict
            FROM looked_up)
        UPDATE recipients r
           SET state = CASE WHEN verdict IS NULL THEN 'sending' WHEN verdict = 'onward' THEN 'queued'
                            ELSE 'suppressed' END,
               next_at = CASE WHEN verdict = 'onward' THEN r.next_at END,
               reason = nullif(verdict, 'onward'),
               step = CASE WHEN verdict = 'onward' THEN %(onward)s::smallint ELSE r.step END,
               attempt = r.attempt + CASE WHEN verdict IS NULL THEN 1 ELSE 0 END,
               text_number = CASE WHEN verdict IS NULL THEN %(text_number)s ELSE r.text_number END
          FROM judged
         WHERE r.campaign_id = %(campaign)s AND r.ctid = judged.place
     RETURNING r.id, r.contact_id, r.attempt, r.state, r.variant, r.phone_sealed, r.name_sealed,
               judged.address_sealed, judged.custom_sealed"""
).format(
    agreed=agreement.agreed(
        "holder",
        purposes=sql.SQL("%(consents)s::text[]"),
        family=sql.SQL("%(family)s::text"),
        since=sql.Placeholder("agreed_since"),
    )
)


def claim(
    connection: Connection, campaign_id: UUID, step: int, now: datetime, limit: int, channels: Row
) -> list[Row]:
    """Take up to `limit` waiting recipients of a step: each becomes `sending`, or `suppressed` with why.

    `channels`: `family` of the step (sms, kakao); `onward`, the next step of another family, and
    `onward_family`, both None without one. Whoever refuses this family only waits for that step instead.
    `consents`, the purposes that people must have agreed to since `agreed_since`: none but for advertising
    and sensitive fields. `twins`: campaigns that say or said the same, `twin_texts` in which of their texts;
    who got that since `told_since` is left out. `text_number`: which text of this campaign they get now.

    Opt-outs and erased people are looked at here, at the last moment, through whoever has the number now:
    the contact may have been merged since, and a refusal of any of a person's points bars them all. A number
    that is somebody else's by now would tell them what is the other's, so that counts as erased. Walks
    recipients_due; 500 rows take about 20 ms, the counters' trigger included. The locked rows are found again
    by their place: by id, a planner without statistics of a fresh campaign compared each with all recipients.
    """
    return connection.execute(
        _CLAIM,
        {
            "campaign": campaign_id,
            "step": step,
            "now": now,
            "limit": limit,
            "consents": [],
            "twins": [],
            "twin_texts": [],
            "text_number": 1,
            "told_since": now,
            "agreed_since": now,
            **channels,
        },
    ).fetchall()


def move(
    connection: Connection,
    campaign_id: UUID,
    recipient_ids: Sequence[UUID],
    target: RecipientState,
    *,
    reasons: Sequence[str | None] | None = None,
    sent_at: datetime | None = None,
) -> int:
    """Move recipients to a state, from where `states` allows it; returns how many moved."""
    if not recipient_ids:
        return 0
    why = reasons if reasons is not None else [None] * len(recipient_ids)
    rows = [{"id": id_, "reason": reason} for id_, reason in zip(recipient_ids, why, strict=True)]
    moved, columns = as_rows({"id": "uuid", "reason": "text"}, rows)
    cursor = connection.execute(
        f"""UPDATE recipients r SET state = %(target)s, reason = n.reason, next_at = NULL,
                  sent_at = coalesce(r.sent_at, %(sent_at)s)
             FROM {moved} AS n
            WHERE r.campaign_id = %(campaign)s AND r.id = n.id AND r.state = ANY(%(allowed)s)""",
        {
            "target": target.value,
            "sent_at": sent_at,
            "campaign": campaign_id,
            "allowed": [state.value for state in RECIPIENT_FROM[target]],
            **columns,
        },
    )
    return cursor.rowcount


def queue(
    connection: Connection,
    campaign_id: UUID,
    recipient_ids: Sequence[UUID],
    next_at: datetime,
    *,
    step: int | None = None,
    sent_at: datetime | None = None,
) -> int:
    """Let recipients wait again, at the same step or at the next one; returns how many."""
    if not recipient_ids:
        return 0
    cursor = connection.execute(
        """UPDATE recipients SET state = 'queued', reason = NULL, next_at = %(next_at)s,
                  step = coalesce(%(step)s, step), sent_at = coalesce(sent_at, %(sent_at)s)
            WHERE campaign_id = %(campaign)s AND id = ANY(%(ids)s) AND state = ANY(%(allowed)s)""",
        {
            "next_at": next_at,
            "step": step,
            "sent_at": sent_at,
            "campaign": campaign_id,
            "ids": ids_parameter(recipient_ids),
            "allowed": [state.value for state in RECIPIENT_FROM[RecipientState.QUEUED]],
        },
    )
    return cursor.rowcount


def take_back(connection: Connection, messages: Sequence[Row]) -> set[UUID]:
    """Make those recipients `unknown` again who still wait just where their message left them.

    Each: campaign_id, recipient_id, step, attempt of a withdrawn message. Returns the recipients' ids; of the
    others a later message is under way, or they came to an end.
    """
    names = ("campaign_id", "recipient_id", "step", "attempt")
    rows = connection.execute(
        """UPDATE recipients r SET state = 'unknown', next_at = NULL
             FROM unnest(%(campaign_id)s::uuid[], %(recipient_id)s::uuid[], %(step)s::smallint[],
                         %(attempt)s::smallint[]) AS m (campaign_id, recipient_id, step, attempt)
            WHERE r.campaign_id = m.campaign_id AND r.id = m.recipient_id AND r.state = 'queued'
              AND r.step = m.step AND r.attempt = m.attempt
        RETURNING r.id""",
        {name: [message[name] for message in messages] for name in names},
    ).fetchall()
    return {row["id"] for row in rows}


def suppress_waiting(connection: Connection, campaign_id: UUID, reason: str) -> int:
    """Suppress everybody who still waits; returns how many."""
    return connection.execute(
        """UPDATE recipients SET state = 'suppressed', reason = %s, next_at = NULL
            WHERE campaign_id = %s AND next_at IS NOT NULL""",
        [reason, campaign_id],
    ).rowcount


def suppress_newest_waiting(connection: Connection, campaign_id: UUID, reason: str, count: int) -> int:
    """Suppress `count` of those who wait, the last in line first; returns how many."""
    return connection.execute(
        """UPDATE recipients SET state = 'suppressed', reason = %(reason)s, next_at = NULL
            WHERE campaign_id = %(campaign)s AND id IN (
              SELECT id FROM recipients WHERE campaign_id = %(campaign)s AND state = 'queued'
               ORDER BY id DESC LIMIT %(count)s)""",
        {"reason": reason, "campaign": campaign_id, "count": count},
    ).rowcount


def count_failed(connection: Connection, campaign_id: UUID, reasons: Sequence[str]) -> int:
    """How many failed for one of these reasons."""
    row = connection.execute(
        """SELECT count(*) AS value FROM recipients
            WHERE campaign_id = %s AND state = 'failed' AND reason = ANY(%s)""",
        [campaign_id, list(reasons)],
    ).fetchone()
    return int(row["value"]) if row else 0


def queue_failed(connection: Connection, campaign_id: UUID, reasons: Sequence[str], now: datetime) -> int:
    """Let those who failed for one of these reasons wait again at the step that failed.

    Who failed for want of quota failed the step before too; what has yet to be tried is the next one.
    """
    return connection.execute(
        """UPDATE recipients SET state = 'queued', reason = NULL, next_at = %s,
                  step = step + CASE WHEN reason = 'quota' THEN 1 ELSE 0 END
            WHERE campaign_id = %s AND state = 'failed' AND reason = ANY(%s)""",
        [now, campaign_id, list(reasons)],
    ).rowcount


def phones_of(connection: Connection, campaign_id: UUID, recipient_ids: Sequence[UUID]) -> list[Row]:
    """The sealed numbers of recipients and their keyed hashes."""
    return connection.execute(
        """SELECT id, contact_id, phone_hash, phone_sealed FROM recipients
            WHERE campaign_id = %s AND id = ANY(%s)""",
        [campaign_id, list(recipient_ids)],
    ).fetchall()


def refresh_statistics(connection: Connection) -> None:
    """Tell the planner how many recipients there are now: 0.3 s, whatever their number."""
    connection.execute("SELECT refresh_recipient_statistics()")
