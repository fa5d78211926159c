"""Excel workbooks as records: read by a confined process (`workbook_runner`), row by row over a pipe.

The plain workbook never touches a disk: it is handed over in an anonymous memory file.
"""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Any, Self, cast

from shared.contacts.csv_reader import Record, UnreadableFile, find_header
from shared.contacts.headers import POINT_FIELDS, propose
from shared.contacts.record_reader import MAX_CELL

WALL_SECONDS = 300.0
_REFUSED_EXIT = 3
_ROOT = Path(__file__).resolve().parents[2]
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook. Of the only one neither `rows` nor `sample` are told: nobody has to choose."""

    name: str
    hidden: bool
    rows: int | None
    sample: list[Record]


@dataclass(frozen=True)
class SheetRows:
    """A sheet's rows as they come. Hidden rows are left out; hidden columns (from 0) are told."""

    hidden_columns: frozenset[int]
    hidden_rows: int
    records: Iterator[Record]


class Workbook:
    """A workbook in memory. Reading raises UnreadableFile for one that is locked, broken or too large."""

    def __init__(self, descriptor: int, wall_seconds: float = WALL_SECONDS) -> None:
        self._descriptor, self._wall_seconds = descriptor, wall_seconds

    def sheets(self) -> list[Sheet]:
        """The sheets in the workbook's order."""
        with self._reader("list") as lines:
            found = json.loads(lines.readline() or "[]")
        if not found:
            raise UnreadableFile("no_rows")
        return [_sheet(**entry) for entry in found]

    @contextmanager
    def rows(self, sheet: str) -> Iterator[SheetRows]:
        """The rows of a sheet. Whoever reads to the end also hears what went wrong there."""
        with self._reader("rows", sheet) as lines:
            told = json.loads(lines.readline() or "{}")
            if told:
                yield SheetRows(frozenset(told["hidden_columns"]), told["hidden_rows"], _records(lines))

    @contextmanager
    def _reader(self, *command: str) -> Iterator[IO[str]]:
        """The confined process's output; afterwards its verdict."""
        process = _start(self._descriptor, *command)
        out, errors = cast(IO[bytes], process.stdout), cast(IO[bytes], process.stderr)
        with out, errors, _Watch(process, self._wall_seconds) as watch:
            lines = io.TextIOWrapper(out, "utf-8", newline="")
            problem: UnreadableFile | None = None
            try:
                yield lines
            except UnreadableFile as found:
                problem = found
            # Rows may be left when the caller saw enough; the verdict is then of no interest. Otherwise it
            # says more than what the caller makes of rows that did not come.
            if not lines.read(1):
                _raise_verdict(process.wait(), errors.read(), watch.expired)
            if problem:
                raise problem


class _Watch:
    """Kills a process after so many seconds, and in any case at the end."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.expired = False
        self._process = process
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def _expire(self) -> None:
        self.expired = True
        self._process.kill()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()


@contextmanager
def opened(source: IO[bytes], wall_seconds: float = WALL_SECONDS) -> Iterator[Workbook]:
    """A workbook from a stream of its plain bytes, held in an anonymous memory file while it is open."""
    descriptor = os.memfd_create("workbook", os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            shutil.copyfileobj(source, file, _PIECE)
        yield Workbook(descriptor, wall_seconds)
    finally:
        os.close(descriptor)


def choose_sheet(sheets: Sequence[Sheet], wanted: str | None) -> tuple[Sheet, bool]:
    """The sheet to read, and whether that is certain: asked for, or the only visible one with contacts.

    Raises UnreadableFile for a wanted sheet that is not there.
    """
    if wanted is not None:
        if found := next((sheet for sheet in sheets if sheet.name == wanted), None):
            return found, True
        raise UnreadableFile("unknown_sheet")
    visible = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    if len(visible) == 1:
        return visible[0], True
    listing = [sheet for sheet in visible if _lists_contacts(sheet.sample)]
    return (listing or visible)[0], len(listing) == 1


def _sheet(name: str, hidden: bool, rows: int | None = None, sample: Sequence[Any] = ()) -> Sheet:
    return Sheet(name, hidden, rows, [(number, cells) for number, cells in sample])


def _lists_contacts(sample: Sequence[Record]) -> bool:
    if not sample:
        return False
    header_row, headers = find_header(sample)
    rows = [cells for number, cells in sample if header_row is None or number > header_row]
    values = [[cells[i] if i < len(cells) else "" for cells in rows] for i in range(len(headers))]
    return any(proposal.field in POINT_FIELDS for proposal in propose(headers, values))


def _start(descriptor: int, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module, with a sheet's name as one argument
        [sys.executable, "-m", "shared.contacts.workbook_runner", str(descriptor), *command],
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
    )


def _records(lines: IO[str]) -> Iterator[Record]:
    csv.field_size_limit(MAX_CELL)
    for number, *cells in csv.reader(lines):
        yield int(number), cells


def _raise_verdict(code: int, errors: bytes, expired: bool) -> None:
    if expired or code == -signal.SIGXCPU:
        raise UnreadableFile("workbook_too_slow")
    if code == _REFUSED_EXIT:
        refusal = json.loads(errors.splitlines()[-1])
        raise UnreadableFile(refusal["code"], **refusal["parameters"])
    if code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
        # The allocator gave up at the memory limit, or the kernel did.
        raise UnreadableFile("workbook_too_large")
    if code not in (0, -signal.SIGTERM):
        raise UnreadableFile("workbook_broken")
