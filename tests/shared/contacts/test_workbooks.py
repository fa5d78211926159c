"""Workbooks through the confined process: what is read, what is refused, and what a hostile one can do."""

import datetime
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shared.contacts import workbook_parts, workbook_runner, workbooks
from shared.contacts.csv_reader import Record, UnreadableFile, check_is_table, sample_of
from shared.kernel.i18n import has_text
from tests.workbooks import changed, locked, part, xls, xlsx

LIST = [["이름", "휴대폰"], ["홍길동", "010-2345-6789"], ["김철수", "010-3456-7890"]]
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MEGABYTE = 1024 * 1024


def read(content: bytes, sheet: str = "명단") -> list[Record]:
    with workbooks.opened(io.BytesIO(content)) as book, book.rows(sheet) as rows:
        return list(rows.records)


def sheets(content: bytes) -> list[workbooks.Sheet]:
    with workbooks.opened(io.BytesIO(content)) as book:
        return book.sheets()


def refusal(content: bytes, **options: Any) -> str:
    with (
        pytest.raises(UnreadableFile) as caught,
        workbooks.opened(io.BytesIO(content), **options) as book,
        book.rows(book.sheets()[0].name) as rows,
    ):
        list(rows.records)
    assert has_text(f"import.{caught.value.code}")
    return caught.value.code


def test_rows_come_under_the_numbers_a_spreadsheet_shows() -> None:
    assert read(xlsx([LIST[0], [], LIST[1], ["", ""], LIST[2]])) == [
        (1, ["이름", "휴대폰"]),
        (3, ["홍길동", "010-2345-6789"]),
        (5, ["김철수", "010-3456-7890"]),
    ]
    assert read(xls(LIST)) == [(1, LIST[0]), (2, LIST[1]), (3, LIST[2])]


def test_a_table_that_begins_elsewhere_keeps_its_numbers() -> None:
    def move(book: openpyxl.Workbook) -> None:
        book["명단"].move_range("A1:B3", rows=4, cols=2)

    assert read(xlsx(LIST, move)) == [(5, LIST[0]), (6, LIST[1]), (7, LIST[2])]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1012345678, "1012345678"),
        (1012345678.0, "1012345678"),
        (1e10, "10000000000"),
        (1.5, "1.5"),
        ("1.0E+10", "1.0E+10"),
        (datetime.date(2026, 3, 5), "2026-03-05"),
        (datetime.datetime(2026, 3, 5, 10, 20), "2026-03-05 10:20:00"),  # noqa: DTZ001 - cells have no zone
        (datetime.time(10, 20), "10:20:00"),
        (True, "TRUE"),
        ('줄\n바꿈, "따옴표"', '줄\n바꿈, "따옴표"'),
        ("０１０－２３４５－６７８９", "０１０－２３４５－６７８９"),
        ("=1+1", ""),  # no value was cached, and nothing is ever calculated
        ('="010-2345-6789"', ""),
    ],
)
def test_cells_as_people_read_them(cell: object, text: str) -> None:
    assert read(xlsx([["가", "나", "다"], ["x", cell, "y"]]))[1] == (2, ["x", text, "y"])


def test_the_cached_value_of_a_formula_is_taken() -> None:
    book = xlsx([["x", "=1+1"]])
    content = part(book, SHEET).replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    assert b"<v>2</v>" in content
    assert read(changed(book, replace={SHEET: content})) == [(1, ["x", "2"])]


def test_hidden_rows_are_left_out_and_hidden_columns_told() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["명단"].row_dimensions[2].hidden = True
        book["명단"].column_dimensions["B"].hidden = True

    with workbooks.opened(io.BytesIO(xlsx(LIST, hide))) as book, book.rows("명단") as rows:
        assert [number for number, _ in rows.records] == [1, 3]
        assert (rows.hidden_columns, rows.hidden_rows) == (frozenset({1}), 1)


def test_a_cell_merged_downwards_counts_for_each_row() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book["명단"].merge_cells("A2:A4")

    table = [["동", "이름"], ["합정동", "홍길동"], ["", "김철수"], ["", "이영희"], ["", "박민수"]]
    assert [cells for _, cells in read(xlsx(table, merge))] == [
        ["동", "이름"], ["합정동", "홍길동"], ["합정동", "김철수"], ["합정동", "이영희"], ["", "박민수"],
    ]  # fmt: skip


def test_the_one_sheet_with_contacts_is_chosen() -> None:
    found = sheets(
        xlsx({"안내": [["이 파일은 예시입니다"]], "명단": LIST, "통계": [["구", "수"], ["마포", 3]]})
    )
    assert [(sheet.name, sheet.rows) for sheet in found] == [("안내", 1), ("명단", 3), ("통계", 2)]
    chosen, certain = workbooks.choose_sheet(found, None)
    assert (chosen.name, certain) == ("명단", True)


def test_several_sheets_with_contacts_are_a_persons_choice() -> None:
    found = sheets(xlsx({"합정동": LIST, "망원동": LIST}))
    chosen, certain = workbooks.choose_sheet(found, None)
    assert (chosen.name, certain) == ("합정동", False)
    assert workbooks.choose_sheet(found, "망원동")[1]
    with pytest.raises(UnreadableFile, match="unknown_sheet"):
        workbooks.choose_sheet(found, "없는 시트")


def test_a_hidden_sheet_is_told_and_not_chosen() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["옛 명단"].sheet_state = "hidden"

    found = sheets(xlsx({"옛 명단": LIST, "명단": LIST}, hide))
    assert [sheet.hidden for sheet in found] == [True, False]
    assert workbooks.choose_sheet(found, None)[0].name == "명단"


def test_macros_are_data_nobody_runs() -> None:
    assert (
        read(changed(xlsx(LIST), add={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(5000)}))[1][1][0]
        == "홍길동"
    )


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (locked(), "workbook_password"),
        (xlsx(LIST)[:3000], "workbook_broken"),
        (b"PK\x03\x04" + bytes(500), "workbook_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "not_a_workbook"),
        (changed(xlsx(LIST), add={"xl/../../etc/passwd": b"x"}), "workbook_broken"),
        (changed(xlsx(LIST), replace={SHEET: LAUGHS + b"<x>&b;</x>"}), "workbook_entities"),
        (changed(xlsx(LIST), replace={"xl/workbook.xml": LAUGHS + b"<x>&b;</x>"}), "workbook_entities"),
        (changed(xlsx(LIST), replace={SHEET: b" " * 3 * MEGABYTE + LAUGHS}), "workbook_entities"),
        (changed(xlsx(LIST), replace={SHEET: "<x/>".encode("utf-16")}), "workbook_broken"),
        (changed(xlsx(LIST), add={"xl/media/bomb.xml": bytes(60 * MEGABYTE)}), "workbook_bomb"),
        (xlsx([["이름"] * 1_001]), "too_many_columns"),
        (xlsx([["x"] + [None] * 16_382 + ["y"]]), "too_many_columns"),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_bad_workbook_is_a_sentence(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_refusal_wins_over_what_is_made_of_the_missing_rows() -> None:
    """A sheet refused in its first row gives no rows at all; it is not called empty."""
    with (
        pytest.raises(UnreadableFile) as caught,
        workbooks.opened(io.BytesIO(xlsx([["x"] * 1_001]))) as book,
        book.rows("명단") as rows,
    ):
        check_is_table("", sample_of(rows.records))
    assert caught.value.code == "too_many_columns"


def test_a_document_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(out.getvalue()) == "not_a_workbook"


def test_an_archive_of_very_many_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(workbook_parts.MAX_PARTS + 1):
            archive.writestr(f"xl/{number}", "")
    assert refusal(out.getvalue()) == "workbook_bomb"


def test_a_cell_of_ten_megabytes_is_told_with_its_row() -> None:
    cell = b'<c r="A2" t="inlineStr"><is><t>' + b"x" * 10 * MEGABYTE + b"</t></is></c>"
    content = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2">'
    )
    book = changed(xlsx(LIST), replace={SHEET: content + cell + b"</row></sheetData></worksheet>"})
    with pytest.raises(UnreadableFile) as caught:
        read(book)
    assert (caught.value.code, caught.value.parameters["row"]) == ("cell_too_long", 2)


def test_a_cell_that_repeats_itself_is_told_as_what_it_is() -> None:
    """It unpacks to two hundred times its size, like a bomb, but a person can mend it."""
    cell = f'<c r="A2" t="inlineStr"><is><t>{"가" * 10_000_000}</t></is></c>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="2">{cell}</row></sheetData></worksheet>'
    with pytest.raises(UnreadableFile) as caught:
        read(changed(xlsx(LIST), replace={SHEET: sheet.encode()}))
    assert (caught.value.code, caught.value.parameters) == ("workbook_long_cell", {"limit": 32_767})
    assert has_text("import.workbook_long_cell")


def test_a_bomb_of_cells_is_a_bomb() -> None:
    cells = '<c t="inlineStr"><is><t>가</t></is></c>' * 1_000_000
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>'
    assert refusal(changed(xlsx(LIST), replace={SHEET: sheet.encode()})) == "workbook_bomb"


def test_a_sheet_too_large_for_the_memory_limit_ends_its_process_only() -> None:
    """Two cells in opposite corners: the reader makes room for every cell between them."""
    content = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert refusal(changed(xlsx(LIST), replace={SHEET: content})) == "workbook_too_large"


def test_reading_takes_no_longer_than_it_may() -> None:
    assert refusal(xlsx(LIST), wall_seconds=0.01) == "workbook_too_slow"


def test_a_killed_process_is_an_error_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = workbooks._start

    def start_and_kill(descriptor: int, *command: str) -> subprocess.Popen[bytes]:
        started.append(start(descriptor, *command))
        started[-1].send_signal(signal.SIGKILL)
        return started[-1]

    monkeypatch.setattr(workbooks, "_start", start_and_kill)
    with pytest.raises(UnreadableFile):
        sheets(xlsx(LIST))
    assert started[0].returncode == -signal.SIGKILL


def _fail_after_one_row(content: bytes) -> None:
    with workbooks.opened(io.BytesIO(content)) as book, book.rows("명단") as rows:
        next(iter(rows.records))
        raise InterruptedError


def test_whoever_stops_reading_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = workbooks._start

    def noted(descriptor: int, *command: str) -> subprocess.Popen[bytes]:
        started.append(start(descriptor, *command))
        return started[-1]

    monkeypatch.setattr(workbooks, "_start", noted)
    content = xlsx([["이름", "휴대폰"], *([f"사람{i}", "x" * 200] for i in range(3_000))])
    with workbooks.opened(io.BytesIO(content)) as book, book.rows("명단") as rows:
        next(iter(rows.records))
    with pytest.raises(InterruptedError):
        _fail_after_one_row(content)
    assert all(process.returncode is not None for process in started)


def test_the_process_dies_with_its_parent() -> None:
    """A reader that waits on its pipe while its parent is killed."""
    script = (
        "import io, sys, time; from shared.contacts import workbooks; from tests.workbooks import xlsx\n"
        "book = xlsx([['이름', 'x' * 300] for _ in range(20_000)])\n"
        "start = workbooks._start\n"
        "def told(*a):\n    p = start(*a); print(p.pid, flush=True); return p\n"
        "workbooks._start = told\n"
        "with workbooks.opened(io.BytesIO(book)) as b, b.rows('명단') as rows:\n"
        "    next(iter(rows.records)); print('reading', flush=True); time.sleep(60)\n"
    )
    root = Path(workbooks.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == b"reading\n"
    assert Path(f"/proc/{child}").exists()
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(child)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def test_the_process_can_open_neither_files_nor_sockets() -> None:
    script = (
        "import socket, sys; from shared.contacts import workbook_runner as r; r._confine()\n"
        "for attempt in (lambda: open('/etc/passwd'), lambda: open('/tmp/x', 'w'), socket.socket):\n"
        "    try: attempt()\n"
        "    except OSError as error: print(error.errno)\n"
        "try: bytearray(r.MEMORY_BYTES)\n"
        "except MemoryError: print('memory')\n"
    )
    root = Path(workbook_runner.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=root, check=True)
    assert done.stdout.split() == [b"24", b"24", b"24", b"memory"]


def test_the_plain_workbook_is_on_no_disk() -> None:
    with workbooks.opened(io.BytesIO(xlsx(LIST))) as book:
        link = os.readlink(f"/proc/self/fd/{book._descriptor}")
    assert link.startswith("/memfd:")


def test_the_readers_memory_does_not_grow_with_the_sheet() -> None:
    import tracemalloc

    content = xlsx([["이름", "메모"], *([f"사람{i}", "x" * 100] for i in range(20_000))])
    with workbooks.opened(io.BytesIO(content)) as book, book.rows("명단") as rows:
        tracemalloc.start()
        count = sum(1 for _ in rows.records)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 20_001
    assert peak < MEGABYTE
