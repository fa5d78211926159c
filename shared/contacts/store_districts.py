"""SQL of the contacts per district."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
NEWEST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")
PIECE = 5_000


def counts(c: Connection) -> list[Row]:
    """All of a camp's districts, at most a few thousand: one index scan."""
    return c.execute(
        "SELECT sido, sigungu, eupmyeondong, count FROM district_counts WHERE tenant_id = current_tenant()"
    ).fetchall()


def is_stale(c: Connection, rest: int) -> bool:
    """Whether the number of contacts, or the newest import, is another than at the last count, or addresses
    may have changed since. A few probes.

    After edits alone only when `rest` times as long has passed as the last count took.
    """
    row = c.execute(
        """SELECT coalesce(d.contacts, -1) <> coalesce(n.count, 0)
                  OR d.counted_at IS NULL
                  OR EXISTS (SELECT 1 FROM imports i WHERE i.tenant_id = current_tenant()
                              AND i.finished_at > d.started_at)
                  OR now() >= d.counted_at + %s * (d.counted_at - d.started_at)
                     AND EXISTS (SELECT 1 FROM district_changes g
                                  WHERE g.tenant_id = current_tenant()) AS stale
             FROM (SELECT current_tenant() AS tenant_id) t
             LEFT JOIN district_counting d ON d.tenant_id = t.tenant_id
             LEFT JOIN contact_counters n ON n.tenant_id = t.tenant_id AND n.tag = ''""",
        [rest],
    ).fetchone()
    return row is None or bool(row["stale"])


def begin(c: Connection) -> bool:
    """Takes the counting; False while somebody else is at it. Whoever has not finished after 5 minutes is
    gone."""
    row = c.execute(
        """INSERT INTO district_counting AS d (tenant_id, contacts)
           SELECT current_tenant(), coalesce((SELECT count FROM contact_counters
                                               WHERE tenant_id = current_tenant() AND tag = ''), 0)
           ON CONFLICT (tenant_id) DO UPDATE
              SET started_at = now(), counted_at = NULL, contacts = excluded.contacts
            WHERE d.counted_at IS NOT NULL OR d.started_at < now() - interval '5 minutes'
           RETURNING 1 AS taken"""
    ).fetchone()
    if row is not None:
        # What these lines tell of is committed and will be counted; what commits later has a line that stays.
        c.execute("DELETE FROM district_changes WHERE tenant_id = current_tenant()")
    return row is not None


def addresses(c: Connection, before: UUID) -> list[Row]:
    """The next piece of live contacts with their addresses, newest first: a walk of contacts_live."""
    return c.execute(
        """SELECT id, address_sealed FROM contacts
            WHERE tenant_id = current_tenant() AND deleted_at IS NULL AND id < %s ORDER BY id DESC LIMIT
            %s""",
        [before, PIECE],
    ).fetchall()


def replace(c: Connection, rows: Sequence[tuple[str, str, str, int]]) -> None:
    """The new counts in the place of the old ones."""
    c.execute("DELETE FROM district_counts WHERE tenant_id = current_tenant()")
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    c.execute(
        """INSERT INTO district_counts (tenant_id, sido, sigungu, eupmyeondong, count)
           SELECT current_tenant(), * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])""",
        columns,
    )
    c.execute(
        "UPDATE district_counting SET counted_at = clock_timestamp() WHERE tenant_id = current_tenant()"
    )
