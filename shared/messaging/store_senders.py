"""SQL of senders."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
Described = tuple[str | None, str, date | None, date | None]  # carrier, label, registered on, reported on


def upsert(
    connection: Connection,
    sender_id: UUID,
    kind: str,
    value: tuple[bytes, bytes],
    described: Described,
) -> bool:
    """Add a sender; `value` is (sealed, hash).

    False when the camp has this value already.
    """
    row = connection.execute(
        """INSERT INTO senders
             (tenant_id, id, kind, value_sealed, value_hash, carrier, label, registered_on, reported_on)
           VALUES (current_tenant(), %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING RETURNING 1 AS done""",
        [sender_id, kind, *value, *described],
    ).fetchone()
    return row is not None


def update(
    connection: Connection,
    sender_id: UUID,
    value: tuple[bytes, bytes],
    described: Described,
) -> bool:
    row = connection.execute(
        """UPDATE senders SET value_sealed = %s, value_hash = %s, carrier = %s, label = %s,
                  registered_on = %s, reported_on = %s, updated_at = now()
            WHERE id = %s AND deleted_at IS NULL RETURNING 1 AS done""",
        [*value, *described, sender_id],
    ).fetchone()
    return row is not None


def mark_deleted(connection: Connection, sender_id: UUID) -> bool:
    row = connection.execute(
        "UPDATE senders SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL RETURNING 1 AS done",
        [sender_id],
    ).fetchone()
    return row is not None


def in_use(connection: Connection, sender_id: UUID) -> bool:
    """Whether a campaign that is under way sends from it."""
    row = connection.execute(
        """SELECT 1 AS found FROM campaign_steps s JOIN campaigns c ON c.id = s.campaign_id
            WHERE s.sender_id = %s AND c.status IN ('scheduled', 'launching', 'sending', 'paused', 'stopped')
            LIMIT 1""",
        [sender_id],
    ).fetchone()
    return row is not None


def was_launched(connection: Connection, sender_id: UUID) -> bool:
    """Whether a campaign was ever launched to send from it."""
    row = connection.execute(
        """SELECT 1 AS found FROM campaign_steps s JOIN campaigns c ON c.id = s.campaign_id
            WHERE s.sender_id = %s AND c.launched_at IS NOT NULL LIMIT 1""",
        [sender_id],
    ).fetchone()
    return row is not None


def live(connection: Connection) -> list[Row]:
    return connection.execute(
        "SELECT * FROM senders WHERE deleted_at IS NULL ORDER BY created_at, id"
    ).fetchall()


def by_ids(connection: Connection, sender_ids: list[UUID]) -> list[Row]:
    """Senders by id, deleted ones included: a campaign keeps what it was launched with."""
    return connection.execute("SELECT * FROM senders WHERE id = ANY(%s)", [sender_ids]).fetchall()


def by_hash(connection: Connection, kind: str, value_hash: bytes) -> UUID | None:
    """The live sender of a value: a probe of senders_value."""
    row = connection.execute(
        "SELECT id FROM senders WHERE kind = %s AND value_hash = %s AND deleted_at IS NULL",
        [kind, value_hash],
    ).fetchone()
    return row["id"] if row else None
