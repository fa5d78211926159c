"""SQL of tracked links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.binary_format import ids_parameter, texts_parameter
from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, campaign_id: UUID, rows: Sequence[tuple[int, UUID, str]]) -> None:
    """Add links: (token as a signed 64-bit number, recipient, address)."""
    if not rows:
        return
    tokens, recipients, addresses = zip(*rows, strict=True)
    connection.execute(
        """INSERT INTO links (tenant_id, token, campaign_id, recipient_id, url)
           SELECT current_tenant(), n.token, %s, n.recipient_id, n.url
             FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS n (token, recipient_id, url)""",
        [campaign_id, list(tokens), ids_parameter(recipients), texts_parameter(addresses)],
    )


def tenant_of(connection: Connection, token: int) -> UUID | None:
    """Across tenants: whose link a token is."""
    row = connection.execute("SELECT link_tenant(%s) AS id", [token]).fetchone()
    return row["id"] if row else None


def get(connection: Connection, token: int) -> Row | None:
    return connection.execute("SELECT * FROM links WHERE token = %s", [token]).fetchone()


def recipient_of(connection: Connection, token: int) -> Row | None:
    """Who was given a link: url, phone_hash, phone_sealed (None once erased), and the camp's name."""
    return connection.execute(
        """SELECT l.url, r.phone_hash, r.phone_sealed, t.name AS camp
             FROM links l
             JOIN recipients r ON r.tenant_id = l.tenant_id AND r.campaign_id = l.campaign_id
                  AND r.id = l.recipient_id
             JOIN tenants t ON t.tenant_id = l.tenant_id
            WHERE l.token = %s""",
        [token],
    ).fetchone()


def count_click(connection: Connection, token: int, at: datetime) -> None:
    connection.execute(
        "UPDATE links SET clicks = clicks + 1, clicked_at = coalesce(clicked_at, %s) WHERE token = %s",
        [at, token],
    )


def mark_recipient(connection: Connection, campaign_id: UUID, recipient_id: UUID, at: datetime) -> bool:
    """Remember a recipient's first click; False when there was one. The caller shares the campaign."""
    row = connection.execute(
        """UPDATE recipients SET clicked_at = %s
            WHERE campaign_id = %s AND id = %s AND clicked_at IS NULL RETURNING 1 AS done""",
        [at, campaign_id, recipient_id],
    ).fetchone()
    return row is not None


def add_clicked(connection: Connection, campaign_id: UUID) -> None:
    connection.execute("UPDATE campaigns SET clicked = clicked + 1 WHERE id = %s", [campaign_id])
