"""SQL of contacts that come back after a bulk action deleted them: people, search tokens, points."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.selections.store_bulk import add_events

Row = dict[str, Any]


def lock_deleted(connection: Connection, bulk_id: UUID, contact_ids: Sequence[UUID]) -> list[UUID]:
    """What this action deleted of the contacts and can still be restored, locked in the order of ids."""
    rows = connection.execute(
        """SELECT c.id FROM contacts c
             JOIN deleted_contacts d ON d.tenant_id = c.tenant_id AND d.contact_id = c.id
            WHERE c.tenant_id = current_tenant() AND d.bulk_id = %s AND d.contact_id = ANY(%s)
            ORDER BY c.id FOR UPDATE OF c""",
        [bulk_id, list(contact_ids)],
    ).fetchall()
    return [row["id"] for row in rows]


def points_given_up(connection: Connection, bulk_id: UUID, contact_ids: list[UUID]) -> list[Row]:
    """The points that an action took from contacts as it deleted them."""
    return connection.execute(
        """SELECT kind, hash, from_contact AS contact_id, value_sealed, textable FROM point_changes
            WHERE tenant_id = current_tenant() AND cause_id = %s AND from_contact = ANY(%s)
              AND to_contact IS NULL""",
        [bulk_id, contact_ids],
    ).fetchall()


def share_taken(connection: Connection, points: list[Row]) -> list[UUID]:
    """The restored contacts of whose points somebody else has one now; phones they share. Rows as above.

    What a merge had brought is shared by whoever brought it, and by merge along the way: it goes with them.
    """
    names = ("kind", "hash", "contact_id", "value_sealed", "textable")
    rows = connection.execute(
        """WITH RECURSIVE taken AS (
             SELECT n.* FROM unnest(%(kind)s::text[], %(hash)s::bytea[], %(contact_id)s::uuid[],
                         %(value_sealed)s::bytea[], %(textable)s::boolean[])
                  AS n (kind, hash, contact_id, value_sealed, textable)
               JOIN contact_points p
                 ON p.tenant_id = current_tenant() AND p.kind = n.kind AND p.hash = n.hash
                AND p.contact_id <> n.contact_id),
           way AS (
             SELECT kind, hash, contact_id, value_sealed, textable FROM taken WHERE kind = 'phone'
             UNION
             SELECT w.kind, w.hash, e.from_contact, w.value_sealed, w.textable FROM way w
               JOIN point_changes e
                 ON e.tenant_id = current_tenant() AND e.kind = w.kind AND e.hash = w.hash
                AND e.cause = 'merge' AND e.to_contact = w.contact_id),
           shared AS (
             INSERT INTO contact_shared_points
                    (tenant_id, kind, hash, contact_id, value_sealed, textable, merge_id)
             SELECT current_tenant(), kind, hash, contact_id, value_sealed, textable,
                    (SELECT e.cause_id FROM point_changes e
                      WHERE e.tenant_id = current_tenant() AND e.kind = w.kind AND e.hash = w.hash
                        AND e.cause = 'merge' AND e.to_contact = w.contact_id LIMIT 1)
               FROM way w ORDER BY hash, contact_id ON CONFLICT DO NOTHING)
           SELECT DISTINCT contact_id FROM taken""",
        {name: [point[name] for point in points] for name in names},
    ).fetchall()
    return [row["contact_id"] for row in rows]


def revive(connection: Connection, contact_ids: list[UUID], cause: Row) -> set[UUID]:
    """Puts deleted contacts back, without their points; those whose search tokens lay aside with them.

    The others' tokens are to be made anew: something was taken out of their history meanwhile.
    """
    given = {"ids": contact_ids}
    connection.execute(
        """UPDATE contacts SET deleted_at = NULL, updated_at = now()
            WHERE tenant_id = current_tenant() AND id = ANY(%(ids)s)""",
        given,
    )
    rows = connection.execute(
        """WITH restored AS (
             DELETE FROM deleted_contacts WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
             RETURNING search)
           INSERT INTO contact_search
           SELECT (jsonb_populate_record(NULL::contact_search, search)).* FROM restored
            WHERE search IS NOT NULL ORDER BY search ->> 'contact_id'
           ON CONFLICT (tenant_id, contact_id) DO NOTHING
           RETURNING contact_id""",
        given,
    ).fetchall()
    add_events(connection, contact_ids, "restored", cause)
    return {row["contact_id"] for row in rows}


def give_back(connection: Connection, bulk_id: UUID, contact_ids: list[UUID]) -> set[UUID]:
    """Gives contacts the points that an action took, where nobody has had one since; who has all of theirs.

    As if the action had not happened: its moves of these points go. Of a contact with a point that went on to
    somebody else nothing is given: that is for `history.undo`. Three statements of probes, each bound to its
    row (OFFSET 0): without statistics a join of these took 33 s for 2,000 contacts.
    """
    taken = _taken(connection, bulk_id, contact_ids)
    others = {row["contact_id"] for row in taken if not row["free"]}
    wanted = [row for row in taken if row["contact_id"] not in others]
    given = _insert_again(connection, wanted)
    _forget_moves(connection, [row for row in wanted if (row["kind"], row["hash"]) in given])
    lost = {row["contact_id"] for row in wanted if (row["kind"], row["hash"]) not in given}
    return set(contact_ids) - others - lost


def _taken(connection: Connection, bulk_id: UUID, contact_ids: list[UUID]) -> list[Row]:
    """The points that an action took. `free`: that was the last move, and nobody has it now.

    One probe of point_changes_cause a contact: asked for all at once, each of the action's moves was compared
    with each of the contacts (3.4 s for 2,000 of 20,000).
    """
    return connection.execute(
        """SELECT e.kind, e.hash, e.id, e.from_contact AS contact_id,
                  e.value_sealed IS NOT NULL AND e.id = last.id AND NOT held.held AS free
             FROM unnest(%s::uuid[]) AS u (contact_id)
            CROSS JOIN LATERAL (SELECT * FROM point_changes
                                 WHERE cause_id = %s AND from_contact = u.contact_id
                                   AND tenant_id = current_tenant() AND to_contact IS NULL OFFSET 0) AS e
            CROSS JOIN LATERAL (SELECT max(n.id) AS id FROM point_changes n
                                 WHERE n.tenant_id = current_tenant() AND n.kind = e.kind
                                   AND n.hash = e.hash OFFSET 0) AS last
            CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM contact_points p
                                                WHERE p.tenant_id = current_tenant() AND p.kind = e.kind
                                                  AND p.hash = e.hash) AS held OFFSET 0) AS held""",
        [contact_ids, bulk_id],
    ).fetchall()


def _insert_again(connection: Connection, moves: list[Row]) -> set[tuple[str, bytes]]:
    """Which of the points could be given to whom they were taken from."""
    rows = connection.execute(
        """INSERT INTO contact_points (tenant_id, contact_id, kind, hash, value_sealed, textable, position)
           SELECT current_tenant(), e.from_contact, u.kind, u.hash, e.value_sealed,
                  coalesce(e.textable, false), coalesce(e.position, 0)
             FROM unnest(%s::text[], %s::bytea[], %s::bigint[]) AS u (kind, hash, id)
            CROSS JOIN LATERAL (SELECT * FROM point_changes
                                 WHERE tenant_id = current_tenant() AND kind = u.kind AND hash = u.hash
                                   AND id = u.id OFFSET 0) AS e
            ORDER BY u.kind, u.hash
           ON CONFLICT DO NOTHING
           RETURNING kind, hash""",
        _keys(moves),
    ).fetchall()
    return {(row["kind"], row["hash"]) for row in rows}


def _forget_moves(connection: Connection, moves: list[Row]) -> None:
    connection.execute(
        """DELETE FROM point_changes WHERE tenant_id = current_tenant() AND ctid = ANY (ARRAY(
             SELECT e.ctid FROM unnest(%s::text[], %s::bytea[], %s::bigint[]) AS u (kind, hash, id)
              CROSS JOIN LATERAL (SELECT ctid FROM point_changes
                                   WHERE tenant_id = current_tenant() AND kind = u.kind AND hash = u.hash
                                     AND id = u.id OFFSET 0) AS e))""",
        _keys(moves),
    )


def _keys(moves: list[Row]) -> list[list[Any]]:
    return [[row[name] for row in moves] for name in ("kind", "hash", "id")]
