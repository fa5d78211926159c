"""SQL of retention rules: whom and what a rule takes, and how far a run has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection
from shared.privacy import agreement

Row = dict[str, Any]

# Whom contacts are part of by merges, and they themselves: what happened to those happened to this person.
# Asked once for all, and hashed.
_WHOSE: LiteralString = """c.id NOT IN (
          WITH RECURSIVE up (id) AS (
            {} UNION SELECT m.merged_into FROM up JOIN contacts m ON m.tenant_id = current_tenant()
                      AND m.id = up.id AND m.merged_into IS NOT NULL)
          SELECT id FROM up)"""

# People with a consent to processing since the election that they have not taken back, nor another one for
# the same channel: `agreement` of everybody at once, by the last one that was taken back.
_AGREED_SINCE: LiteralString = """c.id NOT IN (
          WITH RECURSIVE up AS (
            SELECT k.contact_id AS id, k.id AS consent, k.channel, k.given_at, k.recorded_at, k.withdrawn_at
              FROM consents k
             WHERE k.tenant_id = current_tenant() AND k.contact_id IS NOT NULL AND k.purpose = 'processing'
               AND (k.withdrawn_at IS NOT NULL OR k.given_at >= %(election_end)s)
            UNION SELECT m.merged_into, up.consent, up.channel, up.given_at, up.recorded_at, up.withdrawn_at
                    FROM up JOIN contacts m ON m.tenant_id = current_tenant()
                     AND m.id = up.id AND m.merged_into IS NOT NULL),
          seen AS (
            SELECT id, given_at, recorded_at, withdrawn_at,
                   greatest(max(withdrawn_at) FILTER (WHERE channel = 'all') OVER (PARTITION BY id),
                            max(withdrawn_at) OVER (PARTITION BY id, channel)) AS taken_back FROM up)
          SELECT id FROM seen
           WHERE withdrawn_at IS NULL
             AND (taken_back IS NULL OR (recorded_at > taken_back
                                         AND given_at >= date_trunc('day', taken_back, 'Asia/Seoul'))))"""

# People by kind of rule; `c` is the contact. Whoever has agreed to processing since the election stays, and
# who came anew since, also if they were merged into somebody of before. Of a source go those who have no
# other, or none whose own time is not over: neither by a merge nor in a list (`keeping`: such lists).
_PEOPLE: dict[str, LiteralString] = {
    "election": "c.created_at < %(election_end)s AND "
    + _AGREED_SINCE
    + " AND "
    + _WHOSE.format(
        """SELECT g.id FROM contacts g
            WHERE g.tenant_id = current_tenant() AND g.merged_into IS NOT NULL
              AND g.created_at >= %(election_end)s"""
    ),
    "source": "c.source = %(source)s AND c.created_at < %(cutoff)s AND "
    + _WHOSE.format(
        """SELECT g.id FROM contacts g
            WHERE g.tenant_id = current_tenant() AND g.merged_into IS NOT NULL
              AND CASE WHEN g.source = %(source)s THEN g.created_at >= %(cutoff)s
                  ELSE g.source IS NOT NULL AND NOT EXISTS (
                    SELECT FROM retention_rules s
                     WHERE s.tenant_id = g.tenant_id AND s.kind = 'source' AND s.source = g.source
                       AND s.enabled AND s.action = 'erase'
                       AND g.created_at < %(now)s - make_interval(days => s.days)) END"""
    )
    + """ AND (cardinality(%(keeping)s::uuid[]) = 0 OR NOT EXISTS (WITH RECURSIVE """
    + agreement.PARTS.format(contact="c")
    + """
           SELECT FROM part CROSS JOIN LATERAL (
             SELECT FROM import_results r WHERE r.contact_id = part.id AND r.tenant_id = current_tenant()
                                            AND r.import_id = ANY(%(keeping)s) OFFSET 0) AS named))""",
    "inactive": """c.created_at < %(cutoff)s AND c.updated_at < %(cutoff)s
      AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id
                         AND r.sent_at >= %(cutoff)s)
      AND NOT EXISTS (SELECT 1 FROM contact_events e WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.id
                         AND e.at >= %(cutoff)s) AND """
    + _WHOSE.format(
        """SELECT g.id FROM contacts g
            WHERE g.tenant_id = current_tenant() AND g.merged_into IS NOT NULL AND (
                  EXISTS (SELECT 1 FROM recipients r WHERE r.tenant_id = g.tenant_id AND r.contact_id = g.id
                             AND r.sent_at >= %(cutoff)s)
                  OR EXISTS (SELECT 1 FROM contact_events e WHERE e.tenant_id = g.tenant_id
                                AND e.contact_id = g.id AND e.at >= %(cutoff)s))"""
    ),
}


def insert_rule(c: Connection, rule: Row) -> None:
    c.execute(
        """INSERT INTO retention_rules (tenant_id, id, kind, days, action, election_on, source, enabled)
           VALUES (current_tenant(), %(id)s, %(kind)s, %(days)s, %(action)s, %(election_on)s, %(source)s,
                   %(enabled)s)""",
        rule,
    )


def update_rule(c: Connection, rule: Row) -> bool:
    return (
        c.execute(
            """UPDATE retention_rules SET kind = %(kind)s, days = %(days)s, action = %(action)s,
                      election_on = %(election_on)s, source = %(source)s, enabled = %(enabled)s,
                      updated_at = now()
                WHERE tenant_id = current_tenant() AND id = %(id)s""",
            rule,
        ).rowcount
        > 0
    )


def delete_rule(c: Connection, rule_id: UUID) -> bool:
    return (
        c.execute(
            "DELETE FROM retention_rules WHERE tenant_id = current_tenant() AND id = %s", [rule_id]
        ).rowcount
        > 0
    )


def get_rule(c: Connection, rule_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM retention_rules WHERE tenant_id = current_tenant() AND id = %s", [rule_id]
    ).fetchone()


def rules(c: Connection) -> list[Row]:
    return c.execute(
        "SELECT * FROM retention_rules WHERE tenant_id = current_tenant() ORDER BY created_at, id"
    ).fetchall()


def count_people(c: Connection, kind: str, parameters: Row) -> int:
    """How many live contacts a rule takes: reads all of the camp's, 1 s per million."""
    row = c.execute(
        sql.SQL(
            """SELECT count(*) AS value FROM contacts c
                WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}"""
        ).format(sql.SQL(_PEOPLE[kind])),
        parameters,
    ).fetchone()
    return int(row["value"]) if row else 0


def some_people(c: Connection, kind: str, parameters: Row, limit: int, *, lock: bool = False) -> list[UUID]:
    """The oldest contacts that a rule takes: a walk of contacts_live backwards. `lock`: whom somebody edits
    or merges at this moment is waited for, and judged as they are then."""
    rows = c.execute(
        sql.SQL(
            """SELECT c.id FROM contacts c
                WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}
                ORDER BY c.id LIMIT %(limit)s {}"""
        ).format(sql.SQL(_PEOPLE[kind]), sql.SQL("FOR UPDATE OF c" if lock else "")),
        {**parameters, "limit": limit},
    ).fetchall()
    return [row["id"] for row in rows]


def imports(c: Connection) -> list[Row]:
    """{id, created_at, options_sealed} of all imports that were not undone."""
    return c.execute(
        """SELECT id, created_at, options_sealed FROM imports
            WHERE tenant_id = current_tenant() AND undone_at IS NULL AND options_sealed IS NOT NULL
            ORDER BY id"""
    ).fetchall()


def old_uploads(c: Connection, before: datetime) -> list[UUID]:
    """Imports that have not moved since and are not at work: what is left of their files can go."""
    rows = c.execute(
        """SELECT id FROM imports WHERE tenant_id = current_tenant() AND progressed_at < %s
              AND status NOT IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing')""",
        [before],
    ).fetchall()
    return [row["id"] for row in rows]


def known_imports(c: Connection, import_ids: list[UUID]) -> set[UUID]:
    """Those of the ids that are imports."""
    rows = c.execute(
        "SELECT id FROM imports WHERE tenant_id = current_tenant() AND id = ANY(%s)", [import_ids]
    ).fetchall()
    return {row["id"] for row in rows}


def expire_waiting(c: Connection, before: datetime) -> int:
    """Ends imports that nobody has mapped: their file is gone."""
    return c.execute(
        """UPDATE imports SET status = 'failed', finished_at = now(),
                  error = '{"code": "expired", "message": {"ko": "보관 기간이 지나 파일을 삭제했습니다.",
                            "en": "The file was deleted because its retention period was over."}}'
            WHERE tenant_id = current_tenant() AND status = 'awaiting_mapping' AND progressed_at < %s""",
        [before],
    ).rowcount


def count_old_rejects(c: Connection, before: datetime) -> int:
    row = c.execute(
        """SELECT count(*) AS value FROM import_rejects r
             JOIN imports i ON i.tenant_id = r.tenant_id AND i.id = r.import_id
            WHERE r.tenant_id = current_tenant() AND i.created_at < %s
              AND i.status NOT IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing')""",
        [before],
    ).fetchone()
    return int(row["value"]) if row else 0


def delete_old_rejects(c: Connection, before: datetime, limit: int) -> int:
    """Rejected rows of old imports, some at a time; returns how many."""
    return c.execute(
        """DELETE FROM import_rejects d USING (
             SELECT r.import_id, r.row_number FROM import_rejects r
               JOIN imports i ON i.tenant_id = r.tenant_id AND i.id = r.import_id
              WHERE r.tenant_id = current_tenant() AND i.created_at < %s
                AND i.status NOT IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing')
              LIMIT %s) old
            WHERE d.tenant_id = current_tenant() AND d.import_id = old.import_id
              AND d.row_number = old.row_number""",
        [before, limit],
    ).rowcount


# Nobody among the contacts has the number, and no answer of ours is under way. Walks conversations_newest.
_STRANGERS = """FROM conversations k
    WHERE k.tenant_id = current_tenant() AND k.last_at < %(before)s
      AND NOT EXISTS (SELECT 1 FROM contact_points p
                        JOIN contacts c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id
                       WHERE p.tenant_id = k.tenant_id AND p.kind = k.kind AND p.hash = k.peer_hash
                         AND c.deleted_at IS NULL OFFSET 0)
      AND NOT EXISTS (SELECT 1 FROM conversation_messages m
                       WHERE m.tenant_id = k.tenant_id AND m.conversation_id = k.id
                         AND m.state IN ('waiting', 'handed') OFFSET 0)"""


def count_old_strangers(c: Connection, before: datetime) -> int:
    """Conversations with strangers that ended before a moment."""
    row = c.execute(f"SELECT count(*) AS value {_STRANGERS}", {"before": before}).fetchone()
    return int(row["value"]) if row else 0


def delete_old_strangers(c: Connection, before: datetime, limit: int) -> int:
    """Delete some of them with their texts; a refusal that came in one stays in force. Returns how many."""
    return c.execute(
        f"""DELETE FROM conversations d USING (SELECT k.id {_STRANGERS} LIMIT %(limit)s) AS old
            WHERE d.tenant_id = current_tenant() AND d.id = old.id""",
        {"before": before, "limit": limit},
    ).rowcount


def insert_run(c: Connection, run: Row) -> None:
    """Raises UniqueViolation while the rule runs."""
    c.execute(
        """INSERT INTO retention_runs (tenant_id, id, rule_id, kind, status, cutoff, total, member_id)
           VALUES (current_tenant(), %(id)s, %(rule_id)s, %(kind)s, 'running', %(cutoff)s, %(total)s,
                   %(member_id)s)""",
        run,
    )


def take_run(c: Connection, run_id: UUID) -> Row | None:
    """The run, locked; None when it has ended or another worker is at it."""
    return c.execute(
        """SELECT * FROM retention_runs WHERE tenant_id = current_tenant() AND id = %s AND status = 'running'
              FOR UPDATE SKIP LOCKED""",
        [run_id],
    ).fetchone()


def note_run(c: Connection, run_id: UUID, added: int, *, status: str = "running") -> None:
    c.execute(
        """UPDATE retention_runs SET done = done + %(added)s, status = %(status)s, progressed_at = now(),
                  total = CASE WHEN %(status)s = 'done' THEN done + %(added)s ELSE total END,
                  finished_at = CASE WHEN %(status)s <> 'running' THEN now() END
            WHERE tenant_id = current_tenant() AND id = %(id)s""",
        {"added": added, "status": status, "id": run_id},
    )


def last_runs(c: Connection, rule_ids: Sequence[UUID]) -> dict[UUID, Row]:
    rows = c.execute(
        """SELECT DISTINCT ON (rule_id) * FROM retention_runs
            WHERE tenant_id = current_tenant() AND rule_id = ANY(%s) ORDER BY rule_id, created_at DESC""",
        [list(rule_ids)],
    ).fetchall()
    return {row["rule_id"]: row for row in rows}


def get_run(c: Connection, run_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM retention_runs WHERE tenant_id = current_tenant() AND id = %s", [run_id]
    ).fetchone()


def stalled(c: Connection, before: datetime) -> list[Row]:
    """(tenant_id, run_id) of runs on which nothing has happened since; works outside every tenant."""
    return c.execute("SELECT tenant_id, run_id FROM retention_runs_stalled(%s)", [before]).fetchall()


def all_tenants(c: Connection) -> list[UUID]:
    return [row["id"] for row in c.execute("SELECT all_tenants() AS id").fetchall()]
