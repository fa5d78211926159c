"""SQL of counted election sends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection

Row = dict[str, Any]

# Elections of one day are one: nobody stands in two of them (제52조); one entered twice begins no new count.
# A campaign that ended without a single text having left is not counted: what `failed` at the carrier's door
# has no accepted_at. A handful of rows for an election; the ledger is looked at for ended campaigns only.
_LEFT = sql.SQL(
    """EXISTS (SELECT 1 FROM messages m
                WHERE m.tenant_id = c.tenant_id AND m.campaign_id = c.id AND m.ledger_month = c.ledger_month
                  AND m.channel IN ('sms', 'lms', 'mms')
                  AND (m.accepted_at IS NOT NULL OR m.state IN ('sending', 'unknown'))
               OFFSET 0)"""
)
_COUNTED = sql.SQL(
    """(s.campaign_id IS NULL
        OR EXISTS (SELECT 1 FROM campaigns c
                    WHERE c.tenant_id = s.tenant_id AND c.id = s.campaign_id
                      AND (c.status NOT IN ('cancelled', 'completed') OR {left}) OFFSET 0))"""
).format(left=_LEFT)
_OF_ELECTION = sql.SQL(
    """s.tenant_id = current_tenant()
       AND (s.election_id IN (SELECT e.id FROM elections e
                               WHERE e.tenant_id = current_tenant() AND e.election_day = %(election_day)s)
            OR (s.election_id IS NULL AND s.sent_on <= %(election_day)s))"""
)


def count(c: Connection, election: Row, except_campaign: UUID | None) -> int:
    """Counted sends of an election, without those of one campaign. The caller holds the election's lock."""
    row = c.execute(
        sql.SQL(
            """SELECT count(*) AS value FROM election_sends s
                WHERE {of} AND s.campaign_id IS DISTINCT FROM %(except)s AND {counted}"""
        ).format(of=_OF_ELECTION, counted=_COUNTED),
        {"election_day": election["election_day"], "except": except_campaign},
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
        {"election_day": election["election_day"]},
    ).fetchall()


def windows_of(c: Connection, campaign_id: UUID, election: Row) -> list[Row]:
    """{window_ends, counts} of a campaign's sends; `counts`: in this election."""
    return c.execute(
        sql.SQL(
            """SELECT s.window_ends, {of} AS counts FROM election_sends s
                WHERE s.tenant_id = current_tenant() AND s.campaign_id = %(campaign)s"""
        ).format(of=_OF_ELECTION),
        {"election_day": election["election_day"], "campaign": campaign_id},
    ).fetchall()


def end_windows(c: Connection, campaign_id: UUID, at: datetime) -> None:
    """Ends what a campaign's texts still count as one send, if any of them left."""
    c.execute(
        sql.SQL(
            """UPDATE election_sends s SET window_ends = %(at)s
                WHERE s.tenant_id = current_tenant() AND s.campaign_id = %(campaign)s
                  AND s.window_ends > %(at)s
                  AND EXISTS (SELECT 1 FROM campaigns c
                               WHERE c.tenant_id = s.tenant_id AND c.id = s.campaign_id AND {left})"""
        ).format(left=_LEFT),
        {"campaign": campaign_id, "at": at},
    )


def has_left(c: Connection, campaign_id: UUID) -> bool:
    """Whether a text of a campaign has left, as far as anybody knows."""
    row = c.execute(
        sql.SQL("SELECT 1 AS found FROM campaigns c WHERE c.id = %s AND {left}").format(left=_LEFT),
        [campaign_id],
    ).fetchone()
    return row is not None


def put(c: Connection, row: Row) -> None:
    """Writes a send, or when one of a campaign is to be after all.

    `row`: id, election_id, campaign_id, number, sent_on, window_ends, recipients, note, member_id.
    """
    c.execute(
        """INSERT INTO election_sends (tenant_id, id, election_id, campaign_id, number, sent_on, window_ends,
                                       recipients, note, member_id)
           VALUES (current_tenant(), %(id)s, %(election_id)s, %(campaign_id)s, %(number)s, %(sent_on)s,
                   %(window_ends)s, %(recipients)s, %(note)s, %(member_id)s)
           ON CONFLICT (tenant_id, campaign_id, number) DO UPDATE SET
             election_id = excluded.election_id, sent_on = excluded.sent_on,
             window_ends = excluded.window_ends, member_id = excluded.member_id""",
        row,
    )


def delete_elsewhere(c: Connection, election_id: UUID, send_id: UUID) -> bool:
    """Removes a send that was made elsewhere, of an election of that day; what this hub sent stays."""
    return (
        c.execute(
            """DELETE FROM election_sends s USING elections e, elections wanted
                WHERE s.tenant_id = current_tenant() AND s.id = %s AND s.campaign_id IS NULL
                  AND e.tenant_id = s.tenant_id AND e.id = s.election_id
                  AND wanted.tenant_id = s.tenant_id AND wanted.id = %s
                  AND wanted.election_day = e.election_day""",
            [send_id, election_id],
        ).rowcount
        > 0
    )
