"""SQL of opt-outs: keyed hashes of contact points that must not be messaged."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Add opt-outs of phones; returns (id, hash) of those that are new.

    Each row: id, hash, masked_sealed, reason, member_id.
    """
    names = ("id", "hash", "masked_sealed", "reason", "member_id")
    return connection.execute(
        """INSERT INTO opt_outs (tenant_id, id, kind, hash, masked_sealed, reason, member_id)
           SELECT current_tenant(), n.id, 'phone', n.hash, n.masked, n.reason, n.member_id
             FROM unnest(%(id)s::uuid[], %(hash)s::bytea[], %(masked_sealed)s::bytea[], %(reason)s::text[],
                         %(member_id)s::uuid[]) AS n (id, hash, masked, reason, member_id)
           ON CONFLICT (tenant_id, kind, hash) DO NOTHING RETURNING id, hash""",
        {name: [row[name] for row in rows] for name in names},
    ).fetchall()


def by_hash(connection: Connection, point_hash: bytes) -> Row | None:
    return connection.execute(
        "SELECT * FROM opt_outs WHERE kind = 'phone' AND hash = %s", [point_hash]
    ).fetchone()


def bars(connection: Connection, point_hash: bytes) -> bool:
    """Whether a phone, or another one of whoever has it, is opted out."""
    row = connection.execute(
        """SELECT 1 AS found FROM opt_outs o
            WHERE o.kind = 'phone'
              AND (o.hash = %(hash)s OR o.hash IN (
                    SELECT q.hash FROM contact_points p
                      JOIN contact_points q ON q.contact_id = p.contact_id AND q.kind = p.kind
                     WHERE p.kind = 'phone' AND p.hash = %(hash)s)) LIMIT 1""",
        {"hash": point_hash},
    ).fetchone()
    return row is not None


def get(connection: Connection, opt_out_id: UUID) -> Row | None:
    return connection.execute("SELECT * FROM opt_outs WHERE id = %s", [opt_out_id]).fetchone()


def page(connection: Connection, before: UUID | None, limit: int) -> list[Row]:
    """Opt-outs newest first: a walk of the primary key."""
    return connection.execute(
        """SELECT * FROM opt_outs
            WHERE id < coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT %s""",
        [before, limit],
    ).fetchall()


def delete(connection: Connection, opt_out_id: UUID) -> Row | None:
    """Remove one and return it."""
    return connection.execute("DELETE FROM opt_outs WHERE id = %s RETURNING *", [opt_out_id]).fetchone()


def phones_of_contact(connection: Connection, contact_id: UUID) -> list[Row]:
    return connection.execute(
        """SELECT hash, value_sealed FROM contact_points WHERE contact_id = %s AND kind = 'phone'""",
        [contact_id],
    ).fetchall()


def contact_exists(connection: Connection, contact_id: UUID) -> bool:
    row = connection.execute(
        "SELECT 1 AS found FROM contacts WHERE id = %s AND deleted_at IS NULL", [contact_id]
    ).fetchone()
    return row is not None


def holders(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, UUID]:
    """Which contact has each phone."""
    rows = connection.execute(
        "SELECT hash, contact_id FROM contact_points WHERE kind = 'phone' AND hash = ANY(%s)",
        [list(hashes)],
    ).fetchall()
    return {row["hash"]: row["contact_id"] for row in rows}


def add_event(
    connection: Connection,
    contact_id: UUID,
    kind: str,
    detail: Row,
    *,
    sealed: bytes | None = None,
    member_id: UUID | None = None,
) -> None:
    """Put something on a contact's timeline; what is personal goes into `sealed`."""
    connection.execute(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, member_id, detail, detail_sealed)
           VALUES (current_tenant(), %s, %s, %s, %s, %s)""",
        [contact_id, kind, member_id, Jsonb(detail), sealed],
    )


def has_inbound(connection: Connection, contact_id: UUID, message_id: str) -> bool:
    """Whether a contact's timeline has an inbound text of the carrier's id already."""
    row = connection.execute(
        """SELECT 1 AS found FROM contact_events
            WHERE contact_id = %s AND kind = 'inbound' AND detail ->> 'provider_msg_id' = %s LIMIT 1""",
        [contact_id, message_id],
    ).fetchone()
    return row is not None
