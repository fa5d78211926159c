"""Whom the privacy desk speaks of: a contact with all who were merged into it."""

from typing import Any
from uuid import UUID

from shared.contacts import history
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.privacy import store_people as store

Row = dict[str, Any]


def person(connection: Connection, contact_id: UUID, *, lock: bool = False) -> Row:
    """The live contact. Raises NotFound."""
    row = store.contact(connection, contact_id, lock=lock)
    if row is None:
        raise NotFound
    return row


def family(connection: Connection, contact_id: UUID) -> list[UUID]:
    """A contact and all who are part of it by merges."""
    return history.family(connection, [contact_id])
