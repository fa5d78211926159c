"""Taking an import back: whom it created is deleted, whom it changed is restored to the field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.compliance import freezes
from shared.contacts import (
    merging,
    shared_points,
    store_history,
    store_later,
    store_merges,
    store_undo_preview,
    undoing,
)
from shared.contacts import store_import_undo as store
from shared.contacts.import_models import ImportStarted, UndoPreview
from shared.contacts.import_states import WORKING
from shared.contacts.import_views import columns_of, sealed_columns
from shared.kernel.collector import collector_at_rest
from shared.kernel.database import Connection, repeat_on_conflict, tenant_transaction
from shared.kernel.errors import Conflict, Forbidden, NotFound
from shared.kernel.i18n import text
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher

ROWS_AT_ONCE = 2_000
MERGES_AT_ONCE = 200
MERGES_FIRST = -1  # undo_row before the rows
_UNDOABLE = ("completed", "failed")
CameBack = Callable[[list[UUID]], None]


@dataclass
class _Counts:
    """Contacts by what the undo did to them."""

    restored: int = 0
    removed: int = 0
    kept: int = 0


def preview(connection: Connection, import_id: UUID) -> UndoPreview:
    """What an undo would do now: the counts that it would end with. Changes nothing.

    Raises NotFound; Conflict when it cannot be undone.
    """
    row = store.lock(connection, import_id)
    _check_undoable(row)
    parting = _parting(connection, store.living_merges(connection, import_id))
    parted = _only_parted(connection, import_id, parting)
    ids = [merge["id"] for merge in parting]
    made = store_undo_preview.of_made(connection, import_id, ids)
    known = _Counts(restored=len(parted))
    if made["known"]:
        counted = store_undo_preview.of_known(connection, import_id, ids)
        known.restored += counted["restored"]
        known.kept = counted["kept"]
    return UndoPreview(restore=known.restored, remove=made["removed"], keep=made["kept"] + known.kept)


def _parting(connection: Connection, merges: list[store.Row]) -> list[store.Row]:
    """Those of the merges that an undo takes back, by a look without locks."""
    sides = {merge[side] for merge in merges for side in ("kept_id", "merged_id")}
    found = store_history.read_contacts(connection, store_merges.with_receivers(connection, sides))
    return _of_the_living(connection, merges, {row["id"]: row for row in found})


def _only_parted(connection: Connection, import_id: UUID, merges: list[store.Row]) -> list[UUID]:
    """Known contacts that are apart again when the merges end, and of whom no row of the file says more."""
    merged = store_history.read_contacts(connection, [merge["merged_id"] for merge in merges])
    known = [one["id"] for one in merged if one["import_id"] != import_id]
    return sorted(set(known) - store.with_rows(connection, import_id, known))


def begin(
    connection: Connection, import_id: UUID, member_id: UUID, *, may_undo_others: bool
) -> ImportStarted:
    """Lets an import's undo begin; `run` does it.

    Raises NotFound; Forbidden for somebody else's import; Conflict when it was undone before, when it has not
    ended, while another import or undo changes the contacts, or while its people are evidence to be kept.
    """
    store.take_turn(connection)
    row = store.lock(connection, import_id)
    if row is not None and not may_undo_others and row["member_id"] != member_id:
        raise Forbidden
    _check_undoable(row)
    _check_alone(connection, import_id)
    freezes.refuse_undoing(connection, import_id)
    store.begin(connection, import_id, member_id)
    audit.record(connection, "contacts.import_undone", member_id=member_id, target=str(import_id))
    return ImportStarted(id=import_id, status="undoing")


def _check_undoable(row: store.Row | None) -> None:
    if row is None:
        raise NotFound
    if row["status"] == "undone":
        raise Conflict("import.undone_already")
    if row["status"] == "undoing":
        raise Conflict("import.undo_running")
    if row["status"] not in _UNDOABLE:
        raise Conflict("import.not_ended")
    if not row["logged"]:
        raise Conflict("import.undo_too_old")


def _check_alone(connection: Connection, import_id: UUID) -> None:
    others = store.others_under_way(connection, import_id, (*WORKING, "undoing"))
    if "undoing" in others:
        raise Conflict("import.another_undo")
    if others:
        raise Conflict("import.another_running")


def run(tenant_id: UUID, import_id: UUID, came_back: CameBack | None = None) -> None:
    """Undoes an import piece by piece, each in a transaction of its own.

    Killed anywhere, it goes on where it was; run twice at the same time, the pieces come one after the other.
    `came_back` is told, after each transaction, of contacts that are as before: nobody has compared them, as
    they are now, with those who came meanwhile.
    """
    while step(tenant_id, import_id, came_back):
        pass


def step(tenant_id: UUID, import_id: UUID, came_back: CameBack | None = None) -> bool:
    """The next piece of an undo. False when there is nothing left to do."""
    with collector_at_rest():
        restored = _step(tenant_id, import_id)
    if restored and came_back is not None:
        came_back(restored)
    return restored is not None


@repeat_on_conflict
def _step(tenant_id: UUID, import_id: UUID) -> list[UUID] | None:
    """The contacts that the piece restored; None when there was none left."""
    with tenant_transaction(tenant_id) as connection:
        store.take_turn(connection)
        store.wait_for_the_disk(connection, wanted=False)
        row = store.lock(connection, import_id)
        if row is None or row["status"] != "undoing":
            return None
        cipher = tenant_cipher(connection, tenant_id)
        if row["undo_row"] == MERGES_FIRST:
            return _undo_merges(connection, cipher, row)
        return _undo_rows(connection, cipher, row)


def stop(tenant_id: UUID, import_id: UUID) -> None:
    """Ends an undo that fails again and again; it can be begun again and goes on from there."""
    with tenant_transaction(tenant_id) as connection:
        row = store.lock(connection, import_id)
        if row is not None and row["status"] == "undoing":
            problem = {"code": "undo_stopped", "message": text("import.undo_stopped").as_json()}
            store.stop(connection, import_id, problem)


def _undo_merges(connection: Connection, cipher: TenantCipher, row: store.Row) -> list[UUID]:
    """Merges first: the rows of the file then speak of the contacts that they spoke of at the time."""
    import_id, counts = row["id"], _Counts()
    merges = store.living_merges(connection, import_id, MERGES_AT_ONCE)
    apart: set[UUID] = set()
    if merges:
        living = _part(connection, cipher, row["undone_by"], merges)
        parted = store_history.read_contacts(connection, [merge["merged_id"] for merge in living])
        _undo_created(connection, import_id, [one for one in parted if one["import_id"] == import_id], counts)
        counts.restored += len(_only_parted(connection, import_id, living))
        apart = {one["id"] for one in parted} | {merge["kept_id"] for merge in merges}
    mark = MERGES_FIRST if merges else 0
    store.progress(connection, import_id, row=mark, rows=0, counts=vars(counts))
    return sorted(apart)


def _part(
    connection: Connection, cipher: TenantCipher, member_id: UUID | None, merges: list[store.Row]
) -> list[store.Row]:
    """Takes the merges back; which. Those of an erased person only end: nothing of them is there."""
    sides = {merge[side] for merge in merges for side in ("kept_id", "merged_id")}
    rows = undoing.lock(connection, sides, {merge["id"] for merge in merges})
    living = _of_the_living(connection, merges, rows)
    gone = {merge["id"] for merge in merges} - {merge["id"] for merge in living}
    store_merges.end_merges(connection, list(gone), member_id)
    merging.take_back(connection, cipher, member_id, living)
    return living


def _of_the_living(
    connection: Connection, merges: list[store.Row], rows: dict[UUID, store.Row]
) -> list[store.Row]:
    erased = {id_ for id_, row in rows.items() if row["deleted_at"] and not row["merged_into"]}
    erased -= store.hidden_by_bulk(connection, list(erased))
    return [merge for merge in merges if _root(merge["merged_id"], rows) not in erased]


def _root(contact_id: UUID, rows: dict[UUID, store.Row]) -> UUID:
    while rows[contact_id]["merged_into"] in rows:
        contact_id = rows[contact_id]["merged_into"]
    return contact_id


def _undo_rows(connection: Connection, cipher: TenantCipher, row: store.Row) -> list[UUID] | None:
    import_id, counts = row["id"], _Counts()
    found = store.rows_after(connection, import_id, row["undo_row"], ROWS_AT_ONCE)
    if not found:
        store.wait_for_the_disk(connection, wanted=True)
        bare = [column.model_copy(update={"samples": []}) for column in columns_of(cipher, row)]
        store.finish(connection, import_id, sealed_columns(cipher, bare) if bare else None)
        return None
    store.forget_consents(connection, import_id, [one["contact_id"] for one in found])
    # An unchanged row changed nothing else.
    contact_ids = {one["contact_id"] for one in found if one["outcome"] != "unchanged"}
    rows = undoing.lock(connection, contact_ids, {import_id})
    concerned = [rows[contact_id] for contact_id in sorted(contact_ids) if contact_id in rows]
    known = [one["id"] for one in concerned if one["import_id"] != import_id]
    restored = _restore(connection, cipher, import_id, known, counts)
    _undo_created(connection, import_id, [one for one in concerned if one["import_id"] == import_id], counts)
    store.progress(connection, import_id, row=found[-1]["row_number"], rows=len(found), counts=vars(counts))
    return restored


def _restore(
    connection: Connection, cipher: TenantCipher, import_id: UUID, known: Sequence[UUID], counts: _Counts
) -> list[UUID]:
    if not known:
        return []
    others = store_history.forget_import(connection, import_id, known)
    undone = undoing.take_out(connection, cipher, {import_id}, known)
    counts.restored += len({*undone.restored, *others} - set(undone.kept))
    counts.kept += store.mark_kept(connection, import_id, undone.kept) if undone.kept else 0
    return sorted({*undone.restored, *others, *undone.kept})


def _undo_created(connection: Connection, import_id: UUID, created: list[store.Row], counts: _Counts) -> None:
    """Deletes contacts that the import made, except those to which something else happened since."""
    ids = [one["id"] for one in created if one["deleted_at"] is None or one["merged_into"] is not None]
    hidden = store.hidden_by_bulk(connection, [one["id"] for one in created if one["deleted_at"]])
    kept = store_later.touched(connection, import_id, ids)
    removed = [contact_id for contact_id in ids if contact_id not in kept] + sorted(hidden)
    if kept:
        counts.kept += store.mark_kept(connection, import_id, sorted(kept))
    if removed:
        freed = store.remove(connection, import_id, removed)
        store_history.blank(connection, sorted(hidden))
        # A family's phone is now the next one's, who is found by it already.
        shared_points.promote_all(connection, freed)
        counts.removed += len(removed)
