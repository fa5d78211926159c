"""SQL of counted election sends."""

from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection

Row = dict[str, Any]

# A campaign that ended without a single text having left is not counted: what `failed` at the carrier's door
# has no accepted_at. A handful of rows for an election; the ledger is looked at for ended campaigns only.
_COUNTED = sql.SQL(
    """(s.campaign_id IS NULL
        OR EXISTS (SELECT 1 FROM campaigns c
                    WHERE c.tenant_id = s.tenant_id AND c.id = s.campaign_id
                      AND (c.status NOT IN ('cancelled', 'completed')
                           OR EXISTS (SELECT 1 FROM messages m
                                       WHERE m.tenant_id = c.tenant_id AND m.campaign_id = c.id
                                         AND m.ledger_month = c.ledger_month
                                         AND m.channel IN ('sms', 'lms', 'mms')
                                         AND (m.accepted_at IS NOT NULL OR m.state IN ('sending', 'unknown'))
                                      OFFSET 0)) OFFSET 0))"""
)
_OF_ELECTION = sql.SQL(
    """s.tenant_id = current_tenant()
       AND (s.election_id = %(election)s OR (s.election_id IS NULL AND s.sent_on <= %(election_day)s))"""
)


def count(c: Connection, election: Row, except_campaign: UUID | None) -> int:
    """Counted sends of an election, without those of one campaign. The caller holds the election's lock."""
    row = c.execute(
        sql.SQL(
            """SELECT count(*) AS value FROM election_sends s
                WHERE {of} AND s.campaign_id IS DISTINCT FROM %(except)s AND {counted}"""
        ).format(of=_OF_ELECTION, counted=_COUNTED),
        {"election": election["id"], "election_day": election["election_day"], "except": except_campaign},
    ).fetchone()
    return int(row["value"]) if row else 0


def all_of(c: Connection, election: Row) -> list[Row]:
    """Sends of an election, the latest first, each with its campaign's name and whether it counts."""
    return c.execute(
        sql.SQL(
            """SELECT s.*, k.name AS campaign_name, {counted} AS counted FROM election_sends s
                 LEFT JOIN campaigns k ON k.tenant_id = s.tenant_id AND k.id = s.campaign_id
                WHERE {of} ORDER BY s.sent_on DESC, s.id DESC"""
        ).format(of=_OF_ELECTION, counted=_COUNTED),
        {"election": election["id"], "election_day": election["election_day"]},
    ).fetchall()


def windows_of(c: Connection, campaign_id: UUID) -> list[Row]:
    """{number, window_ends, election_id} of a campaign's sends."""
    return c.execute(
        """SELECT number, window_ends, election_id FROM election_sends
            WHERE tenant_id = current_tenant() AND campaign_id = %s ORDER BY number""",
        [campaign_id],
    ).fetchall()


def insert(c: Connection, row: Row) -> None:
    """`row`: id, election_id, campaign_id, number, sent_on, window_ends, recipients, note, member_id."""
    c.execute(
        """INSERT INTO election_sends (tenant_id, id, election_id, campaign_id, number, sent_on, window_ends,
                                       recipients, note, member_id)
           VALUES (current_tenant(), %(id)s, %(election_id)s, %(campaign_id)s, %(number)s, %(sent_on)s,
                   %(window_ends)s, %(recipients)s, %(note)s, %(member_id)s)""",
        row,
    )


def delete_elsewhere(c: Connection, election_id: UUID, send_id: UUID) -> bool:
    """Removes a send that was made elsewhere; what this hub sent cannot be removed."""
    return (
        c.execute(
            """DELETE FROM election_sends
                WHERE tenant_id = current_tenant() AND election_id = %s AND id = %s
                  AND campaign_id IS NULL""",
            [election_id, send_id],
        ).rowcount
        > 0
    )
