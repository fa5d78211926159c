"""SQL of what was declared, approved and found of campaigns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def declare(c: Connection, campaign_id: UUID, declared: Row, member_id: UUID) -> None:
    c.execute(
        """INSERT INTO campaign_declarations (tenant_id, campaign_id, declared, member_id)
           VALUES (current_tenant(), %s, %s, %s)
           ON CONFLICT (tenant_id, campaign_id)
           DO UPDATE SET declared = excluded.declared, member_id = excluded.member_id, updated_at = now()""",
        [campaign_id, Jsonb(declared), member_id],
    )


def declared(c: Connection, campaign_id: UUID) -> Row:
    """What was declared of a campaign; empty when nothing was."""
    row = c.execute(
        """SELECT declared FROM campaign_declarations
            WHERE tenant_id = current_tenant() AND campaign_id = %s""",
        [campaign_id],
    ).fetchone()
    return dict(row["declared"]) if row else {}


def request_approval(c: Connection, row: Row) -> Row | None:
    """A request for one content, or the one that is there; one that was refused may be asked for again.

    `row`: id, campaign_id, content_hash, rules, note, member_id.
    """
    return c.execute(
        """INSERT INTO approvals AS known (tenant_id, id, campaign_id, content_hash, rules, note,
                                          requested_by)
           VALUES (current_tenant(), %(id)s, %(campaign_id)s, %(content_hash)s, %(rules)s, %(note)s,
                   %(member_id)s)
           ON CONFLICT (tenant_id, campaign_id, content_hash) DO UPDATE SET
              rules = CASE WHEN known.state = 'refused' THEN excluded.rules ELSE known.rules END,
              note = CASE WHEN known.state = 'refused' THEN excluded.note ELSE known.note END,
              requested_by = CASE WHEN known.state = 'refused' THEN excluded.requested_by
                                  ELSE known.requested_by END,
              requested_at = CASE WHEN known.state = 'refused' THEN now() ELSE known.requested_at END,
              decided_by = CASE WHEN known.state = 'refused' THEN NULL ELSE known.decided_by END,
              decided_at = CASE WHEN known.state = 'refused' THEN NULL ELSE known.decided_at END,
              state = CASE WHEN known.state = 'refused' THEN 'requested' ELSE known.state END
           RETURNING *""",
        row,
    ).fetchone()


def approval(c: Connection, approval_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM approvals WHERE tenant_id = current_tenant() AND id = %s", [approval_id]
    ).fetchone()


def decide(
    c: Connection, approval_id: UUID, state: str, member_id: UUID, note: str, at: datetime
) -> Row | None:
    return c.execute(
        """UPDATE approvals SET state = %s, decided_by = %s, decision_note = %s, decided_at = %s
            WHERE tenant_id = current_tenant() AND id = %s AND state = 'requested' RETURNING *""",
        [state, member_id, note, at, approval_id],
    ).fetchone()


def approval_of(c: Connection, campaign_id: UUID, content_hash: bytes) -> Row | None:
    """The word on exactly this content."""
    return c.execute(
        """SELECT * FROM approvals
            WHERE tenant_id = current_tenant() AND campaign_id = %s AND content_hash = %s""",
        [campaign_id, content_hash],
    ).fetchone()


def approvals_of(c: Connection, campaign_id: UUID) -> list[Row]:
    return c.execute(
        """SELECT * FROM approvals WHERE tenant_id = current_tenant() AND campaign_id = %s
            ORDER BY requested_at DESC, id DESC""",
        [campaign_id],
    ).fetchall()


def approvals(c: Connection, state: str | None, limit: int) -> list[Row]:
    """Requests with their campaign, the latest first."""
    return c.execute(
        """SELECT a.*, k.name AS campaign_name, k.status AS campaign_status FROM approvals a
             JOIN campaigns k ON k.tenant_id = a.tenant_id AND k.id = a.campaign_id
            WHERE a.tenant_id = current_tenant() AND (%(state)s::text IS NULL OR a.state = %(state)s)
            ORDER BY a.requested_at DESC, a.id DESC LIMIT %(limit)s""",
        {"state": state, "limit": limit},
    ).fetchall()


def insert_check(c: Connection, row: Row) -> None:
    """`row`: campaign_id, moment, step, rule_set, verdicts, facts_sealed, content_hash, at."""
    c.execute(
        """INSERT INTO compliance_checks (tenant_id, campaign_id, moment, step, rule_set, verdicts,
                                          facts_sealed, content_hash, first_at, last_at)
           VALUES (current_tenant(), %(campaign_id)s, %(moment)s, %(step)s, %(rule_set)s, %(verdicts)s,
                   %(facts_sealed)s, %(content_hash)s, %(at)s, %(at)s)""",
        {**row, "verdicts": Jsonb(row["verdicts"])},
    )


def note_same(c: Connection, row: Row) -> bool:
    """Counts a batch that found what the batch of its step before found; False when there is none such.

    One update by the primary key, about 0.2 ms. `row` as of `insert_check`.
    """
    return (
        c.execute(
            """UPDATE compliance_checks k SET checks = checks + 1, last_at = %(at)s
                WHERE k.tenant_id = current_tenant()
                  AND k.id = (SELECT id FROM compliance_checks l
                               WHERE l.tenant_id = current_tenant() AND l.campaign_id = %(campaign_id)s
                                 AND l.moment = %(moment)s AND l.step = %(step)s ORDER BY l.id DESC LIMIT 1)
                  AND k.rule_set = %(rule_set)s AND k.verdicts = %(verdicts)s""",
            {**row, "verdicts": Jsonb(row["verdicts"])},
        ).rowcount
        > 0
    )


def checks_of(c: Connection, campaign_id: UUID) -> Sequence[Row]:
    """What was found of a campaign, in order."""
    return c.execute(
        """SELECT * FROM compliance_checks WHERE tenant_id = current_tenant() AND campaign_id = %s
            ORDER BY id""",
        [campaign_id],
    ).fetchall()
