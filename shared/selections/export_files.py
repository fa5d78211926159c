"""Files of contacts, written row by row to a stream that is sealed as it grows: csv and xlsx.

Nothing plain touches a disk. That is why the workbook is written here: the libraries that write large ones
keep them in plain temporary files meanwhile. A cell is always text, never a formula and never a number: an
office program neither calculates it nor takes the zero from a phone.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Protocol, cast

from shared.contacts.spreadsheet_text import harmless

MAX_CELL = 32_767  # what Excel can hold in a cell
MAX_ROWS = 1_048_576  # and in a sheet
# A sheet's text stays below what a zip archive holds without extensions that not every reader knows.
MAX_SHEET_CHARACTERS = 600_000_000

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[str]


class RowFile(Protocol):
    """A file that rows are added to. `close` completes it and leaves the stream open."""

    def add(self, rows: Iterable[Row]) -> None: ...
    def close(self) -> None: ...


class CsvFile:
    """UTF-8 with a byte order mark, so that Excel reads Korean; formulas are made harmless."""

    def __init__(self, target: IO[bytes], header: Row) -> None:
        self._target = target
        target.write(b"\xef\xbb\xbf")
        self.add([header])

    def add(self, rows: Iterable[Row]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
        self._target.write(out.getvalue().encode())

    def close(self) -> None:
        pass


class XlsxFile:
    """A workbook whose sheets follow each other as they fill up; each begins with the header."""

    def __init__(self, target: IO[bytes], header: Row) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self._header = header
        self._columns = [_letters(i) for i in range(len(header))]
        self._sheets = 0
        self._open_sheet()

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self._rows == MAX_ROWS or self._characters > MAX_SHEET_CHARACTERS:
                self._close_sheet()
                self._open_sheet()
            self._put(row)

    def close(self) -> None:
        self._close_sheet()
        for name, content in _parts(self._sheets):
            self._archive.writestr(name, content)
        self._archive.close()

    def _open_sheet(self) -> None:
        self._sheets += 1
        self._rows = self._characters = 0
        part = self._archive.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        self._sheet = io.BufferedWriter(cast(io.RawIOBase, part), 256 * 1024)
        self._sheet.write(_SHEET_HEAD.encode())
        self._put(self._header)

    def _close_sheet(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _put(self, row: Row) -> None:
        self._rows += 1
        cells = [
            f'<c r="{column}{self._rows}" s="{2 if harmless(cell) != cell else 1}" t="inlineStr">'
            f'<is><t xml:space="preserve">{_escaped(cell)}</t></is></c>'
            for column, cell in zip(self._columns, row, strict=True)
            if cell
        ]
        line = f'<row r="{self._rows}">{"".join(cells)}</row>'
        self._characters += len(line)
        self._sheet.write(line.encode())


def open_file(kind: str, target: IO[bytes], header: Row) -> RowFile:
    """A new file of a format (csv, xlsx) with its header."""
    return XlsxFile(target, header) if kind == "xlsx" else CsvFile(target, header)


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)
# Styles: 0 none, 1 text, 2 text that begins like a formula and is kept from becoming one when it is edited.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1">'
    '<fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/>'
    "</cellXfs></styleSheet>"
)
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(cell: str) -> str:
    text = _FORBIDDEN.sub("", cell)[:MAX_CELL].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A carriage return would be read as a line feed, and _x0041_ as an A.
    return _LOOKS_ESCAPED.sub("_x005F_", text).replace("\r", "_x000D_")


def _letters(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _parts(sheets: int) -> list[tuple[str, str]]:
    """The parts of the workbook beside its sheets."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_CONTENT}.worksheet+xml"/>'
        for n in numbers
    )
    types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/>{overrides}</Types>'
    )
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    workbook = f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    targets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    return [
        ("[Content_Types].xml", types),
        ("_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", _relations([*targets, (f"rId{sheets + 1}", "styles", "styles.xml")])),
        ("xl/styles.xml", _STYLES),
    ]


def _relations(targets: Iterable[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in targets
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
