"""SQL of the ledger: one row per attempt, written before the carrier is called.

Messages known by our reference, or by the carrier's, are found by an index of that. Such a statement says
nothing of the tenant, who is row security's business here: a planner that does not know the camp's first
messages yet would take them all for one row, and walk them (decision 29). Every other statement names the
tenant, so that its index serves.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from shared.kernel.binary_format import ids_parameter
from shared.kernel.database import Connection
from shared.kernel.rows import as_rows

Row = dict[str, Any]

_NEW: Final = {
    "id": "uuid",
    "recipient_id": "uuid",
    "contact_id": "uuid",
    "attempt": "smallint",
    "kind": "text",
    "body_hash": "bytea",
    "variant": "text",
    "content_version": "smallint",
}
_MOVED: Final = {
    "id": "uuid",
    "ledger_month": "date",
    "state": "text",
    "code": "text",
    "reason": "text",
    "carrier_message_id": "text",
    "carrier_group_id": "text",
    "accepted_at": "timestamptz",
    "settled_at": "timestamptz",
    "next_look_up_at": "timestamptz",
}


def insert_sending(connection: Connection, shared: Row, rows: Sequence[Row]) -> None:
    """Write attempts as `sending`, due for a look at their deadline.

    `shared`: ledger_month, campaign_id, account_id, sender_id, step, channel, deadline, at.
    Each row: id, recipient_id, contact_id, attempt, kind, body_hash, variant, content_version.
    One statement for a whole batch.
    """
    new, columns = as_rows(_NEW, rows)
    connection.execute(
        f"""INSERT INTO messages (tenant_id, ledger_month, campaign_id, account_id, sender_id, step, channel,
                                 state, deadline, next_look_up_at, attempted_at,
                                 id, recipient_id, contact_id, attempt, kind, body_hash, variant,
                                 content_version)
           SELECT current_tenant(), %(ledger_month)s, %(campaign_id)s::uuid, %(account_id)s::uuid,
                  %(sender_id)s::uuid, %(step)s, %(channel)s, 'sending', %(deadline)s, %(deadline)s, %(at)s,
                  n.*
             FROM {new} AS n""",
        {**shared, **columns},
    )


def campaigns_of(connection: Connection, message_ids: Sequence[UUID]) -> list[UUID]:
    """The campaigns these messages belong to; test sends belong to none."""
    rows = connection.execute(
        "SELECT DISTINCT campaign_id FROM messages WHERE id = ANY(%s)",
        [ids_parameter(message_ids)],
    ).fetchall()
    return [row["campaign_id"] for row in rows if row["campaign_id"]]


def lock_by_ids(connection: Connection, message_ids: Sequence[UUID]) -> list[Row]:
    """Messages by our reference, locked in the order of their ids. 500 take about 3 ms."""
    return connection.execute(
        """SELECT id, ledger_month, campaign_id, recipient_id, account_id, step, attempt, state, accepted_at,
                  code, carrier_message_id, kind
             FROM messages WHERE id = ANY(%s) ORDER BY id FOR UPDATE""",
        [ids_parameter(message_ids)],
    ).fetchall()


def reopen(connection: Connection, message_ids: Sequence[UUID]) -> None:
    """Make withdrawn messages `unknown` again. The caller holds their locks."""
    connection.execute(
        """UPDATE messages SET state = 'unknown', settled_at = NULL
            WHERE id = ANY(%s) AND state = 'withdrawn'""",
        [ids_parameter(message_ids)],
    )


def ids_by_carrier_ids(
    connection: Connection, account_id: UUID, carrier_ids: Sequence[str]
) -> dict[str, UUID]:
    """Our references for an account's messages known by the carrier's own ids."""
    rows = connection.execute(
        """SELECT id, carrier_message_id FROM messages
            WHERE carrier_message_id = ANY(%s) AND account_id = %s""",
        [list(carrier_ids), account_id],
    ).fetchall()
    return {row["carrier_message_id"]: row["id"] for row in rows}


def update_states(connection: Connection, changes: Sequence[Row]) -> None:
    """Write decided moves. The caller holds the rows' locks and has checked that each move is legal.

    Each: id, ledger_month, state, code, reason, carrier_message_id, carrier_group_id, accepted_at,
    settled_at, next_look_up_at. What is None keeps its value, except next_look_up_at. Planned anew each time,
    by the ids alone: a plan that was kept from a month's first messages, or one that walks a month which it
    takes for empty, reads the whole ledger until statistics come.
    """
    moved, columns = as_rows(_MOVED, changes)
    connection.execute(
        f"""UPDATE messages m
              SET state = n.state, code = coalesce(n.code, m.code), reason = coalesce(n.reason, m.reason),
                  carrier_message_id = coalesce(m.carrier_message_id, n.carrier_message_id),
                  carrier_group_id = coalesce(m.carrier_group_id, n.carrier_group_id),
                  accepted_at = coalesce(m.accepted_at, n.accepted_at),
                  settled_at = coalesce(m.settled_at, n.settled_at), next_look_up_at = n.next_look_up_at
             FROM {moved} AS n
            WHERE m.id = n.id AND m.id = ANY(%(moved)s)""",
        {**columns, "moved": ids_parameter(change["id"] for change in changes)},
        prepare=False,
    )


def failures(
    connection: Connection, campaign: Mapping[str, Any], recipient_ids: Sequence[UUID]
) -> dict[tuple[UUID, int], int]:
    """How many messages that the carrier had taken failed, by (recipient, step).

    A probe of the ledger's unique index per recipient. `campaign` needs id, ledger_month.
    """
    rows = connection.execute(
        """SELECT recipient_id, step, count(*) AS value FROM messages
            WHERE tenant_id = current_tenant() AND ledger_month = %s AND campaign_id = %s
              AND recipient_id = ANY(%s) AND state = 'failed' AND accepted_at IS NOT NULL
            GROUP BY recipient_id, step""",
        [campaign["ledger_month"], campaign["id"], list(recipient_ids)],
    ).fetchall()
    return {(row["recipient_id"], row["step"]): row["value"] for row in rows}


def fate(connection: Connection, message_id: UUID) -> Row | None:
    """What became of one message: id, state, reason, code."""
    return connection.execute(
        """SELECT id, state, reason, code FROM messages
            WHERE id = %s""",
        [message_id],
    ).fetchone()


def lease(connection: Connection, state: str, now: datetime, until: datetime, limit: int) -> list[Row]:
    """Messages in a state whose look is due, oldest first, taken until a moment.

    Nobody else gets them before then; if their taker dies, they are due again. A walk of messages_unsettled.
    """
    return connection.execute(
        """WITH due AS (
             SELECT ledger_month, id FROM messages
              WHERE tenant_id = current_tenant() AND state = %(state)s
                AND state IN ('sending', 'accepted', 'unknown') AND next_look_up_at <= %(now)s
              ORDER BY next_look_up_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
           UPDATE messages m SET next_look_up_at = %(until)s FROM due
            WHERE m.ledger_month = due.ledger_month AND m.id = due.id
        RETURNING m.id, m.account_id, m.campaign_id, m.carrier_message_id, m.kind, m.attempted_at, m.deadline,
                  m.look_ups""",
        {"state": state, "now": now, "until": until, "limit": limit},
    ).fetchall()


def unreported_since(connection: Connection, before: datetime, limit: int) -> list[Row]:
    """Messages that were attempted before a moment and still have no end: id, accepted_at."""
    return connection.execute(
        """SELECT id, accepted_at FROM messages
            WHERE tenant_id = current_tenant() AND state IN ('accepted', 'unknown') AND attempted_at < %s
            LIMIT %s""",
        [before, limit],
    ).fetchall()


def postpone(connection: Connection, looks: Sequence[tuple[UUID, datetime]]) -> None:
    """Set when messages are looked at next, and count the look. What is settled meanwhile is left alone."""
    connection.execute(
        """WITH looked AS MATERIALIZED (
             SELECT m.ledger_month, m.id, m.state, n.at
               FROM messages m JOIN unnest(%s::uuid[], %s::timestamptz[]) AS n (id, at) ON n.id = m.id
              ORDER BY m.id FOR UPDATE OF m)
           UPDATE messages m SET next_look_up_at = looked.at, look_ups = m.look_ups + 1 FROM looked
            WHERE m.ledger_month = looked.ledger_month
              AND m.id = looked.id AND looked.state IN ('sending', 'accepted', 'unknown')""",
        [[look[0] for look in looks], [look[1] for look in looks]],
    )


def page(connection: Connection, campaign_id: UUID, filters: Row, limit: int) -> list[Row]:
    """The ledger of a campaign, newest first. `filters`: month, and what may be None:
    state, step, phone_hash, contact_ids, tokens and words (of the contact, by the blind index), before.
    """
    return connection.execute(
        """SELECT m.id, m.contact_id, m.step, m.channel, m.kind, m.state, m.reason, m.code, m.attempted_at,
                  m.accepted_at, m.settled_at, m.deadline, r.name_sealed, r.phone_sealed
             FROM messages m
             JOIN recipients r ON r.campaign_id = m.campaign_id AND r.id = m.recipient_id
            WHERE m.tenant_id = current_tenant() AND m.campaign_id = %(campaign_id)s
              AND m.ledger_month = %(month)s
              AND (%(state)s::text IS NULL OR m.state = %(state)s)
              AND (%(step)s::smallint IS NULL OR m.step = %(step)s)
              AND (%(phone_hash)s::bytea IS NULL OR r.phone_hash = %(phone_hash)s)
              AND (%(contact_ids)s::uuid[] IS NULL OR m.contact_id = ANY(%(contact_ids)s))
              AND (%(tokens)s::integer[] IS NULL OR EXISTS (
                    SELECT 1 FROM contact_search s
                     WHERE s.tenant_id = m.tenant_id AND s.contact_id = m.contact_id
                       AND s.tokens @> %(tokens)s::integer[]
                       AND (%(words)s::text IS NULL
                            OR s.tokens OPERATOR(intarray.@@) (%(words)s::text)::intarray.query_int)))
              AND m.id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY m.id DESC LIMIT %(limit)s""",
        {**filters, "campaign_id": campaign_id, "limit": limit},
    ).fetchall()


def states(connection: Connection, campaign_id: UUID, month: date) -> dict[str, int]:
    """Ledger rows by state: for the evidence and the tests, never behind a polled screen."""
    rows = connection.execute(
        """SELECT state, count(*) AS value FROM messages
            WHERE tenant_id = current_tenant() AND campaign_id = %s AND ledger_month = %s GROUP BY state""",
        [campaign_id, month],
    ).fetchall()
    return {row["state"]: row["value"] for row in rows}


def tenants_due(connection: Connection, state: str, now: datetime) -> list[UUID]:
    """Across tenants, ids only: who has a message in a state that is due for a look."""
    rows = connection.execute("SELECT tenants_with_messages(%s, %s) AS id", [state, now]).fetchall()
    return [row["id"] for row in rows]
