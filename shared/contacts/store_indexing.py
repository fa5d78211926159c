"""SQL that reads what contacts are found by. Primary-key probes, a few microseconds for each contact."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def contacts(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """The living ones of these contacts."""
    return c.execute(
        """SELECT id, name_sealed, address_sealed, custom_sealed, tags FROM contacts
            WHERE tenant_id = current_tenant() AND id = ANY(%s) AND deleted_at IS NULL ORDER BY id""",
        [list(contact_ids)],
    ).fetchall()


def points(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Points that contacts have, and those that they share with others."""
    return c.execute(
        """SELECT contact_id, kind, value_sealed FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)
           UNION ALL
           SELECT contact_id, kind, value_sealed FROM contact_shared_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)""",
        {"ids": list(contact_ids)},
    ).fetchall()


def aliases(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    return c.execute(
        """SELECT contact_id, name_sealed FROM contact_aliases
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)""",
        [list(contact_ids)],
    ).fetchall()
