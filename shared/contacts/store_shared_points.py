"""SQL of shared contact points. Everything runs inside the tenant's transaction."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def promote(c: Connection, kinds: list[str], hashes: list[bytes]) -> list[UUID]:
    """Makes the oldest living sharer of each point its holder where it has none; the new holders.

    One probe of each table's primary key per point. Two transactions that promote the same point: the second
    waits on the first's insert and then does nothing.
    """
    rows = c.execute(
        """WITH heir AS (
             SELECT DISTINCT ON (s.kind, s.hash) s.kind, s.hash, s.contact_id, s.value_sealed, s.textable
               FROM unnest(%s::text[], %s::bytea[]) AS lost (kind, hash)
               JOIN contact_shared_points s
                 ON s.tenant_id = current_tenant() AND s.kind = lost.kind AND s.hash = lost.hash
               JOIN contacts k
                 ON k.tenant_id = s.tenant_id AND k.id = s.contact_id AND k.deleted_at IS NULL
              WHERE NOT EXISTS (
                    SELECT FROM contact_points p
                     WHERE p.tenant_id = current_tenant() AND p.kind = lost.kind AND p.hash = lost.hash)
              ORDER BY s.kind, s.hash, s.created_at, s.contact_id),
           taken AS (
             INSERT INTO contact_points (tenant_id, kind, hash, contact_id, value_sealed, textable, position)
             SELECT current_tenant(), kind, hash, contact_id, value_sealed, textable,
                    (SELECT coalesce(max(p.position) + 1, 0) FROM contact_points p
                      WHERE p.tenant_id = current_tenant() AND p.contact_id = heir.contact_id
                        AND p.kind = heir.kind)
               FROM heir ORDER BY kind, hash
             ON CONFLICT (tenant_id, kind, hash) DO NOTHING
             RETURNING kind, hash, contact_id),
           ended AS (
             DELETE FROM contact_shared_points s USING taken
              WHERE s.tenant_id = current_tenant() AND s.kind = taken.kind AND s.hash = taken.hash
                AND s.contact_id = taken.contact_id
             RETURNING s.*),
           -- Who brought the shared number brought this: undoing that takes it away again.
           logged AS (
             INSERT INTO point_changes (tenant_id, kind, hash, to_contact, cause, cause_id)
             SELECT tenant_id, kind, hash, contact_id, 'shared',
                    coalesce(merge_id, import_id, gen_random_uuid())
               FROM ended ORDER BY kind, hash)
           SELECT contact_id FROM ended""",
        [kinds, hashes],
    ).fetchall()
    return [row["contact_id"] for row in rows]


def forget(c: Connection, contact_ids: list[UUID]) -> None:
    """Probes of contact_shared_points_contact."""
    c.execute(
        """DELETE FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [contact_ids],
    )


def delete(c: Connection, kind: str, point_hash: bytes, contact_id: UUID) -> None:
    c.execute(
        """DELETE FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND kind = %s AND hash = %s AND contact_id = %s""",
        [kind, point_hash, contact_id],
    )


def shared_by(c: Connection, contact_ids: list[UUID]) -> list[Row]:
    """What contacts share and who holds it: probes of contact_shared_points_contact and two primary keys."""
    return c.execute(
        """SELECT s.contact_id, s.kind, s.value_sealed, k.id AS holder_id, k.name_sealed AS holder_name_sealed
             FROM contact_shared_points s
             JOIN contact_points p ON p.tenant_id = s.tenant_id AND p.kind = s.kind AND p.hash = s.hash
             JOIN contacts k ON k.tenant_id = p.tenant_id AND k.id = p.contact_id AND k.deleted_at IS NULL
            WHERE s.tenant_id = current_tenant() AND s.contact_id = ANY(%s) AND k.id <> s.contact_id
            ORDER BY s.contact_id, s.kind, s.created_at, s.hash""",
        [contact_ids],
    ).fetchall()
