"""SQL of the histories of points, and of who has them. All of it inside the tenant's transaction.

Chains are read whole, by the points they are of: each statement probes a primary key or an index that leads
with the contact.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
PointKey = tuple[str, bytes]


def any_move(c: Connection) -> bool:
    """Whether a point of the camp ever moved: a probe of the primary key."""
    row = c.execute(
        "SELECT true FROM point_changes WHERE tenant_id = current_tenant() ORDER BY kind, hash LIMIT 1"
    ).fetchone()
    return row is not None


def insert_point_changes(c: Connection, moves: Iterable[Row]) -> None:
    """Adds moves of points; `id` None takes the next place."""
    with c.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO point_changes (tenant_id, kind, hash, id, from_contact, to_contact, cause,
                      cause_id, member_id, at, value_sealed, textable, position)
               VALUES (current_tenant(), %(kind)s, %(hash)s, coalesce(%(id)s, nextval('history_order')),
                       %(from_contact)s, %(to_contact)s, %(cause)s, %(cause_id)s, %(member_id)s,
                       clock_timestamp(), %(value_sealed)s, %(textable)s, %(position)s)""",
            list(moves),
        )


def update_point_changes(c: Connection, moves: Iterable[Row]) -> None:
    with c.cursor() as cursor:
        cursor.executemany(
            """UPDATE point_changes SET from_contact = %(from_contact)s, to_contact = %(to_contact)s
                WHERE tenant_id = current_tenant() AND kind = %(kind)s AND hash = %(hash)s AND id = %(id)s""",
            list(moves),
        )


def delete_point_changes(c: Connection, moves: Sequence[Row]) -> None:
    c.execute(
        """DELETE FROM point_changes e
            USING unnest(%s::text[], %s::bytea[], %s::bigint[]) AS g (kind, hash, id)
            WHERE e.tenant_id = current_tenant() AND e.kind = g.kind AND e.hash = g.hash AND e.id = g.id""",
        [[row["kind"] for row in moves], [row["hash"] for row in moves], [row["id"] for row in moves]],
    )


def moves_on(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Moves from or to contacts: probes of point_changes_from and _to."""
    return c.execute(
        """SELECT kind, hash, cause_id FROM point_changes
            WHERE tenant_id = current_tenant() AND to_contact = ANY(%(ids)s)
           UNION
           SELECT kind, hash, cause_id FROM point_changes
            WHERE tenant_id = current_tenant() AND from_contact = ANY(%(ids)s)""",
        {"ids": list(contact_ids)},
    ).fetchall()


def moves_of(c: Connection, points: Sequence[PointKey]) -> list[Row]:
    """The whole chains of points: probes, also where statistics would have the camp walked (OFFSET 0)."""
    return c.execute(
        """SELECT chain.* FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            CROSS JOIN LATERAL (SELECT * FROM point_changes e
                                 WHERE e.tenant_id = current_tenant() AND e.kind = g.kind AND e.hash = g.hash
                                OFFSET 0) AS chain
            ORDER BY chain.kind, chain.hash, chain.id""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    ).fetchall()


def holders_of(c: Connection, points: Sequence[PointKey]) -> dict[PointKey, UUID]:
    """Who has these points: a probe of the primary key each."""
    rows = c.execute(
        """SELECT held.* FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            CROSS JOIN LATERAL (SELECT p.kind, p.hash, p.contact_id FROM contact_points p
                                 WHERE p.tenant_id = current_tenant() AND p.kind = g.kind AND p.hash = g.hash
                                OFFSET 0) AS held
            ORDER BY held.kind, held.hash""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    ).fetchall()
    return {(row["kind"], row["hash"]): row["contact_id"] for row in rows}


def points_held(c: Connection, contact_ids: Sequence[UUID]) -> list[PointKey]:
    """The points that contacts have."""
    rows = c.execute(
        """SELECT kind, hash FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    ).fetchall()
    return [(row["kind"], row["hash"]) for row in rows]


def points_of(c: Connection, contact_id: UUID) -> dict[PointKey, Row]:
    """A contact's points: a probe of contact_points_contact."""
    rows = c.execute(
        """SELECT kind, hash, value_sealed, textable, position FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = %s""",
        [contact_id],
    ).fetchall()
    return {(row["kind"], row["hash"]): row for row in rows}


def take_points(c: Connection, points: Sequence[PointKey]) -> None:
    """Deletes points from whoever has them."""
    c.execute(
        """DELETE FROM contact_points p USING unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            WHERE p.tenant_id = current_tenant() AND p.kind = g.kind AND p.hash = g.hash""",
        [[kind for kind, _ in points], [point_hash for _, point_hash in points]],
    )


def hand_point(c: Connection, point: Row, contact_id: UUID) -> None:
    """Gives a point to a contact. `value_sealed` is needed when nobody has it."""
    c.execute(
        """UPDATE contact_points SET contact_id = %(contact_id)s
            WHERE tenant_id = current_tenant() AND kind = %(kind)s AND hash = %(hash)s""",
        {**point, "contact_id": contact_id},
    )
    if point["value_sealed"] is not None:
        c.execute(
            """INSERT INTO contact_points
                      (tenant_id, contact_id, kind, hash, value_sealed, textable, position)
               VALUES (current_tenant(), %(contact_id)s, %(kind)s, %(hash)s, %(value_sealed)s,
                       coalesce(%(textable)s, false), coalesce(%(position)s, 0))
               ON CONFLICT DO NOTHING""",
            {**point, "contact_id": contact_id},
        )


def move_points(c: Connection, from_id: UUID, to_id: UUID) -> list[Row]:
    """All points of a contact go to another one: a probe of contact_points_contact."""
    return c.execute(
        """UPDATE contact_points SET contact_id = %s WHERE tenant_id = current_tenant() AND contact_id = %s
         RETURNING kind, hash""",
        [to_id, from_id],
    ).fetchall()
