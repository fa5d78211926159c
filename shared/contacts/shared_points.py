"""A family's phone: one contact holds it and is texted; the others who gave the same number share it.

Whoever takes a point away from its holder (delete, edit, erase, undo) calls `promote`, in the same
transaction and after the point is gone; whoever deletes or erases a sharer calls `forget`.
"""

from collections.abc import Iterable
from uuid import UUID

from shared.contacts import store_shared_points as store
from shared.contacts.models import SharedPhone
from shared.contacts.phones import national
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


def phones_of(connection: Connection, cipher: TenantCipher, contact_id: UUID) -> list[SharedPhone]:
    """The numbers a contact shares, with who holds them."""
    return phones_by_contact(connection, cipher, [contact_id]).get(contact_id, [])


def phones_by_contact(
    connection: Connection, cipher: TenantCipher, contact_ids: list[UUID]
) -> dict[UUID, list[SharedPhone]]:
    """The numbers that some contacts share, with who holds them; nothing for a contact that shares none."""
    found: dict[UUID, list[SharedPhone]] = {}
    for row in store.shared_by(connection, contact_ids):
        if row["kind"] == "phone":
            shared = SharedPhone(
                number=national(cipher.open(row["kind"], row["value_sealed"])),
                holder_id=row["holder_id"],
                holder_name=cipher.open_optional("name", row["holder_name_sealed"]),
            )
            found.setdefault(row["contact_id"], []).append(shared)
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
