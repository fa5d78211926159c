"""SQL of the tokens that so many of a camp's contacts have that their page is walked for (0131)."""

from datetime import datetime
from uuid import UUID

from shared.kernel.database import Connection


def tenants(c: Connection, now: datetime) -> list[UUID]:
    """Tenants whose contacts have changed in number since their tokens were counted, across tenants: ids
    only."""
    return [row["id"] for row in c.execute("SELECT tenants_to_count(%s) AS id", [now]).fetchall()]


def count(c: Connection, now: datetime) -> None:
    """Finds the tenant's common tokens anew, among an eighth of its contacts: a second for a million.

    More than 420 of an eighth are more than 2,500 of all: that is six standard deviations above 312.
    """
    c.execute("DELETE FROM common_tokens WHERE tenant_id = current_tenant()")
    c.execute(
        """INSERT INTO common_tokens (tenant_id, token, count)
           SELECT current_tenant(), s.token, 8 * count(*)
             FROM (SELECT unnest(tokens) AS token FROM contact_search
                    WHERE tenant_id = current_tenant() AND uuid_hash(contact_id) & 7 = 0) AS s
            GROUP BY s.token HAVING count(*) > 420
           ON CONFLICT DO NOTHING"""
    )
    c.execute(
        """UPDATE tenants SET tokens_counted_at = %s, tokens_counted_of = coalesce((
             SELECT count FROM contact_counters WHERE tenant_id = current_tenant() AND tag = ''), 0)
            WHERE tenant_id = current_tenant()""",
        [now],
    )
