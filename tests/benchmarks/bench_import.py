"""Lists from upload to searchable: 100,000 and 1,000,000 rows, again when all are known, as a workbook, and
against plain COPY of the same encrypted rows into the same tables."""

import io
import random
import threading
import time
from typing import Any
from urllib.parse import urlencode

from shared.security.tokens import read_access_token
from shared.selections.export_files import open_file
from tests.benchmarks.copying import seconds_to_copy
from tests.benchmarks.hub import Hub, PeakMemory, fresh_camp, wait_for
from tests.benchmarks.people import COLUMNS, people, voter_file
from tests.benchmarks.report import Report, percentile

SMALL, LARGE = 100_000, 1_000_000
OPTIONS = {"source": "측정용 가상 명부", "legal_basis": "consent"}
SEARCHERS = 8
_QUESTIONS = ("김민수", "이", "ㅎㄱㄷ", "1234", "상도동", "없는이름")


def bring_in(
    hub: Hub, file: bytes, rows: int, name: str = "voters.csv", seed: int = 2026
) -> tuple[float, dict[str, Any]]:
    """Uploads a file of `people`; seconds until its last row is found by a search, and the counts."""
    *_, last = people(rows, seed)
    started = time.perf_counter()
    import_id = hub.upload("/contacts/imports", file, OPTIONS, name)["id"]

    def finished() -> dict[str, Any] | None:
        state: dict[str, Any] = hub.call("GET", f"/contacts/imports/{import_id}")
        if state["status"] in ("failed", "awaiting_mapping"):
            raise RuntimeError(f"the import is {state['status']}: {state['error']} {state['warnings']}")
        return state if state["status"] == "completed" else None

    state = wait_for(finished)
    wait_for(lambda: hub.call("GET", f"/contacts?q={last[1]}"))
    return time.perf_counter() - started, state["counts"]


def fill(hub: Hub, rows: int) -> float:
    """Fills a fresh camp; seconds to searchable. Raises RuntimeError when a row is missing."""
    seconds, counts = bring_in(hub, voter_file(rows), rows)
    _expect(counts, "created", rows)
    return seconds


def undo(hub: Hub) -> float:
    """Undoes a camp's only import; seconds until nobody of it is left."""
    [brought] = hub.call("GET", "/contacts/imports")
    started = time.perf_counter()
    path = f"/contacts/imports/{brought['id']}"
    hub.call("POST", f"{path}/undo")
    wait_for(lambda: hub.call("GET", path)["status"] == "undone")
    seconds = time.perf_counter() - started
    if left := hub.call("GET", "/contacts"):
        raise RuntimeError(f"{len(left)} people are left")
    return seconds


def workbook(rows: int) -> bytes:
    """The same people as an Excel workbook."""
    target = io.BytesIO()
    book = open_file("xlsx", target, COLUMNS)
    book.add(people(rows))
    book.close()
    return target.getvalue()


def run(rows: int = LARGE) -> None:
    """Measures with `rows` people in the large list."""
    report = Report("import")
    with PeakMemory() as peaks:
        hub = fresh_camp()
        small = fill(hub, SMALL)
        rest(hub)
        report.add(f"{SMALL:,} rows of CSV", small, "s", "≤ 6")
        report.add(f"undo of {SMALL:,} rows", undo(hub), "s")
        hub = fresh_camp()
        seconds, counts = bring_in(hub, workbook(SMALL), SMALL, "voters.xlsx")
        rest(hub)
        _expect(counts, "created", SMALL)
        report.add(f"{SMALL:,} rows of xlsx", seconds, "s", "≤ 15")
        hub = fresh_camp()
        file = voter_file(rows)
        large, counts = bring_in(hub, file, rows)
        _expect(counts, "created", rows)
        report.add(f"{rows:,} rows of CSV into an empty camp", large, "s", "≤ 75")
        report.add("time per row, large to small list", large / rows / (small / SMALL), "times", "linear: 1")
        seconds, counts = bring_in(hub, file, rows)
        _expect(counts, "unchanged", rows)
        report.add(f"{rows:,} rows again, all known", seconds, "s", "≤ 75")
    copied = seconds_to_copy(read_access_token(hub.token).tenant_id)
    report.add("plain COPY of the same rows", copied, "s")
    report.add("import to COPY", large / copied, "times", "≤ 2.5")
    for name, peak in sorted(peaks.of_each.items()):
        bar = "≤ 1000" if name == "workbook" else "≤ 300"
        report.add(f"peak memory of any {name}", peak, "MB", bar)
    _search_meanwhile(report, hub, rows)
    report.finish()


def rest(hub: Hub) -> None:
    """Waits until the list was looked through for similar people: a list is timed on its own."""
    wait_for(lambda: not hub.call("GET", "/contacts/duplicates/status")["running"])


def _search_meanwhile(report: Report, hub: Hub, rows: int) -> None:
    """Searches of a large camp while another list of the same size comes in."""
    stop, times = threading.Event(), list[float]()
    searchers = [
        threading.Thread(target=_search, args=(hub.another(), stop, times, seed)) for seed in range(SEARCHERS)
    ]
    for searcher in searchers:
        searcher.start()
    try:
        seconds, _ = bring_in(fresh_camp(), voter_file(rows, seed=2027), rows, seed=2027)
    finally:
        stop.set()
        for searcher in searchers:
            searcher.join()
    report.add(f"search while {rows:,} rows come in: p95", percentile(times, 0.95) * 1000, "ms", "≤ 150")
    report.add(f"search while {rows:,} rows come in: p99", percentile(times, 0.99) * 1000, "ms")
    report.add("that import, beside the searches", seconds, "s")


def _search(hub: Hub, stop: threading.Event, times: list[float], seed: int) -> None:
    """A person who types: a question, a look at the answer, the next."""
    dice = random.Random(seed)
    while not stop.is_set():
        started = time.perf_counter()
        hub.call("GET", "/contacts?" + urlencode({"q": dice.choice(_QUESTIONS)}))
        times.append(time.perf_counter() - started)
        stop.wait(dice.uniform(0.1, 0.5))


def _expect(counts: dict[str, Any], name: str, rows: int) -> None:
    if counts[name] != rows:
        raise RuntimeError(f"expected {rows} {name}, got {counts}")
