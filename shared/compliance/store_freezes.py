"""SQL of freezes: sending stopped and evidence kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(c: Connection, row: Row) -> None:
    """`row`: id, campaign_id, reason, ordered_by, member_id, at."""
    c.execute(
        """INSERT INTO freezes (tenant_id, id, campaign_id, reason, ordered_by, member_id, created_at)
           VALUES (current_tenant(), %(id)s, %(campaign_id)s, %(reason)s, %(ordered_by)s, %(member_id)s,
                   %(at)s)""",
        row,
    )


def lift(c: Connection, freeze_id: UUID, reason: str, member_id: UUID, at: datetime) -> bool:
    return (
        c.execute(
            """UPDATE freezes SET lifted_at = %s, lifted_by = %s, lift_reason = %s
                WHERE tenant_id = current_tenant() AND id = %s AND lifted_at IS NULL""",
            [at, member_id, reason, freeze_id],
        ).rowcount
        > 0
    )


def reason_for(c: Connection, campaign_id: UUID | None) -> str | None:
    """Why a campaign may not send now; asked at each batch, by freezes_in_force (nearly always empty)."""
    row = c.execute(
        """SELECT reason FROM freezes
            WHERE tenant_id = current_tenant() AND lifted_at IS NULL
              AND (campaign_id IS NULL OR campaign_id = %s) LIMIT 1""",
        [campaign_id],
    ).fetchone()
    return row["reason"] if row else None


def closes_links(c: Connection, campaign_id: UUID) -> bool:
    """Whether a freeze names this very campaign."""
    row = c.execute(
        """SELECT 1 AS found FROM freezes
            WHERE tenant_id = current_tenant() AND lifted_at IS NULL AND campaign_id = %s LIMIT 1""",
        [campaign_id],
    ).fetchone()
    return row is not None


def any_in_force(c: Connection) -> bool:
    row = c.execute(
        "SELECT 1 AS found FROM freezes WHERE tenant_id = current_tenant() AND lifted_at IS NULL LIMIT 1"
    ).fetchone()
    return row is not None


# That a freeze in force covers a campaign, told by its id; one such row is enough.
_COVERED: LiteralString = """EXISTS (
    SELECT 1 FROM freezes f WHERE f.tenant_id = current_tenant() AND f.lifted_at IS NULL
       AND (f.campaign_id IS NULL OR f.campaign_id = {}) OFFSET 0) LIMIT 1"""


def keeps_people(c: Connection, contact_ids: Sequence[UUID]) -> bool:
    """Whether a freeze in force covers a campaign in which one of these people stands."""
    row = c.execute(
        """SELECT 1 AS found FROM recipients r
            WHERE r.tenant_id = current_tenant() AND r.contact_id = ANY(%s)
              AND """
        + _COVERED.format("r.campaign_id"),
        [list(contact_ids)],
    ).fetchone()
    return row is not None


def keeps_number(c: Connection, phone_hash: bytes) -> bool:
    """Whether a freeze in force covers a campaign in which a number stands."""
    row = c.execute(
        """SELECT 1 AS found FROM campaigns k
             JOIN recipients r ON r.tenant_id = k.tenant_id AND r.campaign_id = k.id AND r.phone_hash = %s
            WHERE k.tenant_id = current_tenant()
              AND """
        + _COVERED.format("k.id"),
        [phone_hash],
    ).fetchone()
    return row is not None


def keeps_people_of_import(c: Connection, import_id: UUID) -> bool:
    """Whether a freeze in force covers a campaign with somebody whom an import made: at most a look at each
    recipient of the frozen campaigns, of which there are hardly ever any."""
    row = c.execute(
        """SELECT 1 AS found FROM campaigns k
             JOIN recipients r ON r.tenant_id = k.tenant_id AND r.campaign_id = k.id
             JOIN contacts o ON o.tenant_id = r.tenant_id AND o.id = r.contact_id AND o.import_id = %s
            WHERE k.tenant_id = current_tenant()
              AND """
        + _COVERED.format("k.id"),
        [import_id],
    ).fetchone()
    return row is not None


def get(c: Connection, freeze_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM freezes WHERE tenant_id = current_tenant() AND id = %s", [freeze_id]
    ).fetchone()


def all_of(c: Connection, campaign_id: UUID | None = None) -> list[Row]:
    """Freezes, those in force first; of one campaign with those of everything."""
    return c.execute(
        """SELECT * FROM freezes
            WHERE tenant_id = current_tenant()
              AND (%(campaign)s::uuid IS NULL OR campaign_id IS NULL OR campaign_id = %(campaign)s)
            ORDER BY lifted_at IS NOT NULL, created_at DESC, id DESC LIMIT 200""",
        {"campaign": campaign_id},
    ).fetchall()
