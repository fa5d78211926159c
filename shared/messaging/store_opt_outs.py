"""SQL of opt-outs: keyed hashes of contact points that must not be messaged, by channel or at all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]
_COLUMNS = ("id", "kind", "hash", "channel", "masked_sealed", "source", "reason", "member_id")


def insert(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Add opt-outs; returns (id, kind, hash, channel) of those that are new.

    One statement whatever the number: 100,000 take about 3 s. Rows as _COLUMNS.
    """
    return connection.execute(
        """INSERT INTO opt_outs (tenant_id, id, kind, hash, channel, masked_sealed, source, reason, member_id)
           SELECT current_tenant(), n.*
             FROM unnest(%(id)s::uuid[], %(kind)s::text[], %(hash)s::bytea[], %(channel)s::text[],
                         %(masked_sealed)s::bytea[], %(source)s::text[], %(reason)s::text[],
                         %(member_id)s::uuid[]) AS n
           ON CONFLICT (tenant_id, kind, hash, channel) DO NOTHING RETURNING id, kind, hash, channel""",
        {name: [row[name] for row in rows] for name in _COLUMNS},
    ).fetchall()


def by_point(connection: Connection, kind: str, point_hash: bytes, channel: str) -> Row | None:
    return connection.execute(
        "SELECT * FROM opt_outs WHERE kind = %s AND hash = %s AND channel = %s", [kind, point_hash, channel]
    ).fetchone()


def bars(connection: Connection, point_hash: bytes, family: str) -> bool:
    """Whether a phone, or another point of whoever has it, is opted out of a family of channels or of all."""
    row = connection.execute(
        """SELECT 1 AS found FROM opt_outs o
            WHERE o.channel IN ('all', %(family)s)
              AND ((o.kind = 'phone' AND o.hash = %(hash)s) OR (o.kind, o.hash) IN (
                    SELECT q.kind, q.hash FROM contact_points p
                      JOIN contact_points q ON q.contact_id = p.contact_id
                     WHERE p.kind = 'phone' AND p.hash = %(hash)s)) LIMIT 1""",
        {"hash": point_hash, "family": family},
    ).fetchone()
    return row is not None


def page(connection: Connection, asked: Row) -> list[Row]:
    """Opt-outs newest first: a walk of the primary key. `asked`: before, limit, channel, source."""
    return connection.execute(
        """SELECT * FROM opt_outs o
            WHERE o.id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
              AND (%(channel)s::text IS NULL OR o.channel = %(channel)s)
              AND (%(source)s::text IS NULL OR o.source = %(source)s)
            ORDER BY o.id DESC LIMIT %(limit)s""",
        asked,
    ).fetchall()


def found_page(connection: Connection, asked: Row) -> list[Row]:
    """The same among given points (`kinds`, `hashes`) and those of given contacts (`contact_ids`): probes of
    the index that leads with the contact, then of the unique key."""
    return connection.execute(
        """WITH wanted (kind, hash) AS (
             SELECT * FROM unnest(%(kinds)s::text[], %(hashes)s::bytea[])
             UNION
             SELECT p.kind, p.hash FROM contact_points p
              WHERE p.tenant_id = current_tenant() AND p.contact_id = ANY(%(contact_ids)s::uuid[]))
           SELECT o.* FROM wanted w JOIN opt_outs o ON o.kind = w.kind AND o.hash = w.hash
            WHERE o.id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
              AND (%(channel)s::text IS NULL OR o.channel = %(channel)s)
              AND (%(source)s::text IS NULL OR o.source = %(source)s)
            ORDER BY o.id DESC LIMIT %(limit)s""",
        asked,
    ).fetchall()


def delete(connection: Connection, opt_out_id: UUID) -> Row | None:
    """Remove one and return it."""
    return connection.execute("DELETE FROM opt_outs WHERE id = %s RETURNING *", [opt_out_id]).fetchone()


def points_of_contact(connection: Connection, contact_id: UUID, kinds: Sequence[str]) -> list[Row]:
    """A contact's points of these kinds; of one who has none the family's phones, which it shares."""
    return connection.execute(
        """WITH own AS (
             SELECT kind, hash, value_sealed, position, created_at FROM contact_points
              WHERE contact_id = %(id)s AND kind = ANY(%(kinds)s))
           SELECT * FROM own
           UNION ALL
           SELECT kind, hash, value_sealed, 0, created_at FROM contact_shared_points
            WHERE contact_id = %(id)s AND kind = 'phone' AND kind = ANY(%(kinds)s)
              AND NOT EXISTS (SELECT FROM own)
            ORDER BY kind DESC, position, created_at""",
        {"id": contact_id, "kinds": list(kinds)},
    ).fetchall()


def contact_exists(connection: Connection, contact_id: UUID) -> bool:
    row = connection.execute(
        "SELECT 1 AS found FROM contacts WHERE id = %s AND deleted_at IS NULL", [contact_id]
    ).fetchone()
    return row is not None


def holders(connection: Connection, kind: str, hashes: Sequence[bytes]) -> dict[bytes, UUID]:
    """Which contact has each point."""
    rows = connection.execute(
        "SELECT hash, contact_id FROM contact_points WHERE kind = %s AND hash = ANY(%s)",
        [kind, list(hashes)],
    ).fetchall()
    return {row["hash"]: row["contact_id"] for row in rows}


def add_refusals(connection: Connection, points: Sequence[Row], detail: Row, member_id: UUID | None) -> None:
    """Puts an opt-out on the timelines of whoever has the points (kind, hash, channel): one statement."""
    connection.execute(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, member_id, detail)
           SELECT current_tenant(), p.contact_id, 'opt_out', %(member_id)s,
                  %(detail)s::jsonb || jsonb_build_object('channel', n.channel)
             FROM unnest(%(kind)s::text[], %(hash)s::bytea[], %(channel)s::text[]) AS n (kind, hash, channel)
             JOIN contact_points p
               ON p.tenant_id = current_tenant() AND p.kind = n.kind AND p.hash = n.hash""",
        {
            **{name: [point[name] for point in points] for name in ("kind", "hash", "channel")},
            "detail": Jsonb(detail),
            "member_id": member_id,
        },
    )


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
