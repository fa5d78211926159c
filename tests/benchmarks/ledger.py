"""What the ledger says of a campaign, read beside the API."""

from uuid import UUID

from shared.kernel.database import tenant_transaction


def accepted_times(tenant_id: UUID, campaign_id: str) -> list[float]:
    """When a campaign's messages were accepted, in their order: seconds since 1970."""
    with tenant_transaction(tenant_id) as connection:
        rows = connection.execute(
            """SELECT extract(epoch FROM accepted_at)::float8 AS at FROM messages
                WHERE tenant_id = current_tenant() AND campaign_id = %s AND accepted_at IS NOT NULL
                ORDER BY 1""",
            [campaign_id],
        ).fetchall()
    return [row["at"] for row in rows]
