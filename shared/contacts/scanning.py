"""Walks over contacts that look for similar people: the whole tenant, or what an import touched.

A walk stands in the database with its position; each batch is compared and the position moved in one
transaction. So a killed worker loses at most one batch, a second worker at the same walk does nothing, and a
second walk finds what the first has found.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.contacts import imports, store, store_scans, store_search
from shared.contacts.review_models import ScanState
from shared.contacts.reviewing import review
from shared.contacts.store_reviews import count_open
from shared.kernel import spare_time
from shared.kernel.collector import collector_at_rest
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.ids import new_id
from shared.security.cipher import tenant_cipher

BATCH = 500
SLICE_SECONDS = 10.0
PATIENCE_SECONDS = SLICE_SECONDS
"""How long a batch lets lists go first."""
BRIEF = 5_000
"""As many people are compared in a few seconds: whoever brought them waits for the result."""
STALLED_AFTER = timedelta(minutes=2)
SHOWN_OPEN = 10_000


def start_whole(connection: Connection) -> UUID:
    """A walk over the whole tenant; the one that runs already if there is one. Its actor takes the id."""
    return store_scans.start_scan(connection, new_id(), None, store_search.count_live(connection))


def start_for_import(connection: Connection, import_id: UUID) -> UUID:
    """A walk over what an import touched; called again for the same import it answers the same walk.

    Enter it in the transaction that completes the import: then no crash can lose it.
    """
    return store_scans.start_scan(connection, new_id(), import_id, 0)


class Pause(NamedTuple):
    """Where a walk goes on that has more to do: it has compared `done` people (None: no matter how many).
    `until`: how long it lets others go first, in seconds since 1970 (None: it goes on at once)."""

    done: int | None
    until: float | None


def walk(
    tenant_id: UUID,
    scan_id: UUID,
    done: int | None = None,
    until: float | None = None,
    *,
    seconds: float = SLICE_SECONDS,
) -> Pause | None:
    """Goes on with a walk for a while, or lets others go first; where to go on, None when there is no more.

    None as well while another worker is at it, and when it has gone on since it had compared `done`: then
    somebody else in the queue goes on with it, and one is enough.
    """
    ends = time.monotonic() + seconds
    while True:
        until = _others_first(done, until)
        if until:
            return Pause(done, until)
        piece = spare_time.Piece()
        done = _undisturbed_step(tenant_id, scan_id, done)
        if done is None:
            return None
        owed = piece.owed() if done >= BRIEF else 0.0
        until = spare_time.from_now(owed) if owed else None
        if owed or time.monotonic() >= ends:
            return Pause(done, until)


def _others_first(done: int | None, until: float | None) -> float | None:
    """Until when others go first; None: nobody. Anybody's list, whose people wait for it as nobody waits for
    a walk; and before a long one that is to pause `until` then, whoever waits for a processor."""
    wait = imports.is_any_under_way()
    if until and not wait and done and done >= BRIEF:
        wait = spare_time.is_crowded()
    until = until or spare_time.from_now(PATIENCE_SECONDS)
    return until if wait and not spare_time.is_over(until) else None


def _undisturbed_step(tenant_id: UUID, scan_id: UUID, done: int | None) -> int | None:
    """The collector would take two fifths of the time: thousands of people are opened, none in a cycle."""
    with collector_at_rest():
        return _step(tenant_id, scan_id, done)


def _step(tenant_id: UUID, scan_id: UUID, done: int | None) -> int | None:
    with tenant_transaction(tenant_id) as connection:
        scan = store_scans.lock_scan(connection, scan_id)
        if scan is None or done not in (None, scan["done"]):
            return None
        if scan["position"] is None and scan["import_id"]:
            _choose_reach(connection, scan)
        batch = _next(connection, scan)
        if not batch:
            store_scans.finish_scan(connection, scan_id)
            return None
        cipher = tenant_cipher(connection, tenant_id)
        found = review(connection, cipher, batch, earlier_only=scan["whole"])
        store_scans.advance_scan(connection, scan_id, batch[-1], len(batch), found)
        if scan["import_id"] and found:
            store_scans.count_for_import(connection, scan["import_id"], found)
        return int(scan["done"]) + len(batch)


def _choose_reach(connection: Connection, scan: store.Row) -> None:
    """An import's contacts are compared with everybody; while others were never looked at, all with all."""
    whole = store_scans.anybody_else_unknown(connection, scan["import_id"])
    total = (
        store_search.count_live(connection)
        if whole
        else store_scans.count_touched(connection, scan["import_id"])
    )
    store_scans.set_reach(connection, scan["id"], whole=whole, total=total)
    scan["whole"] = whole


def _next(connection: Connection, scan: store.Row) -> list[UUID]:
    if scan["whole"]:
        return store_scans.live_after(connection, scan["position"], BATCH)
    return store_scans.touched_after(connection, scan["import_id"], scan["position"], BATCH)


def review_touched(tenant_id: UUID, contact_ids: list[UUID]) -> None:
    """Compares contacts that a member has just written with everybody."""
    with tenant_transaction(tenant_id) as connection:
        review(connection, tenant_cipher(connection, tenant_id), contact_ids)


def take_stalled(now: datetime) -> list[tuple[UUID, UUID, int]]:
    """(tenant, walk, how many it has compared) of walks whose worker was lost, or that wait in a long queue.

    Each is named once in a while, and whoever comes second in the queue ends: otherwise the queue would fill
    up with walks that wait for each other.
    """
    with system_transaction() as connection:
        rows = store_scans.scans_stalled(connection, now - STALLED_AFTER)
    taken = []
    for row in rows:
        with tenant_transaction(row["tenant_id"]) as connection:
            done = store_scans.touch_scan(connection, row["scan_id"])
        if done is not None:
            taken.append((row["tenant_id"], row["scan_id"], done))
    return taken


def state(connection: Connection) -> ScanState:
    """How far the running walk is, or how the last one ended, and how many entries are open."""
    scan = store_scans.latest_scan(connection)
    count = count_open(connection, None, SHOWN_OPEN)
    return ScanState(
        running=bool(scan and scan["status"] == "running"),
        done=scan["done"] if scan else 0,
        total=scan["total"] if scan else 0,
        open=min(count, SHOWN_OPEN),
        finished_at=scan["finished_at"] if scan else None,
    )
