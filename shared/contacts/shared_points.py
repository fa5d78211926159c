"""A family's phone or an office's e-mail address: one contact holds it and is written to; the others who gave
the same one share it.

Whoever takes a point away from its holder (delete, edit, erase, undo) calls `promote`, in the same
transaction and after the point is gone; whoever deletes or erases a sharer calls `forget`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from shared.contacts import store_shared_points as store
from shared.contacts.models import SharedEmail, SharedPhone
from shared.contacts.phones import national
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


class Shared(NamedTuple):
    """What a contact shares, with who holds it."""

    phones: list[SharedPhone]
    emails: list[SharedEmail]


def shared_by(
    connection: Connection, cipher: TenantCipher, contact_ids: list[UUID]
) -> defaultdict[UUID, Shared]:
    """The numbers and addresses that some contacts share; nothing for a contact that shares none."""
    found: defaultdict[UUID, Shared] = defaultdict(lambda: Shared([], []))
    for row in store.shared_by(connection, contact_ids):
        shared, value = found[row["contact_id"]], cipher.open(row["kind"], row["value_sealed"])
        holder_id = row["holder_id"]
        holder_name = cipher.open_optional("name", row["holder_name_sealed"])
        if row["kind"] == "phone":
            phone = SharedPhone(number=national(value), holder_id=holder_id, holder_name=holder_name)
            shared.phones.append(phone)
        elif row["kind"] == "email":
            email = SharedEmail(address=value, holder_id=holder_id, holder_name=holder_name)
            shared.emails.append(email)
    return found


def promote(connection: Connection, kind: str, point_hash: bytes) -> UUID | None:
    """Gives a point that nobody holds any more to its oldest living sharer; returns that contact.

    None (nothing done) while somebody holds the point or when nobody shared it. The new holder's search
    tokens are as they were: the caller reindexes it.
    """
    heirs = promote_all(connection, [(kind, point_hash)])
    return heirs[0] if heirs else None


def promote_all(connection: Connection, points: Iterable[tuple[str, bytes]]) -> list[UUID]:
    """`promote` for many points (kind, hash) in one statement; the new holders, to be reindexed."""
    lost = sorted(set(points))
    if not lost:
        return []
    heirs = store.promote(connection, [kind for kind, _ in lost], [point_hash for _, point_hash in lost])
    return list(dict.fromkeys(heirs))


def give_up(connection: Connection, contact_id: UUID, points: Iterable[tuple[str, bytes]]) -> None:
    """Takes a contact off points that were taken from it: whom a merge made the holder of a number that it
    shared before is not its heir."""
    for kind, point_hash in points:
        store.delete(connection, kind, point_hash, contact_id)


def forget(connection: Connection, contact_ids: list[UUID]) -> None:
    """Takes contacts off every number they share, when they are deleted or erased."""
    store.forget(connection, contact_ids)
