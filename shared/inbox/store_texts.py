"""SQL of what was written in conversations, and of the answers that wait to be sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert_received(connection: Connection, row: Row) -> bool:
    """Add a text that came in; False when this account's carrier brought it before.

    `row`: id, conversation_id, purpose, channel, text_sealed, at, account_id, carrier_key, sender_id,
    pictures.
    """
    done = connection.execute(
        """INSERT INTO conversation_messages (tenant_id, id, conversation_id, direction, purpose, channel,
                                              text_sealed, at, account_id, carrier_key, sender_id, pictures)
           VALUES (current_tenant(), %(id)s, %(conversation_id)s, 'in', %(purpose)s, %(channel)s,
                   %(text_sealed)s, %(at)s, %(account_id)s, %(carrier_key)s, %(sender_id)s, %(pictures)s)
           ON CONFLICT DO NOTHING RETURNING 1 AS done""",
        row,
    ).fetchone()
    return done is not None


def insert_answer(connection: Connection, row: Row) -> bool:
    """Add an answer that waits to be sent; False when its request key was used before.

    `row`: id, conversation_id, purpose, text_sealed, at, member_id, request_key, sender_id.
    """
    done = connection.execute(
        """INSERT INTO conversation_messages (tenant_id, id, conversation_id, direction, purpose, text_sealed,
                                              at, member_id, request_key, sender_id, state, next_at)
           VALUES (current_tenant(), %(id)s, %(conversation_id)s, 'out', %(purpose)s, %(text_sealed)s,
                   %(at)s, %(member_id)s, %(request_key)s, %(sender_id)s, 'waiting', %(at)s)
           ON CONFLICT DO NOTHING RETURNING 1 AS done""",
        row,
    ).fetchone()
    return done is not None


def by_request(connection: Connection, conversation_id: UUID, request_key: bytes) -> UUID | None:
    row = connection.execute(
        "SELECT id FROM conversation_messages WHERE conversation_id = %s AND request_key = %s",
        [conversation_id, request_key],
    ).fetchone()
    return row["id"] if row else None


def claim(connection: Connection, message_id: UUID, now: datetime) -> Row | None:
    """An answer that is due, locked, with whom it goes to; None when somebody else has it or it is done."""
    return connection.execute(
        """SELECT m.*, k.kind AS peer_kind, k.peer_hash, k.peer_sealed
             FROM conversation_messages m
             JOIN conversations k ON k.tenant_id = m.tenant_id AND k.id = m.conversation_id
            WHERE m.id = %s AND m.state IN ('waiting', 'handed') AND m.next_at <= %s
              FOR UPDATE OF m SKIP LOCKED""",
        [message_id, now],
    ).fetchone()


def handed(connection: Connection, message_id: UUID) -> Row | None:
    """An answer that is in the ledger and not yet settled, locked."""
    return connection.execute(
        "SELECT * FROM conversation_messages WHERE id = %s AND state = 'handed' FOR UPDATE", [message_id]
    ).fetchone()


def waiting(connection: Connection, now: datetime) -> list[UUID]:
    """Answers of the camp that wait and are due."""
    rows = connection.execute(
        """SELECT id FROM conversation_messages
            WHERE state = 'waiting' AND next_at <= %s ORDER BY next_at LIMIT 100""",
        [now],
    ).fetchall()
    return [row["id"] for row in rows]


def hand_over(connection: Connection, message_id: UUID, month: date, ledger_id: UUID, look: datetime) -> None:
    """It is in the ledger now, to be looked after at a moment."""
    connection.execute(
        """UPDATE conversation_messages SET state = 'handed', attempts = attempts + 1, ledger_month = %s,
                  message_id = %s, next_at = %s WHERE id = %s""",
        [month, ledger_id, look, message_id],
    )


def set_state(
    connection: Connection, message_id: UUID, state: str, next_at: datetime | None, reason: str | None = None
) -> None:
    connection.execute(
        "UPDATE conversation_messages SET state = %s, next_at = %s, reason = %s WHERE id = %s",
        [state, next_at, reason, message_id],
    )


def ledger_state(connection: Connection, month: date, message_id: UUID) -> Row | None:
    """{state, code} of an attempt."""
    return connection.execute(
        "SELECT state, code FROM messages WHERE ledger_month = %s AND id = %s", [month, message_id]
    ).fetchone()


def one(connection: Connection, message_id: UUID) -> Row | None:
    """One text with its fate, as `page`."""
    return connection.execute(f"{_TEXTS} WHERE m.id = %s", [message_id]).fetchone()


_TEXTS = """
  SELECT m.id, m.direction, m.purpose, m.channel, m.text_sealed, m.at, m.state, m.reason, m.member_id,
         m.pictures, g.state AS ledger_state, g.reason AS ledger_reason
    FROM conversation_messages m
    LEFT JOIN LATERAL (SELECT state, reason FROM messages
                        WHERE tenant_id = m.tenant_id AND ledger_month = m.ledger_month
                          AND id = m.message_id OFFSET 0) AS g ON true"""


def page(
    connection: Connection, conversation_id: UUID, before: tuple[datetime, UUID], limit: int
) -> list[Row]:
    """Texts of a conversation before a place, newest first: a walk of conversation_messages_thread."""
    return connection.execute(
        f"""{_TEXTS} WHERE m.conversation_id = %s AND (m.at, m.id) < (%s, %s)
            ORDER BY m.at DESC, m.id DESC LIMIT %s""",
        [conversation_id, *before, limit],
    ).fetchall()


def campaign_messages(
    connection: Connection, contact_ids: Sequence[UUID], before: tuple[datetime, UUID], limit: int
) -> list[Row]:
    """What campaigns sent to contacts before a place, newest first, in the text of then: a walk of
    messages_contact for each of a person's few ids. Attempts that never left are left out."""
    return connection.execute(
        """SELECT g.id, g.attempted_at AS at, g.channel, g.state AS ledger_state, g.reason AS ledger_reason,
                  g.campaign_id, g.recipient_id, g.step, g.body_hash, k.name AS campaign_name,
                  t.subject, t.body, r.name_sealed, r.phone_sealed, c.address_sealed, c.custom_sealed
             FROM unnest(%(ids)s::uuid[]) AS f (id)
            CROSS JOIN LATERAL (
              SELECT * FROM messages v
               WHERE v.tenant_id = current_tenant() AND v.contact_id = f.id AND v.campaign_id IS NOT NULL
                 AND v.state <> 'withdrawn' AND (v.attempted_at, v.id) < (%(at)s, %(id)s)
               ORDER BY v.attempted_at DESC, v.id DESC LIMIT %(limit)s) AS g
             JOIN campaigns k ON k.tenant_id = g.tenant_id AND k.id = g.campaign_id
             JOIN campaign_steps s ON s.tenant_id = g.tenant_id AND s.campaign_id = g.campaign_id
                  AND s.position = g.step
            CROSS JOIN LATERAL (
              SELECT 1 AS place, o.subject, o.body FROM campaign_contents o
               WHERE o.tenant_id = g.tenant_id AND o.campaign_id = g.campaign_id AND o.position = g.step
                 AND o.version = g.content_version AND o.variant = coalesce(g.variant, 'a')
              UNION ALL SELECT 2, b.subject, b.body FROM campaign_splits b
               WHERE b.tenant_id = g.tenant_id AND b.campaign_id = g.campaign_id AND g.variant = 'b'
                 AND g.content_version = s.content_version
              UNION ALL SELECT 3, s.subject, s.body
              ORDER BY place LIMIT 1) AS t
             LEFT JOIN recipients r ON r.tenant_id = g.tenant_id AND r.campaign_id = g.campaign_id
                  AND r.id = g.recipient_id
             LEFT JOIN contacts c ON c.tenant_id = g.tenant_id AND c.id = g.contact_id
            ORDER BY g.attempted_at DESC, g.id DESC LIMIT %(limit)s""",
        {"ids": list(contact_ids), "at": before[0], "id": before[1], "limit": limit},
    ).fetchall()


def due(connection: Connection, now: datetime) -> list[tuple[UUID, UUID]]:
    """Across tenants, ids only: (tenant, answer) to be sent or looked after."""
    rows = connection.execute("SELECT * FROM replies_due(%s)", [now]).fetchall()
    return [(row["tenant_id"], row["id"]) for row in rows]
