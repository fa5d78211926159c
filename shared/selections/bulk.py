"""Bulk actions: tags and deletion for many contacts at once, piece by piece, and back.

The contacts are written down at the start; each piece of them, with the mark that it is done, is one
transaction. So a killed worker loses nothing and repeats nothing, and two workers on one action share it.

What a bulk action deletes is gone from lists, searches, audiences and sending at once. It can be restored
for 24 hours; then it is erased for good (개인정보 보호법 제21조: without delay).
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from shared.compliance import freezes
from shared.contacts import history, indexing, shared_points
from shared.contacts.search_terms import tag_term
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, repeat_on_conflict, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, Forbidden, NotFound
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.privacy import erasure
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.selections import store as pieces
from shared.selections import store_bulk as store
from shared.selections import store_restores
from shared.selections.models import BulkAction, BulkRequest, Started, Undone
from shared.selections.targets import freeze

# How long a deletion can be taken back; how long tags can.
DELETED_FOR = timedelta(hours=24)
TAGS_UNDOABLE_FOR = timedelta(days=30)
# An actor works this long and hands over to the next: the queue has few workers and others wait.
SLICE_SECONDS = 5.0

_PARTIAL = ("completed", "failed")
Row = dict[str, Any]
CameBack = Callable[[list[UUID]], None]


class Progress(Enum):
    """What is left of an action."""

    MORE = "more"
    NOTHING = "nothing"


def start(
    connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: BulkRequest, is_hidden: IsHidden
) -> Started:
    """Writes down whom the action is for; the actor does the rest.

    Raises as `targets.freeze`.
    """
    bulk_id = new_id()
    total = freeze(connection, cipher, bulk_id, wanted.target, is_hidden)
    row = {"id": bulk_id, "action": wanted.action, "tags": list(dict.fromkeys(wanted.tags)), "total": total}
    store.insert(connection, {**row, "member_id": member_id})
    audit.record(
        connection, f"contacts.bulk_{wanted.action}", member_id=member_id, target=str(bulk_id), contacts=total
    )
    return Started(id=bulk_id, status="queued")


def get(connection: Connection, bulk_id: UUID, language: str) -> BulkAction:
    """One bulk action. Raises NotFound."""
    return _view(_require(store.get(connection, bulk_id)), utc_now(), language)


def list_page(connection: Connection, before: UUID | None, limit: int, language: str) -> Page[BulkAction]:
    """A page of bulk actions, newest first."""
    rows = store.page(connection, before, limit + 1)
    items = [_view(row, utc_now(), language) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def undo(connection: Connection, bulk_id: UUID, member_id: UUID, *, may_undo_others: bool) -> Started:
    """Starts to take an action back; once is as good as twice.

    Raises NotFound; Forbidden for somebody else's action; Conflict while it runs and when it is too late.
    """
    row = _require(store.get(connection, bulk_id, lock=True))
    if row["member_id"] != member_id and not may_undo_others:
        raise Forbidden
    if row["status"] in ("undoing", "undone"):
        return Started(id=bulk_id, status=row["status"])
    if row["status"] not in _PARTIAL:
        raise Conflict("selection.still_running")
    if not _can_undo(row, utc_now()):
        raise Conflict("selection.too_late")
    store.begin_undo(connection, bulk_id)
    audit.record(connection, "contacts.bulk_undone", member_id=member_id, target=str(bulk_id))
    return Started(id=bulk_id, status="undoing")


def work(
    tenant_id: UUID, bulk_id: UUID, seconds: float = SLICE_SECONDS, came_back: CameBack | None = None
) -> Progress:
    """Works on an action, or on its undo, for a while. Safe to run twice and at the same time.

    `came_back` is told, after their transaction, of contacts that are there again: nobody has compared them
    with those who came meanwhile.
    """
    ends = time.monotonic() + seconds
    while step(tenant_id, bulk_id, came_back) is Progress.MORE:
        if time.monotonic() >= ends:
            return Progress.MORE
    return Progress.NOTHING


def step(tenant_id: UUID, bulk_id: UUID, came_back: CameBack | None = None) -> Progress:
    """One piece, in one transaction."""
    progress, restored = _step(tenant_id, bulk_id)
    if restored and came_back is not None:
        came_back(restored)
    return progress


@repeat_on_conflict
def _step(tenant_id: UUID, bulk_id: UUID) -> tuple[Progress, list[UUID]]:
    """What is left, and the contacts that the piece brought back."""
    with tenant_transaction(tenant_id) as connection:
        row = store.get(connection, bulk_id, lock=True)
        if row is None or row["status"] not in ("queued", "running", "undoing"):
            return Progress.NOTHING, []
        cipher = tenant_cipher(connection, tenant_id)
        if row["status"] == "undoing":
            return _undo_piece(connection, cipher, row)
        if not pieces.is_active_member(connection, row["member_id"]):
            store.finish(connection, bulk_id, "failed", "selection.member_gone")
            return Progress.NOTHING, []
        return _do_piece(connection, cipher, row), []


def fail(tenant_id: UUID, bulk_id: UUID) -> None:
    """Ends an action whose actor failed as often as it may; what it did can be undone."""
    with tenant_transaction(tenant_id) as connection:
        row = store.get(connection, bulk_id, lock=True)
        if row is not None and row["status"] in ("queued", "running", "undoing"):
            store.finish(connection, bulk_id, "failed", "selection.internal")


def take_stalled(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, action) of what a crash left without a worker; each is named once in a recovery window."""
    with system_transaction() as connection:
        rows = store.stalled(connection, now - settings().recovery_window)
    for row in rows:
        with tenant_transaction(row["tenant_id"]) as connection:
            store.touch(connection, row["bulk_id"])
    return [(row["tenant_id"], row["bulk_id"]) for row in rows]


def deletions_due(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, action) of deletions whose 24 hours are over."""
    with system_transaction() as connection:
        rows = store.deletions_due(connection, now - DELETED_FOR)
    return [(row["tenant_id"], row["bulk_id"]) for row in rows]


def erase_deleted(tenant_id: UUID, bulk_id: UUID, now: datetime, seconds: float = SLICE_SECONDS) -> Progress:
    """Erases what an action deleted, once its 24 hours are over, for a while. Opt-outs stay."""
    ends = time.monotonic() + seconds
    while _erase_piece(tenant_id, bulk_id, now) is Progress.MORE:
        if time.monotonic() >= ends:
            return Progress.MORE
    return Progress.NOTHING


@repeat_on_conflict
def _erase_piece(tenant_id: UUID, bulk_id: UUID, now: datetime) -> Progress:
    with tenant_transaction(tenant_id) as connection:
        row = store.get(connection, bulk_id, lock=True)
        if row is None or row["status"] not in _PARTIAL or row["finished_at"] > now - DELETED_FOR:
            return Progress.NOTHING
        if freezes.keeps_everything(connection):
            return Progress.NOTHING  # 자료 보전: asked again by the schedule
        found = store.deleted_of(connection, bulk_id, ERASED_AT_ONCE)
        if not found:
            store.mark_erased(connection, bulk_id)
            return Progress.NOTHING
        family = history.family(connection, found)
        erasure.erase_people(connection, tenant_cipher(connection, tenant_id), family, "deletion", None)
        store.forget_deleted(connection, found)
        return Progress.MORE


ERASED_AT_ONCE = 200


def _do_piece(connection: Connection, cipher: TenantCipher, row: Row) -> Progress:
    piece = pieces.next_to_do(connection, row["id"])
    if piece is None:
        store.finish(connection, row["id"], "completed")
        return Progress.NOTHING
    live = store.lock_live(connection, piece["contact_ids"])
    changed = _ACTIONS[row["action"]](connection, cipher, row, live)
    pieces.mark_done(connection, row["id"], piece["number"])
    store.count_work(connection, row["id"], done=len(piece["contact_ids"]), changed=changed)
    return Progress.MORE


def _tag(connection: Connection, cipher: TenantCipher, row: Row, live: list[UUID]) -> int:
    return store.tag(connection, live, _cause(cipher, row))


def _untag(connection: Connection, cipher: TenantCipher, row: Row, live: list[UUID]) -> int:
    return store.untag(connection, live, _cause(cipher, row))


def _delete(connection: Connection, cipher: TenantCipher, row: Row, live: list[UUID]) -> int:
    freed = store.delete(connection, live, _cause(cipher, row))
    # A family's phone goes to the next of the family; it must be found by it.
    indexing.reindex_all(connection, cipher, shared_points.promote_all(connection, freed))
    return len(live)


_ACTIONS: dict[str, Callable[[Connection, TenantCipher, Row, list[UUID]], int]] = {
    "tag": _tag,
    "untag": _untag,
    "delete": _delete,
}


def _cause(cipher: TenantCipher, row: Row) -> Row:
    tokens = [cipher.token(tag_term(tag)) for tag in row["tags"]]
    cause = {"id": row["id"], "member_id": row["member_id"], "tags": row["tags"]}
    return {**cause, "tag_tokens": tokens, "tokens": sorted(set(tokens))}


def _undo_piece(connection: Connection, cipher: TenantCipher, row: Row) -> tuple[Progress, list[UUID]]:
    piece = pieces.next_to_undo(connection, row["id"])
    if piece is None:
        store.finish(connection, row["id"], "undone")
        return Progress.NOTHING, []
    ids: list[UUID] = piece["contact_ids"]
    restored: list[UUID] = []
    if row["action"] == "delete":
        restored = store_restores.lock_deleted(connection, row["id"], ids)
        back = _restore(connection, cipher, row, restored)
    else:
        back = _untouch(connection, cipher, row, ids)
    pieces.mark_undone(connection, row["id"], piece["number"])
    store.count_undo(connection, row["id"], done=len(ids), restored=back.restored, kept=back.kept)
    return Progress.MORE, restored


def _untouch(connection: Connection, cipher: TenantCipher, row: Row, ids: list[UUID]) -> Undone:
    live = store.lock_live(connection, ids)
    simple = set(store.untouch(connection, live, _cause(cipher, row)))
    undone = history.undo(connection, cipher, [row["id"]], [one for one in ids if one not in simple])
    return Undone(restored=len(simple) + len(undone.restored), kept=len(undone.kept))


def _restore(connection: Connection, cipher: TenantCipher, row: Row, deleted: list[UUID]) -> Undone:
    """Contacts come back whole; a number that somebody else has by now stays there and is shared."""
    indexed = store_restores.revive(connection, deleted, _cause(cipher, row))
    whole = indexed & store_restores.give_back(connection, row["id"], deleted)
    kept = _restore_by_history(connection, cipher, row, [one for one in deleted if one not in whole])
    return Undone(restored=len(deleted) - len(kept), kept=len(kept))


def _restore_by_history(
    connection: Connection, cipher: TenantCipher, row: Row, contact_ids: list[UUID]
) -> set[UUID]:
    """Contacts to whose points something happened since; those of which somebody else has one now."""
    if not contact_ids:
        return set()
    points = store_restores.points_given_up(connection, row["id"], contact_ids)
    undone = history.undo(connection, cipher, [row["id"]], contact_ids)
    sharing = store_restores.share_taken(connection, points)
    indexing.reindex_all(connection, cipher, sharing)  # they are found by what they share
    return {*undone.kept, *sharing} & set(contact_ids)


def _can_undo(row: Row, now: datetime) -> bool:
    until = _undo_until(row)
    return row["status"] in _PARTIAL and until is not None and now < until and row["erased_at"] is None


def _undo_until(row: Row) -> datetime | None:
    kept_for = DELETED_FOR if row["action"] == "delete" else TAGS_UNDOABLE_FOR
    return row["finished_at"] + kept_for if row["finished_at"] else None


def _require(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


def _view(row: Row, now: datetime, language: str) -> BulkAction:
    undone = Undone(restored=row["restored"], kept=row["kept"])
    ended = row["status"] in (*_PARTIAL, "undoing", "undone")
    skipped = (
        row["done"] - row["changed"]
        if row["status"] not in ("undoing", "undone")
        else (row["total"] - row["changed"])
    )
    return BulkAction.model_construct(
        **{name: row[name] for name in _SHOWN},
        error_message=text(row["error"]).in_language(language) if row["error"] else None,
        skipped=skipped,
        can_undo=_can_undo(row, now),
        undo_until=_undo_until(row) if ended else None,
        undo=undone if row["status"] in ("undoing", "undone") else None,
    )


_SHOWN = (
    *("id", "action", "tags", "status", "error", "total", "done", "changed"),
    *("member_id", "created_at", "finished_at"),
)
