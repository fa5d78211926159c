"""SQL of the tags that a camp uses. All of it inside the tenant's transaction."""

from shared.kernel.database import Connection


def known(c: Connection, tags: list[str]) -> set[str]:
    """Those of the tags that somebody has: a probe of the counters' primary key each."""
    rows = c.execute(
        """SELECT tag FROM contact_counters
            WHERE tenant_id = current_tenant() AND tag = ANY(%s) AND count > 0""",
        [tags],
    ).fetchall()
    return {row["tag"] for row in rows}


def count(c: Connection, most: int) -> int:
    """How many tags are used, counted up to `most`: a walk of the counters' primary key."""
    row = c.execute(
        """SELECT count(*) AS n FROM (
             SELECT FROM contact_counters
              WHERE tenant_id = current_tenant() AND tag <> '' AND count > 0 LIMIT %s) AS used""",
        [most],
    ).fetchone()
    return row["n"] if row else 0
