"""SQL of indexing a camp's contacts anew."""

from uuid import UUID

from shared.kernel.database import Connection

LAYOUT = 4


def tenants(c: Connection) -> list[UUID]:
    """Tenants with an older layout, across tenants: ids only."""
    return [row["id"] for row in c.execute("SELECT tenants_to_reindex() AS id").fetchall()]


def next_piece(c: Connection, limit: int) -> list[UUID]:
    """The next live contacts, oldest first, locked; contacts that come later have the new layout already."""
    rows = c.execute(
        """SELECT k.id FROM contacts k
            WHERE k.tenant_id = current_tenant() AND k.deleted_at IS NULL
              AND k.id > (SELECT coalesce(search_reindexed, '00000000-0000-0000-0000-000000000000'::uuid)
                            FROM tenants WHERE tenant_id = current_tenant())
            ORDER BY k.id LIMIT %s FOR UPDATE""",
        [limit],
    ).fetchall()
    return [row["id"] for row in rows]


def advance(c: Connection, last_id: UUID | None) -> bool:
    """Notes how far the tenant is; None: it has the new layout. True while there is more."""
    if last_id is None:
        c.execute(
            """UPDATE tenants SET search_layout = %s, search_reindexed = NULL
                WHERE tenant_id = current_tenant()""",
            [LAYOUT],
        )
        return False
    c.execute(
        "UPDATE tenants SET search_reindexed = %s WHERE tenant_id = current_tenant()",
        [last_id],
    )
    return True
