"""SQL of the traces: by what attempts are recognised at carriers that do not carry our reference."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, account_id: UUID, at: datetime, rows: Sequence[Row]) -> None:
    """Write the traces of one batch. Each row: message_id, kind, channel_id, number_hash, text_hash."""
    names = ("message_id", "kind", "channel_id", "number_hash", "text_hash")
    connection.execute(
        """INSERT INTO message_traces (tenant_id, account_id, attempted_at,
                                       message_id, kind, channel_id, number_hash, text_hash)
           SELECT current_tenant(), %(account_id)s, %(at)s, row.*
             FROM unnest(%(message_id)s::uuid[], %(kind)s::text[], %(channel_id)s::text[],
                         %(number_hash)s::bytea[], %(text_hash)s::bytea[]) AS row""",
        {"account_id": account_id, "at": at, **{name: [row[name] for row in rows] for name in names}},
    )


def between(connection: Connection, account_id: UUID, since: datetime, until: datetime) -> list[Row]:
    """An account's traces of a time with what became of their messages; `gone`: never taken, we think.

    A range of message_traces_time; each message by messages_reference, some 20 µs.
    """
    return connection.execute(
        """SELECT t.message_id, t.attempted_at, t.kind, t.channel_id, t.number_hash, t.text_hash,
                  m.carrier_message_id, m.gone
             FROM message_traces t
            CROSS JOIN LATERAL (SELECT m.carrier_message_id,
                                       m.state IN ('withdrawn', 'failed') AND m.accepted_at IS NULL AS gone
                                  FROM messages m WHERE m.id = t.message_id OFFSET 0) m
            WHERE t.tenant_id = current_tenant() AND t.account_id = %s AND t.attempted_at BETWEEN %s AND %s
            ORDER BY t.attempted_at, t.message_id""",
        [account_id, since, until],
    ).fetchall()


def unknown_message(connection: Connection, campaign_id: UUID, message_id: UUID) -> Row | None:
    """A message of a campaign: state, deadline."""
    return connection.execute(
        """SELECT state, deadline FROM messages
            WHERE tenant_id = current_tenant() AND id = %s AND campaign_id = %s""",
        [message_id, campaign_id],
    ).fetchone()


def purge(connection: Connection) -> int:
    """Across tenants: delete traces that nobody will ask for. Returns how many."""
    row = connection.execute("SELECT purge_message_traces() AS deleted").fetchone()
    return int(row["deleted"]) if row else 0
