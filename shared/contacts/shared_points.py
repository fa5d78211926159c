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


def forget(connection: Connection, contact_ids: list[UUID]) -> None:
    """Takes contacts off every number they share, when they are deleted or erased."""
    store.forget(connection, contact_ids)


def move(connection: Connection, from_ids: list[UUID], to_id: UUID) -> list[store.Row]:
    """What contacts share goes to the one they are merged into; rows that ended, for an undo log.

    A number the kept contact holds itself is not shared by it as well: that row ends. Call it after the
    contact points have moved. Give the rows to `restore` to take it back.
    """
    return store.move(connection, from_ids, to_id)


def restore(connection: Connection, to_id: UUID, rows: list[store.Row]) -> None:
    """Takes a `move` to `to_id` back by the rows it answered. Nobody's numbers find their oldest sharer."""
    for row in rows:
        if row["moved"]:
            store.delete(connection, row["kind"], row["hash"], to_id)
    for row in rows:
        store.insert(connection, row)
    promote_all(connection, [(row["kind"], row["hash"]) for row in rows])
