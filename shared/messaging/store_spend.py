"""SQL of what campaigns spend: messages that the carrier took, by kind."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def add(connection: Connection, campaign_id: UUID, kinds: Mapping[str, int]) -> None:
    """Count messages of a campaign whose lock is held: one statement for a batch, a row for each kind."""
    if not kinds:
        return
    connection.execute(
        """INSERT INTO campaign_spend AS s (tenant_id, campaign_id, kind, messages)
           SELECT current_tenant(), %s, n.* FROM unnest(%s::text[], %s::bigint[]) AS n
           ON CONFLICT (tenant_id, campaign_id, kind) DO UPDATE
              SET messages = s.messages + excluded.messages""",
        [campaign_id, list(kinds), list(kinds.values())],
    )


def of_campaign(connection: Connection, campaign_id: UUID) -> list[Row]:
    return connection.execute(
        "SELECT kind, messages FROM campaign_spend WHERE campaign_id = %s ORDER BY kind", [campaign_id]
    ).fetchall()
