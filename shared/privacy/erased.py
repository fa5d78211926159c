"""Contact points of people who were erased: keyed hashes, so that a list that brings one back is noticed."""

from datetime import datetime
from uuid import UUID

from shared.kernel.binary_format import BytesArray
from shared.kernel.database import Connection
from shared.privacy import store_erasure as store
from shared.security import audit


def among(connection: Connection, hashes: BytesArray | list[bytes]) -> set[bytes]:
    """Those of these point hashes whose people were erased.

    One statement: a probe of the primary key per hash and kind; nothing at all where nobody was ever erased.
    """
    return store.erased_among(connection, hashes)


def of_point(connection: Connection, kind: str, point_hash: bytes) -> datetime | None:
    """When the person behind a point was erased."""
    return store.erased_at(connection, kind, point_hash)


def welcome_back(connection: Connection, member_id: UUID, role: str, contact_id: UUID) -> None:
    """Lets lists bring a person again whom an Admin wrote in by hand: there is a new reason to have them."""
    if role in ("admin", "owner") and store.forget_erasure(connection, contact_id):
        audit.record(connection, "privacy.welcomed_back", member_id=member_id, target=str(contact_id))
