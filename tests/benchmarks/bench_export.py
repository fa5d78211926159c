"""Everybody of a large camp as a file, through the real worker, while the search for similar people that
follows the import runs beside; and once with the worker killed half way."""

import csv
import http.client
import io
import os
import signal
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tests.benchmarks.bench_import import fill
from tests.benchmarks.hub import PORT, Hub, PeakMemory, fresh_camp, hub_processes, wait_for
from tests.benchmarks.report import Report

LARGE = 1_000_000
_PIECE = 1 << 20


def run(rows: int = LARGE) -> None:
    """Measures with a camp of `rows` people."""
    report = Report("export")
    hub = fresh_camp()
    fill(hub, rows)
    with PeakMemory() as peaks:
        for kind in ("csv", "xlsx"):
            before = _searched(hub)
            seconds, shown, export = _export(hub, kind)
            name = f"{rows:,} people as {kind}, the search for similar people beside"
            report.add(name, seconds, "s")
            report.add(f"{kind}: longest time without progress", shown, "s", "≤ 5")
            report.add(f"{kind}: people searched meanwhile", _searched(hub) - before, "")
            report.add(f"{kind}: rows missing in the file", rows - _rows(hub, export, kind), "", "0")
        seconds, _, export = _export(hub, "csv", kill_at=rows // 2)
        report.add(f"{rows:,} people as csv, the worker killed half way", seconds, "s")
        report.add("csv after a kill: rows missing in the file", rows - _rows(hub, export, "csv"), "", "0")
    for name, peak in sorted(peaks.of_each.items()):
        report.add(f"peak memory of any {name}", peak, "MB", "≤ 300")
    report.finish()


def _searched(hub: Hub) -> int:
    """How many people have been compared. Raises RuntimeError when the search is over: nothing is beside."""
    status = hub.call("GET", "/contacts/duplicates/status")
    if not status["running"]:
        raise RuntimeError("the search for similar people has ended; measure with more people")
    return int(status["done"])


def _export(hub: Hub, kind: str, kill_at: int = 0) -> tuple[float, float, dict[str, Any]]:
    """Seconds from the click to the file, the longest time in which `done` stood still, and the export."""
    wanted = {"target": {}, "format": kind, "reason": "측정용 내보내기"}
    started = moved = time.perf_counter()
    export_id = hub.call("POST", "/contacts/exports", wanted)["id"]
    longest, done, killed = 0.0, 0, not kill_at
    while True:
        export: dict[str, Any] = hub.call("GET", f"/contacts/exports/{export_id}")
        now = time.perf_counter()
        if export["done"] != done or export["status"] == "completed":
            longest, moved, done = max(longest, now - moved), now, export["done"]
        if export["status"] == "completed":
            return now - started, longest, export
        if export["status"] == "failed":
            raise RuntimeError(f"the export failed: {export['error']}")
        if not killed and done >= kill_at:
            killed = kill_worker()
        time.sleep(0.1)


def kill_worker() -> bool:
    """kill −9 of the worker that makes exports; its supervisor starts it again."""
    victims = wait_for(lambda: hub_processes().get("worker-jobs"))
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return True


def _rows(hub: Hub, export: dict[str, Any], kind: str) -> int:
    """How many different people the file holds, counted in the file."""
    content = _download(hub, export["download_url"])
    numbers = set(_phones_of_csv(content) if kind == "csv" else _phones_of_workbook(content))
    return len(numbers)


def _download(hub: Hub, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=300)
    connection.request("GET", path, headers={"Authorization": f"Bearer {hub.token}"})
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise RuntimeError(f"download → {response.status}")
    return content


def _phones_of_csv(content: bytes) -> Iterator[str]:
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""))
    column = next(rows).index("Phone")
    yield from (row[column] for row in rows)


def _phones_of_workbook(content: bytes) -> Iterator[str]:
    """Straight from the sheets: an office library would need gigabytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                with archive.open(name) as sheet:
                    yield from _phones_of_sheet(sheet)


def _phones_of_sheet(sheet: Any) -> Iterator[str]:
    rest = b""
    while piece := sheet.read(_PIECE):
        *cells, rest = (rest + piece).split(b"</t>")
        for cell in cells:
            text = cell.rpartition(b">")[2]
            if text.startswith(b"010-"):
                yield text.decode()
