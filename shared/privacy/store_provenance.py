"""SQL of where a person's data is from. Everything is found by the contact or by a number's hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection
from shared.privacy import agreement

Row = dict[str, Any]


def imports_of(c: Connection, contact_ids: Sequence[UUID], limit: int) -> list[Row]:
    """The files in which people stood, earliest first, with row and uploader: by import_results_contact.

    Of an import that was undone, only who kept something of it.
    """
    return c.execute(
        """SELECT i.id, i.file_name_sealed, r.row_number, i.created_at AS at, m.name_sealed AS member_sealed
             FROM (SELECT import_id, min(row_number) AS row_number, bool_or(kept) AS kept FROM import_results
                    WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s) GROUP BY import_id
                   UNION
                   SELECT p.import_id, NULL, true FROM contacts p
                    WHERE p.tenant_id = current_tenant() AND p.id = ANY(%(ids)s) AND p.import_id IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM import_results x
                                       WHERE x.tenant_id = p.tenant_id AND x.contact_id = ANY(%(ids)s)
                                         AND x.import_id = p.import_id)) r
             JOIN imports i ON i.tenant_id = current_tenant() AND i.id = r.import_id
              AND (i.undone_at IS NULL OR r.kept)
             LEFT JOIN members m ON m.tenant_id = i.tenant_id AND m.id = i.member_id
            ORDER BY i.created_at LIMIT %(limit)s""",
        {"ids": list(contact_ids), "limit": limit},
    ).fetchall()


def creators_of(c: Connection, contact_ids: Sequence[UUID], limit: int) -> list[Row]:
    """{at, member_sealed} of the members who wrote people in by hand, earliest first."""
    return c.execute(
        """SELECT e.at, m.name_sealed AS member_sealed FROM contact_events e
             LEFT JOIN members m ON m.tenant_id = e.tenant_id AND m.id = e.member_id
            WHERE e.tenant_id = current_tenant() AND e.contact_id = ANY(%s) AND e.kind = 'created'
            ORDER BY e.at LIMIT %s""",
        [list(contact_ids), limit],
    ).fetchall()


def origins_of(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """{source, legal_basis} of a contact and of those who were merged into it, the oldest first."""
    return c.execute(
        """SELECT source, legal_basis FROM contacts
            WHERE tenant_id = current_tenant() AND id = ANY(%s) ORDER BY created_at, id""",
        [list(contact_ids)],
    ).fetchall()


def points_of(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Contact points, own and shared, with when they came."""
    return c.execute(
        """SELECT kind, hash, value_sealed, created_at FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           UNION ALL
           SELECT kind, hash, value_sealed, created_at FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
            ORDER BY created_at""",
        {"ids": list(contact_ids)},
    ).fetchall()


def campaigns_of(c: Connection, contact_ids: Sequence[UUID], limit: int) -> list[Row]:
    """{name, at} of campaigns that were sent to people, latest first: by recipients_contact."""
    return c.execute(
        """SELECT k.name, max(r.sent_at) AS at FROM recipients r
             JOIN campaigns k ON k.tenant_id = r.tenant_id AND k.id = r.campaign_id
            WHERE r.tenant_id = current_tenant() AND r.contact_id = ANY(%s) AND r.sent_at IS NOT NULL
            GROUP BY k.id, k.name ORDER BY at DESC LIMIT %s""",
        [list(contact_ids), limit],
    ).fetchall()


def campaigns_to(c: Connection, phone_hash: bytes, limit: int) -> list[Row]:
    """{name, at} of campaigns that went to a number, whoever had it: one probe per campaign of the camp."""
    return c.execute(
        """SELECT k.name, r.sent_at AS at FROM campaigns k
             CROSS JOIN LATERAL (SELECT x.sent_at FROM recipients x
                  WHERE x.tenant_id = k.tenant_id AND x.campaign_id = k.id AND x.phone_hash = %s
                    AND x.sent_at IS NOT NULL LIMIT 1) r
            WHERE k.tenant_id = current_tenant() ORDER BY r.sent_at DESC LIMIT %s""",
        [phone_hash, limit],
    ).fetchall()


def opt_outs_of(c: Connection, phone_hash: bytes) -> list[Row]:
    return c.execute(
        """SELECT channel, created_at FROM opt_outs
            WHERE tenant_id = current_tenant() AND kind = 'phone' AND hash = %s ORDER BY created_at""",
        [phone_hash],
    ).fetchall()


def conversation_with(c: Connection, phone_hash: bytes) -> datetime | None:
    """When the last text came from a number or went to it, of those that the inbox keeps."""
    row = c.execute(
        """SELECT last_at FROM conversations
            WHERE tenant_id = current_tenant() AND kind = 'phone' AND peer_hash = %s""",
        [phone_hash],
    ).fetchone()
    return row["last_at"] if row else None


def histories_with(c: Connection, phone_hash: bytes) -> list[Row]:
    """{contact_id, at, is_deleted} of contacts whose history holds a number that they had: living ones,
    and those that a bulk action deleted and that can be restored. Latest first: by the number's moves."""
    return c.execute(
        sql.SQL(
            """SELECT own.id AS contact_id, max(e.at) AS at, d.contact_id IS NOT NULL AS is_deleted
             FROM point_changes e
             LEFT JOIN deleted_contacts d ON d.tenant_id = e.tenant_id AND d.contact_id = e.from_contact
             LEFT JOIN LATERAL {living} AS own ON true
            WHERE e.tenant_id = current_tenant() AND e.kind = 'phone' AND e.hash = %s
              AND e.value_sealed IS NOT NULL AND (own.id IS NOT NULL OR d.contact_id IS NOT NULL)
            GROUP BY own.id, is_deleted ORDER BY at DESC"""
        ).format(living=agreement.living("e.from_contact")),
        [phone_hash],
    ).fetchall()


def sharers_of(c: Connection, phone_hash: bytes) -> list[UUID]:
    """Live contacts whose family's number it is, without being the one it belongs to."""
    rows = c.execute(
        """SELECT s.contact_id FROM contact_shared_points s
             JOIN contacts p ON p.tenant_id = s.tenant_id AND p.id = s.contact_id AND p.deleted_at IS NULL
            WHERE s.tenant_id = current_tenant() AND s.kind = 'phone' AND s.hash = %s
            ORDER BY s.created_at""",
        [phone_hash],
    ).fetchall()
    return [row["contact_id"] for row in rows]
