"""SQL of erasing people beyond what contacts erase themselves: every other table that may know them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.binary_format import BytesArray
from shared.kernel.database import Connection

Row = dict[str, Any]


def erased_among(c: Connection, hashes: BytesArray | list[bytes]) -> set[bytes]:
    rows = c.execute(
        """SELECT DISTINCT hash FROM erased_points
            WHERE tenant_id = current_tenant() AND kind = ANY('{phone,email,kakao_id}') AND hash = ANY(%s)""",
        [hashes],
    ).fetchall()
    return {bytes(row["hash"]) for row in rows}


def erased_on_request(c: Connection, hashes: BytesArray | list[bytes]) -> dict[bytes, bool]:
    """The hashes among these that were erased, and whether their person had asked for it."""
    rows = c.execute(
        """SELECT hash, bool_or(cause = 'request') AS asked FROM erased_points
            WHERE tenant_id = current_tenant() AND kind = ANY('{phone,email,kakao_id}') AND hash = ANY(%s)
            GROUP BY hash""",
        [hashes],
    ).fetchall()
    return {bytes(row["hash"]): row["asked"] for row in rows}


def forget_points(c: Connection, hashes: Sequence[bytes]) -> None:
    """Takes points out of the memory of who was erased without having asked for it."""
    c.execute(
        """DELETE FROM erased_points
            WHERE tenant_id = current_tenant() AND kind = ANY('{phone,email,kakao_id}') AND hash = ANY(%s)
              AND cause <> 'request'""",
        [list(hashes)],
    )


def anybody_erased(c: Connection) -> bool:
    row = c.execute(
        "SELECT 1 AS found FROM erased_points WHERE tenant_id = current_tenant() LIMIT 1"
    ).fetchone()
    return row is not None


def erased_at(c: Connection, kind: str, point_hash: bytes) -> datetime | None:
    row = c.execute(
        "SELECT erased_at FROM erased_points WHERE tenant_id = current_tenant() AND kind = %s AND hash = %s",
        [kind, point_hash],
    ).fetchone()
    return row["erased_at"] if row else None


def points_of(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Every point that people have or have had: their own, shared ones, those given up. {kind, hash}."""
    return c.execute(
        """SELECT kind, hash FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           UNION SELECT kind, hash FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           UNION SELECT kind, hash FROM point_changes
            WHERE tenant_id = current_tenant() AND (from_contact = ANY(%(ids)s) OR to_contact = ANY(%(ids)s))
           UNION SELECT 'phone', phone_hash FROM recipients
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           ORDER BY 1, 2""",
        {"ids": list(contact_ids)},
    ).fetchall()


def deleted_with(c: Connection, phone_hash: bytes) -> list[UUID]:
    """Contacts that a bulk action deleted, that can still be restored, and that had a number."""
    rows = c.execute(
        """SELECT DISTINCT d.contact_id FROM point_changes e
             JOIN deleted_contacts d ON d.tenant_id = e.tenant_id AND d.contact_id = e.from_contact
            WHERE e.tenant_id = current_tenant() AND e.kind = 'phone' AND e.hash = %s""",
        [phone_hash],
    ).fetchall()
    return [row["contact_id"] for row in rows]


def count_conversations(c: Connection, phone_hash: bytes) -> int:
    row = c.execute(
        """SELECT count(*) AS value FROM conversations
            WHERE tenant_id = current_tenant() AND kind = 'phone' AND peer_hash = %s""",
        [phone_hash],
    ).fetchone()
    return int(row["value"]) if row else 0


def lock_people(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """In the order of their ids, as merges lock them."""
    c.execute(
        """SELECT 1 FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s)
            ORDER BY id FOR UPDATE""",
        [list(contact_ids)],
    )


def without_others(c: Connection, points: Sequence[Row]) -> list[Row]:
    """The points that nobody has any more: a family's number stays with who is left."""
    return c.execute(
        """SELECT g.kind, g.hash FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            WHERE NOT EXISTS (SELECT 1 FROM contact_points p
                   WHERE p.tenant_id = current_tenant() AND p.kind = g.kind AND p.hash = g.hash)""",
        [[point["kind"] for point in points], [point["hash"] for point in points]],
    ).fetchall()


def remember_points(c: Connection, points: Sequence[Row], cause: str) -> None:
    c.execute(
        """INSERT INTO erased_points (tenant_id, kind, hash, cause)
           SELECT current_tenant(), g.kind, g.hash, %s FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            ORDER BY 2, 3
           ON CONFLICT (tenant_id, kind, hash) DO UPDATE SET erased_at = now(),
              cause = CASE erased_points.cause WHEN 'request' THEN 'request' ELSE excluded.cause END""",
        [cause, [point["kind"] for point in points], [point["hash"] for point in points]],
    )


def forget_copies(c: Connection, contact_ids: Sequence[UUID], phone_hashes: Sequence[bytes]) -> int:
    """Names and numbers frozen into campaigns; returns how many. By contact, and by number per campaign: a
    person who was deleted and imported again is another contact in each."""
    by_contact = c.execute(
        """UPDATE recipients SET name_sealed = NULL, phone_sealed = NULL
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)
              AND (name_sealed IS NOT NULL OR phone_sealed IS NOT NULL)""",
        [list(contact_ids)],
    ).rowcount
    by_number = c.execute(
        """UPDATE recipients r SET name_sealed = NULL, phone_sealed = NULL
             FROM campaigns k CROSS JOIN unnest(%s::bytea[]) AS g (hash)
            WHERE k.tenant_id = current_tenant() AND r.tenant_id = k.tenant_id AND r.campaign_id = k.id
              AND r.phone_hash = g.hash AND (r.name_sealed IS NOT NULL OR r.phone_sealed IS NOT NULL)""",
        [list(phone_hashes)],
    ).rowcount
    return by_contact + by_number


def count_copies(c: Connection, contact_ids: Sequence[UUID]) -> int:
    """In how many campaigns people stand."""
    row = c.execute(
        """SELECT count(DISTINCT campaign_id) AS value FROM recipients
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    ).fetchone()
    return int(row["value"]) if row else 0


def forget_events(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """What was said goes; that something happened stays."""
    c.execute(
        """UPDATE contact_events SET detail_sealed = NULL
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND detail_sealed IS NOT NULL""",
        [list(contact_ids)],
    )


def forget_conversations(c: Connection, phone_hashes: Sequence[bytes]) -> None:
    """What people wrote and were answered, with their numbers."""
    c.execute(
        """DELETE FROM conversations
            WHERE tenant_id = current_tenant() AND kind = 'phone' AND peer_hash = ANY(%s)""",
        [list(phone_hashes)],
    )


def forget_masked(c: Connection, points: Sequence[Row]) -> None:
    """An opt-out stays as the keyed hash it acts by; the digits it shows go, and what staff wrote of why."""
    c.execute(
        """UPDATE opt_outs o SET masked_sealed = NULL, reason = o.source
             FROM unnest(%s::text[], %s::bytea[]) AS g (kind, hash)
            WHERE o.tenant_id = current_tenant() AND o.kind = g.kind AND o.hash = g.hash""",
        [[point["kind"] for point in points], [point["hash"] for point in points]],
    )


def reduce_consents(c: Connection, contact_ids: Sequence[UUID], hashes: Sequence[bytes]) -> None:
    """Consents stay as proof that sending was lawful: what, when, how, and keyed hashes of whom."""
    c.execute(
        """UPDATE consents SET contact_id = NULL, evidence_sealed = NULL, withdrawn_how_sealed = NULL,
                  point_hashes = %s
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(hashes), list(contact_ids)],
    )


def forget_marks(c: Connection, contact_ids: Sequence[UUID]) -> None:
    """Tags tell about a person (party member, say); restoring a deletion must not bring anybody back."""
    c.execute(
        """UPDATE contacts SET tags = '{}'
            WHERE tenant_id = current_tenant() AND id = ANY(%s) AND tags <> '{}'""",
        [list(contact_ids)],
    )
    c.execute(
        "DELETE FROM deleted_contacts WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)",
        [list(contact_ids)],
    )


def expire_exports(c: Connection) -> None:
    """Files of contacts that were made before: the next sweep removes them. One that is being made may have
    the people in it already: it begins anew, as after a crash."""
    c.execute(
        """UPDATE exports SET expires_at = now()
            WHERE tenant_id = current_tenant() AND status = 'completed' AND expires_at > now()"""
    )
    c.execute(
        "UPDATE exports SET status = 'queued' WHERE tenant_id = current_tenant() AND status = 'running'"
    )


def forget_carrier_calls(c: Connection) -> None:
    """Carriers' calls that have been applied: they name many people and were kept for complaints only."""
    c.execute("DELETE FROM report_inbox WHERE tenant_id = current_tenant() AND applied_at IS NOT NULL")


def stored_answers(c: Connection) -> list[Row]:
    """Answers kept for repeated requests, at most a day's."""
    return c.execute(
        """SELECT member_id, route, key_hash, answer FROM idempotency_keys
            WHERE tenant_id = current_tenant() AND answer IS NOT NULL"""
    ).fetchall()


def forget_answer(c: Connection, row: Row) -> None:
    c.execute(
        """DELETE FROM idempotency_keys WHERE tenant_id = current_tenant() AND member_id = %(member_id)s
              AND route = %(route)s AND key_hash = %(key_hash)s""",
        row,
    )


def rejects_after(c: Connection, after: tuple[UUID, int] | None, limit: int) -> list[Row]:
    """Rejected rows in the order of the primary key."""
    import_id, row_number = after or (UUID(int=0), -1)
    return c.execute(
        """SELECT import_id, row_number, cells_sealed FROM import_rejects
            WHERE tenant_id = current_tenant() AND (import_id, row_number) > (%s, %s)
            ORDER BY import_id, row_number LIMIT %s""",
        [import_id, row_number, limit],
    ).fetchall()


def delete_rejects(c: Connection, rows: Sequence[Row]) -> None:
    c.execute(
        """DELETE FROM import_rejects r USING unnest(%s::uuid[], %s::integer[]) AS g (import_id, row_number)
            WHERE r.tenant_id = current_tenant() AND r.import_id = g.import_id
              AND r.row_number = g.row_number""",
        [[row["import_id"] for row in rows], [row["row_number"] for row in rows]],
    )


def mapped_imports(c: Connection, *, at_rest: bool = False) -> list[Row]:
    """{id, columns_sealed} of imports whose columns nobody has to confirm any more. `at_rest`: only of those
    that no worker is at, whose row is not waited for."""
    return c.execute(
        """SELECT id, columns_sealed FROM imports
            WHERE tenant_id = current_tenant() AND columns_sealed IS NOT NULL
              AND status NOT IN ('queued', 'inspecting', 'awaiting_mapping')
              AND (status IN ('completed', 'failed', 'undone') OR NOT %s)""",
        [at_rest],
    ).fetchall()


def set_columns(c: Connection, import_id: UUID, sealed: bytes) -> None:
    c.execute(
        "UPDATE imports SET columns_sealed = %s WHERE tenant_id = current_tenant() AND id = %s",
        [sealed, import_id],
    )


def waiting_uploads(c: Connection) -> int:
    """Files that wait for their columns to be confirmed."""
    row = c.execute(
        """SELECT count(*) AS value FROM imports
            WHERE tenant_id = current_tenant() AND status = 'awaiting_mapping'"""
    ).fetchone()
    return int(row["value"]) if row else 0


def forget_erasure(c: Connection, contact_id: UUID) -> int:
    """Takes a contact's points out of the memory of who was erased."""
    return c.execute(
        """DELETE FROM erased_points e USING contact_points p
            WHERE e.tenant_id = current_tenant() AND p.tenant_id = e.tenant_id AND p.kind = e.kind
              AND p.hash = e.hash AND p.contact_id = %s""",
        [contact_id],
    ).rowcount
