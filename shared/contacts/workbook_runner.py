"""Reads a workbook in a process of its own: `python -m shared.contacts.workbook_runner FD list|rows [SHEET]`.

A workbook is a program's worth of somebody else's bytes. The process that opens it may use 1 GiB, two minutes
of CPU and nothing else: after its modules are loaded it can open no file and no socket, and it dies with its
parent. It reads the descriptor it is given and writes UTF-8 to standard output: a JSON line, then for `rows`
the rows as CSV (row number, cells). A refusal is a JSON line on standard error and exit code 3.
"""

import codecs
import csv
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from shared.contacts.workbook_parts import MAX_CELL, Hidden, RefusedWorkbook, check_parts, hidden_parts

MEMORY_BYTES = 1024**3
CPU_SECONDS = 120
MAX_COLUMNS = 1_000
MAX_SHEETS = 200
SAMPLE_ROWS, SAMPLE_COLUMNS, SAMPLE_CELL = 60, 60, 200
REFUSED_EXIT = 3
_PR_SET_PDEATHSIG = 1
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))


def main(arguments: Sequence[str]) -> int:
    """Runs one command; the process's exit code."""
    parent = os.getppid()
    # Sent when the thread that started us ends, which is a worker's for as long as the worker lives.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return 1
    with open(int(arguments[0]), "rb", closefd=False) as file:
        _confine()
        try:
            _run(file, arguments[1], arguments[2] if len(arguments) > 2 else "")
        except RefusedWorkbook as refusal:
            print(json.dumps({"code": refusal.code, "parameters": refusal.parameters}), file=sys.stderr)  # noqa: T201
            return REFUSED_EXIT
        sys.stdout.flush()
    return 0


def _confine() -> None:
    """No more memory, time, files or sockets than reading one workbook takes."""
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    codecs.lookup("cp437")  # the codec of zip names; nothing can be loaded later
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        resource.setrlimit(limit, (0, 0))


def _run(file: BinaryIO, command: str, sheet: str) -> None:
    is_zip = not _begins(file, _OLE)
    if is_zip:
        check_parts(file)
    try:
        workbook = _open(file)
        if command == "list":
            print(json.dumps(list(_sheets(workbook)), ensure_ascii=False))  # noqa: T201
        else:
            _write_rows(workbook, sheet, hidden_parts(file, sheet) if is_zip else Hidden())
    except PasswordError as error:
        raise RefusedWorkbook("workbook_password") from error
    except MemoryError as error:
        raise RefusedWorkbook("workbook_too_large") from error
    except CalamineError as error:
        raise RefusedWorkbook("workbook_broken") from error


def _open(file: BinaryIO) -> CalamineWorkbook:
    file.seek(0)
    try:
        return CalamineWorkbook.from_filelike(file)
    except CalamineError:
        if _begins(file, _OLE):
            file.seek(0)
            content = file.read()
            if _ENCRYPTED in content:
                raise RefusedWorkbook("workbook_password") from None
            if not any(name in content for name in _WORKBOOK_STREAMS):
                raise RefusedWorkbook("not_a_workbook") from None
        raise


def _sheets(workbook: CalamineWorkbook) -> Iterator[dict[str, Any]]:
    """Each sheet's name; of several also how many rows it has and how it begins."""
    sheets = (sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    found = list(islice(sheets, MAX_SHEETS))
    for meta in found:
        entry = {"name": meta.name, "hidden": meta.visible != SheetVisibleEnum.Visible}
        if len(found) > 1:
            sheet = workbook.get_sheet_by_name(meta.name)
            first = sheet.start[0] if sheet.start else 0
            sample = sheet.to_python(nrows=SAMPLE_ROWS) if sheet.start else []
            entry |= {"rows": sheet.height, "sample": _sample(sample, first)}
        yield entry


def _sample(rows: Iterable[Sequence[Any]], first: int) -> list[tuple[int, list[str]]]:
    cut = [[_text(cell)[:SAMPLE_CELL] for cell in row[:SAMPLE_COLUMNS]] for row in rows]
    return [(first + number, row) for number, row in enumerate(cut, 1) if any(row)]


def _write_rows(workbook: CalamineWorkbook, name: str, hidden: Hidden) -> None:
    sheet = workbook.get_sheet_by_name(name)
    left = sheet.start[1] if sheet.start else 0
    columns = [column - left for column in hidden.columns if left <= column < left + sheet.width]
    print(json.dumps({"hidden_columns": columns, "hidden_rows": len(hidden.rows)}))  # noqa: T201
    write = csv.writer(sys.stdout).writerow
    for number, cells in _rows(sheet):
        if number not in hidden.rows:
            write((number, *cells))


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, under the numbers a spreadsheet shows, without empty cells at the end."""
    fill = _FillDown(sheet)
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell if type(cell) is str else _text(cell) for cell in row]
        if fill.is_needed:
            fill.into(number - 1, cells)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            _check(number, cells)
            yield number, cells


class _FillDown:
    """A cell merged over several rows counts for each of them; one merged over columns for the first."""

    def __init__(self, sheet: CalamineSheet) -> None:
        left = sheet.start[1] if sheet.start else 0
        merged = sheet.merged_cell_ranges or []
        self._last = {(top, x - left): bottom for (top, x), (bottom, _) in merged if bottom > top}
        self._rows = {top for top, _ in self._last}
        self._open: dict[int, tuple[int, str]] = {}
        self.is_needed = bool(self._last)

    def into(self, row: int, cells: list[str]) -> None:
        """Fills the cells of a row (from 0) that lie under a merged one."""
        for column, (last, text) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        if row in self._rows:
            for column, text in enumerate(cells):
                if text and (row, column) in self._last:
                    self._open[column] = self._last[row, column], text


def _check(number: int, cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise RefusedWorkbook("too_many_columns", row=number, limit=MAX_COLUMNS)
    if max(map(len, cells)) > MAX_CELL:
        raise RefusedWorkbook("cell_too_long", row=number, limit=MAX_CELL)


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without .0, days as 2026-03-05."""
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _begins(file: BinaryIO, signature: bytes) -> bool:
    file.seek(0)
    return file.read(len(signature)) == signature


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
