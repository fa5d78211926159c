"""What every field and point of a contact was before, and taking a change out again.

The fields of a contact are a chain of changes in the order in which they were made. A change is an edit, an
import, a merge or a bulk action (its cause). Undoing a cause takes its links out of all chains and computes
what the remaining ones give: each contact is as if the cause had never happened, later changes kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from shared.contacts import field_chains, store_merges, store_point_history, undoing
from shared.contacts import store_history as store
from shared.contacts.field_chains import NOTHING, entry_row
from shared.contacts.store import Row
from shared.contacts.undoing import Undone
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

Cause = Literal["edit", "import", "merge", "bulk"]
# (contact, tags that came, tags that went): only what really changed.
TagChange = tuple[UUID, Sequence[str], Sequence[str]]
__all__ = [
    "Cause",
    "TagChange",
    "Undone",
    "erase",
    "family",
    "log_fields",
    "log_point",
    "log_tags",
    "points_logged",
    "undo",
]


def log_fields(
    connection: Connection,
    contact_id: UUID,
    cause: Cause,
    cause_id: UUID,
    member_id: UUID | None,
    before: Row,
    after: Row,
) -> list[str]:
    """Logs the fields in which two rows of `contacts` differ, tags included; returns their names.

    Only columns that stand in `after` are compared. Call it in the transaction of the change, with the
    contact locked since `before` was read.
    """
    changes = {name: entry for name in field_chains.ALL if (entry := _difference(name, before, after))}
    store.insert_changes(
        connection,
        [entry_row(contact_id, name, cause, cause_id, member_id, entry) for name, entry in changes.items()],
    )
    return list(changes)


def _difference(name: str, before: Row, after: Row) -> Row | None:
    """What the log keeps of one field; None when it is the same."""
    if name == "tags":
        return _tags_entry(before["tags"], after["tags"]) if "tags" in after else None
    column = name if name in ("source", "legal_basis") else f"{name}_hash"
    if column not in after or before[column] == after[column]:
        return None
    if column == name:
        return NOTHING | {"before_plain": before[name]}
    return NOTHING | {
        "before_sealed": before[f"{name}_sealed"],
        "before_hash": before[column],
        "after_hash": after[column],
    }


def _tags_entry(before: Sequence[str], after: Sequence[str]) -> Row | None:
    added = [tag for tag in after if tag not in before]
    removed = [tag for tag in before if tag not in after]
    return NOTHING | {"added": added, "removed": removed} if added or removed else None


def log_tags(
    connection: Connection, cause: Cause, cause_id: UUID, member_id: UUID | None, changes: Iterable[TagChange]
) -> None:
    """Logs tags that came and went, for many contacts at once; the contacts must be locked."""
    store.insert_changes(
        connection,
        [
            entry_row(contact_id, "tags", cause, cause_id, member_id, entry)
            for contact_id, added, removed in changes
            if (entry := NOTHING | {"added": list(added), "removed": list(removed)})
        ],
    )


def log_point(
    connection: Connection,
    cause: Cause,
    cause_id: UUID,
    member_id: UUID | None,
    point: Row,
    *,
    from_contact: UUID | None,
    to_contact: UUID | None,
) -> None:
    """Logs that a point (a row with kind, hash, value_sealed, textable, position) changed hands.

    From None: somebody took it up. To None: it was given up; the log keeps its value.
    """
    kept = point if to_contact is None else {}
    store_point_history.insert_point_changes(
        connection,
        [
            {
                "id": None,
                "kind": point["kind"],
                "hash": point["hash"],
                "from_contact": from_contact,
                "to_contact": to_contact,
                "cause": cause,
                "cause_id": cause_id,
                "member_id": member_id,
                **{name: kept.get(name) for name in ("value_sealed", "textable", "position")},
            }
        ],
    )


@contextmanager
def points_logged(
    connection: Connection, contact_id: UUID, edit_id: UUID, member_id: UUID | None
) -> Iterator[list[tuple[str, bytes]]]:
    """Logs what an edit inside the block does to the points of a locked contact.

    Yields a list that holds (kind, hash) of the points given up, once the block has ended.
    """
    lost: list[tuple[str, bytes]] = []
    cause: tuple[Cause, UUID, UUID | None] = ("edit", edit_id, member_id)
    before = store_point_history.points_of(connection, contact_id)
    yield lost
    after = store_point_history.points_of(connection, contact_id)
    lost += sorted(before.keys() - after.keys())
    for key in lost:
        log_point(connection, *cause, before[key], from_contact=contact_id, to_contact=None)
    for key in sorted(after.keys() - before.keys()):
        log_point(connection, *cause, after[key], from_contact=None, to_contact=contact_id)
    if before.keys() != after.keys():
        # So that an edit of points alone stands in the contact's own log too.
        store.insert_changes(connection, [entry_row(contact_id, "points", *cause, NOTHING)])


def undo(
    connection: Connection,
    cipher: TenantCipher,
    cause_ids: Sequence[UUID],
    contact_ids: Sequence[UUID] | None = None,
) -> Undone:
    """Takes what these causes did to fields, tags and points out of the contacts' histories.

    With `contact_ids` only on those contacts, so that a large cause is undone in pieces. Locks every contact
    it may write, in the order of their ids, recomputes their search tokens, and passes on to contacts into
    which they were merged later. Undoing again changes nothing. Neither for merges (`merging.undo`) nor for
    the creation of contacts (`import_undo`).
    """
    if contact_ids is None:
        contact_ids = store.contacts_of_causes(connection, cause_ids)
    return undoing.take_out(connection, cipher, set(cause_ids), contact_ids)


def family(connection: Connection, contact_ids: Sequence[UUID]) -> list[UUID]:
    """Contacts and all who are part of them by merges."""
    return store_merges.family(connection, contact_ids)


def erase(connection: Connection, contact_ids: Sequence[UUID]) -> None:
    """Blanks the values that the histories of these contacts and of all who are part of them hold.

    What remains is that something changed, when and by whom.
    """
    store.blank(connection, store_merges.family(connection, contact_ids))
