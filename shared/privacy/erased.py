"""Contact points of people who were erased: keyed hashes, so that a list that brings one back is noticed."""

from datetime import datetime
from uuid import UUID

from shared.kernel.binary_format import BytesArray
from shared.kernel.database import Connection
from shared.privacy import store_erasure as store
from shared.security import audit


def among(connection: Connection, hashes: BytesArray | list[bytes]) -> set[bytes]:
    """Those of these point hashes whose people asked to be erased; a list must not bring them back unnoticed.

    Whom staff deleted, or a retention rule took, may come with the next list, which has a source and a basis
    of its own (개인정보 보호법 제15조): that they were erased is forgotten here. A probe of the primary key
    per hash and kind; nothing at all where nobody was ever erased.
    """
    gone = store.erased_on_request(connection, hashes)
    back = [point for point, asked in gone.items() if not asked]
    if back:
        store.forget_points(connection, back)
    return {point for point, asked in gone.items() if asked}


def of_point(connection: Connection, kind: str, point_hash: bytes) -> datetime | None:
    """When the person behind a point was erased."""
    return store.erased_at(connection, kind, point_hash)


def welcome_back(connection: Connection, member_id: UUID, role: str, contact_id: UUID) -> None:
    """Lets lists bring a person again whom an Admin wrote in by hand: there is a new reason to have them."""
    if role in ("admin", "owner") and store.forget_erasure(connection, contact_id):
        audit.record(connection, "privacy.welcomed_back", member_id=member_id, target=str(contact_id))
