"""100,000 rows from upload to searchable."""

import time

from tests.benchmarks.hub import Hub, fresh_camp, hub_processes, peak_memory_mb, wait_for
from tests.benchmarks.people import people, voter_file
from tests.benchmarks.report import Report

ROWS = 100_000
OPTIONS = {"source": "측정용 가상 명부", "legal_basis": "consent"}


def fill(hub: Hub, rows: int) -> dict[str, float]:
    """Imports `rows` people; returns seconds to the upload's answer, to completion and to searchable."""
    file = voter_file(rows)
    started = time.perf_counter()
    import_id = hub.upload("/contacts/imports", file, OPTIONS)["id"]
    uploaded = time.perf_counter() - started

    def finished() -> dict[str, object] | None:
        state: dict[str, object] = hub.call("GET", f"/contacts/imports/{import_id}")
        if state["status"] in ("failed", "awaiting_mapping"):
            raise RuntimeError(f"the import is {state['status']}: {state['error']}")
        return state if state["status"] == "completed" else None

    state = wait_for(finished)
    completed = time.perf_counter() - started
    *_, last = people(rows)
    wait_for(lambda: hub.call("GET", f"/contacts?q={last[1]}"))
    searchable = time.perf_counter() - started
    if state["counts"]["created"] != rows:
        raise RuntimeError(f"expected {rows} contacts, got {state['counts']}")
    return {"uploaded": uploaded, "completed": completed, "searchable": searchable}


def run() -> None:
    report = Report("import")
    hub = fresh_camp()
    seconds = fill(hub, ROWS)
    report.add(f"{ROWS:,} rows: upload answered", seconds["uploaded"], "s")
    report.add(f"{ROWS:,} rows: completed", seconds["completed"], "s")
    report.add(f"{ROWS:,} rows: searchable", seconds["searchable"], "s", "≤ 20")
    report.add("rows per second", ROWS / seconds["searchable"], "rows/s")
    for name, peak in sorted(peak_memory_mb(hub_processes()).items()):
        report.add(f"peak memory of any {name}", peak, "MB", "≤ 300" if name.startswith("worker") else "")
    report.finish()
