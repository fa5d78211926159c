"""SQL of the evidence file: a campaign's recipients and their messages, chunk by chunk."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def recipients_after(connection: Connection, campaign_id: UUID, after: UUID, limit: int) -> list[Row]:
    """Recipients in the order of their ids: a walk of the primary key, 5 ms per 1,000."""
    return connection.execute(
        """SELECT id, phone_hash, state, reason, step, sent_at, clicked_at FROM recipients
            WHERE tenant_id = current_tenant() AND campaign_id = %s AND id > %s ORDER BY id LIMIT %s""",
        [campaign_id, after, limit],
    ).fetchall()


def attempts_of(connection: Connection, campaign: Row, recipient_ids: Sequence[UUID]) -> list[Row]:
    """Their messages, by the unique index of the ledger; one probe for each recipient."""
    return connection.execute(
        """SELECT m.* FROM unnest(%(ids)s::uuid[]) AS r (id)
            CROSS JOIN LATERAL (
              SELECT recipient_id, id, step, attempt, channel, kind, state, reason, code, body_hash,
                     variant, content_version,
                     sender_id, account_id, carrier_message_id, attempted_at, accepted_at, settled_at
                FROM messages
               WHERE tenant_id = current_tenant() AND ledger_month = %(month)s
                 AND campaign_id = %(campaign)s AND recipient_id = r.id
               ORDER BY step, attempt OFFSET 0) AS m""",
        {"ids": list(recipient_ids), "month": campaign["ledger_month"], "campaign": campaign["id"]},
    ).fetchall()


def sends_of(connection: Connection, campaign_id: UUID) -> list[Row]:
    """The counted election sends of a campaign."""
    return connection.execute(
        """SELECT id, election_id, number, sent_on, window_ends, created_at FROM election_sends
            WHERE tenant_id = current_tenant() AND campaign_id = %s ORDER BY number""",
        [campaign_id],
    ).fetchall()


def audited(connection: Connection, campaign_id: UUID) -> list[Row]:
    """What members did with a campaign, in order; reads the camp's whole log, 100 ms per 100,000 lines."""
    return connection.execute(
        """SELECT at, member_id, action, detail, encode(hash, 'hex') AS audit_hash FROM audit_log
            WHERE tenant_id = current_tenant() AND target = %s ORDER BY id""",
        [str(campaign_id)],
    ).fetchall()
