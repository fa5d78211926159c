"""Making several contacts one, and taking it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contacts import field_chains, store, store_merges, store_point_history, undoing
from shared.contacts import store_history as log
from shared.contacts.contacts import get
from shared.contacts.field_chains import entry_row
from shared.contacts.indexing import reindex_all
from shared.contacts.models import Merged, MergedContact, MergeUndone, NamedContact
from shared.contacts.replay import Mode
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher

# Tags are always joined; points, aliases and shared numbers always kept.
CHOOSABLE = tuple(name for name in field_chains.ALL if name != "tags")


@dataclass(frozen=True)
class _Merge:
    """One merge under way: who does it, on whose behalf, and which value of each field is wanted."""

    action_id: UUID
    member_id: UUID | None
    import_id: UUID | None
    keep_id: UUID
    fields: dict[str, UUID]

    def modes(self, merged_id: UUID) -> dict[str, Mode]:
        """How each chosen field treats one of the merged contacts."""
        return {name: "take" if chosen == merged_id else "leave" for name, chosen in self.fields.items()}


def merge(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID | None,
    keep_id: UUID,
    merge_ids: list[UUID],
    fields: dict[str, UUID] | None = None,
    import_id: UUID | None = None,
) -> UUID:
    """Makes several contacts one and returns the id by which it is undone.

    Loss-free: points, tags, other names and shared numbers are joined; a field takes the value of the
    contact that `fields` names, otherwise the kept contact's or, if it has none, the first that another one
    has. Names that go become aliases. Locks the contacts in the order of their ids.

    Raises NotFound for an unknown contact, Conflict for one that has been merged already, ValidationFailed
    when a contact would be merged into itself or when `fields` names another contact or field.
    """
    merged_ids = list(dict.fromkeys(merge_ids))
    _check(keep_id, merged_ids, fields or {})
    rows = {row["id"]: row for row in log.lock_contacts(connection, [keep_id, *merged_ids])}
    for contact_id in (keep_id, *merged_ids):
        _check_alive(rows.get(contact_id))
    work = _Merge(new_id(), member_id, import_id, keep_id, fields or {})
    kept = rows[keep_id]
    for merged_id in merged_ids:
        # The only merge of a click bears the click's id.
        merge_id = work.action_id if len(merged_ids) == 1 else new_id()
        kept = _join(connection, cipher, work, merge_id, kept, rows[merged_id])
    store_merges.derive_names(connection, keep_id)
    store_merges.derive_shared_points(connection, keep_id)
    reindex_all(connection, cipher, [keep_id, *merged_ids])
    return work.action_id


def merge_by_hand(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    keep_id: UUID,
    merge_ids: list[UUID],
    fields: dict[str, UUID],
) -> Merged:
    """`merge`, answered with the contact that stays."""
    merge_id = merge(connection, cipher, member_id, keep_id, merge_ids, fields)
    return Merged(id=merge_id, contact=get(connection, cipher, keep_id))


def _check(keep_id: UUID, merged_ids: list[UUID], fields: dict[str, UUID]) -> None:
    if keep_id in merged_ids:
        raise ValidationFailed("contacts.merge_with_itself")
    for name, chosen in fields.items():
        if name not in CHOOSABLE:
            problem = Detail(text("contacts.merge_unknown_field"), field=f"fields.{name}")
            raise ValidationFailed(details=[problem])
        if chosen != keep_id and chosen not in merged_ids:
            problem = Detail(text("contacts.merge_unknown_choice"), field=f"fields.{name}")
            raise ValidationFailed(details=[problem])


def _check_alive(row: store.Row | None) -> None:
    if row is None:
        raise NotFound
    if row["merged_into"] is not None:
        raise Conflict("contacts.already_merged")
    if row["deleted_at"] is not None:
        raise NotFound


def _join(
    connection: Connection,
    cipher: TenantCipher,
    work: _Merge,
    merge_id: UUID,
    kept: store.Row,
    merged: store.Row,
) -> store.Row:
    """Joins one contact to the kept one; returns the kept one's row as it is then."""
    recorded = store_merges.insert_merge(
        connection,
        {
            "id": merge_id,
            "action_id": work.action_id,
            "kept_id": kept["id"],
            "merged_id": merged["id"],
            "member_id": work.member_id,
            "import_id": work.import_id,
            "fields": work.modes(merged["id"]),
        },
    )
    columns, entries = _taken(cipher, recorded, kept, merged)
    if columns:
        store.update_contact(connection, kept["id"], columns)
    log.insert_changes(connection, entries)
    _move_points(connection, recorded)
    store.mark_merged(connection, merged["id"], kept["id"])
    return kept | columns


def _taken(
    cipher: TenantCipher, recorded: store.Row, kept: store.Row, merged: store.Row
) -> tuple[store.Row, list[store.Row]]:
    """What the kept contact takes: its columns, and the lines of the log, at the merge's own place."""
    columns: dict[str, Any] = {}
    entries: list[store.Row] = []
    for name, field in field_chains.ALL.items():
        before, given = field.current(cipher, kept), field.current(cipher, merged)
        after = field.kind.merge(before, given, recorded["fields"].get(name, "fill"))
        if field.kind.mark(before) == field.kind.mark(after):
            continue
        columns |= field.columns(cipher, after)
        entry = entry_row(
            kept["id"],
            name,
            "merge",
            recorded["id"],
            recorded["member_id"],
            field.entry(cipher, before, after),
        )
        entries.append(entry | {"id": recorded["seq"]})
    return columns, entries


def _move_points(connection: Connection, recorded: store.Row) -> None:
    moved = store_point_history.move_points(connection, recorded["merged_id"], recorded["kept_id"])
    nothing = dict.fromkeys(("value_sealed", "textable", "position"))
    store_point_history.insert_point_changes(
        connection,
        [
            {
                **point,
                **nothing,
                "id": recorded["seq"],
                "from_contact": recorded["merged_id"],
                "to_contact": recorded["kept_id"],
                "cause": "merge",
                "cause_id": recorded["id"],
                "member_id": recorded["member_id"],
            }
            for point in moved
        ],
    )


def undo(connection: Connection, cipher: TenantCipher, member_id: UUID | None, merge_id: UUID) -> MergeUndone:
    """Takes a merge back, at any time and in any order: by its own id, or all of one click by the click's.

    Each contact is as if the merge had never happened. Later edits stay on the contact on which they were
    made (`kept_edits` says how many); a point goes back to whom it came from unless somebody gave it up
    later.
    Raises NotFound, or Conflict when it was undone before or the contact has been deleted since.
    """
    found = store_merges.find_merges(connection, merge_id)
    if not found:
        raise NotFound
    ids = {merge[side] for merge in found for side in ("kept_id", "merged_id")}
    rows = undoing.lock(connection, ids, {merge["id"] for merge in found})
    alive = [merge for merge in store_merges.find_merges(connection, merge_id) if merge["undone_at"] is None]
    if not alive:
        raise Conflict("contacts.merge_undone_already")
    if any(rows[contact_id]["deleted_at"] is not None for contact_id in _roots(ids, rows)):
        raise Conflict("contacts.merge_contact_deleted")
    kept_ids = list({merge["kept_id"] for merge in alive})
    later = log.later_changes(connection, kept_ids, min(merge["seq"] for merge in alive))
    take_back(connection, cipher, member_id, alive)
    parted = [merge["merged_id"] for merge in alive]
    return MergeUndone(contacts=[*kept_ids, *parted], kept_edits=later)


def _roots(contact_ids: set[UUID], rows: dict[UUID, store.Row]) -> set[UUID]:
    """The contacts of which these are part now."""
    found = set()
    for contact_id in contact_ids:
        root = contact_id
        while rows[root]["merged_into"] is not None:
            root = rows[root]["merged_into"]
        found.add(root)
    return found


def take_back(
    connection: Connection, cipher: TenantCipher, member_id: UUID | None, merges: list[store.Row]
) -> None:
    """Takes living merges out; their contacts and those into which these were merged must be locked."""
    merge_ids = [merge["id"] for merge in merges]
    for merge in merges:
        store_merges.forget_merged_names(connection, merge)
    store_merges.end_merges(connection, merge_ids, member_id)
    store_merges.part(connection, [merge["merged_id"] for merge in merges])
    contact_ids = {merge[side] for merge in merges for side in ("kept_id", "merged_id")}
    parted = {merge["kept_id"] for merge in merges}
    undoing.take_out(connection, cipher, set(merge_ids), contact_ids, parted)


def merges_of(connection: Connection, cipher: TenantCipher, contact_id: UUID) -> list[MergedContact]:
    """Who is part of a contact, the newest first; those merged into one of them before stand there too."""
    if store.get_contact(connection, contact_id) is None:
        raise NotFound
    return [
        MergedContact(
            id=row["id"],
            merged=NamedContact(id=row["merged_id"], name=cipher.open_optional("name", row["name_sealed"])),
            kept_id=row["kept_id"],
            at=row["merged_at"],
            import_id=row["import_id"],
            member_id=row["member_id"],
            can_undo=True,
        )
        for row in store_merges.merges_of(connection, contact_id)
    ]
