"""Tables of web pages that are called .xls: what many an office's system hands out as an Excel file.

Excel's own XML of 2003 is read the same way. Memory does not grow with the file: a row is bounded.
"""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import IO

from shared.contacts.csv_reader import Record, UnreadableFile
from shared.contacts.record_reader import BLOCK, MAX_CELL, MAX_COLUMNS

_BEGINNING = re.compile(r"\s*<(?:!doctype|html|\?xml|table|meta|head|style|!--)", re.IGNORECASE)
_ROWS = re.compile(r"<(?:tr|row)[\s>]", re.IGNORECASE)
_ROW_TAGS = ("tr", "row")
_LONGEST_TAG = 500_000  # characters; a style sheet counts as one
_CELL_TAGS = ("td", "th", "cell")


def is_marked_up(head: str) -> bool:
    """Whether a text file's beginning is that of a page with a table in it."""
    return _BEGINNING.match(head) is not None and _ROWS.search(head) is not None


def table_records(stream: IO[bytes], encoding: str) -> Iterator[Record]:
    """The rows of all tables of a page: (row number from 1, cells). Empty ones are counted but not given.

    Raises UnreadableFile with the row for too many columns, too long a cell, or bytes that are not text.
    """
    page = _Page()
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict")
    try:
        while piece := text.read(BLOCK):
            page.feed(piece)
            if len(page.rawdata) > _LONGEST_TAG:
                raise UnreadableFile("not_a_table")  # a tag that does not end
            yield from page.taken()
    except UnicodeError as error:
        raise UnreadableFile("mixed_encoding", row=page.row + 1) from error
    page.close()
    page.end_row()
    yield from page.taken()


class _Page(HTMLParser):
    """Collects rows as tags pass. A cell over several rows is each one's, one over columns the first's."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.row = 0
        self._records: list[Record] = []
        self._cells: list[str] | None = None
        self._text: list[str] | None = None
        self._length = 0
        self._span = (1, 1)  # columns, rows
        self._above: dict[int, tuple[int, str]] = {}  # column: rows it goes on for, text

    def goahead(self, end: bool) -> None:
        """Reads on. Raises UnreadableFile for broken markup, which the parser says by an assertion."""
        try:
            super().goahead(end)
        except AssertionError as error:
            raise UnreadableFile("not_a_table") from error

    def taken(self) -> list[Record]:
        """The rows that have ended since the last time."""
        taken, self._records = self._records, []
        return taken

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ROW_TAGS:
            self.end_row()
            given = dict(attrs)
            self.row = max(self.row + 1, _number(given.get("ss:index"), 1_048_576))
            self._cells = []
        elif tag in _CELL_TAGS and self._cells is not None:
            self._end_cell()
            self._begin_cell(dict(attrs))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELL_TAGS:
            self._end_cell()
        elif tag in _ROW_TAGS or tag == "table":
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self._text is None:
            return
        self._length += len(data)
        if self._length > MAX_CELL:
            raise UnreadableFile("cell_too_long", row=self.row, limit=MAX_CELL)
        self._text.append(data)

    def end_row(self) -> None:
        """Ends the row that is being read, if one is."""
        self._end_cell()
        if self._cells is None:
            return
        self._fill_from_above()
        if any(self._cells):
            self._records.append((self.row, self._cells))
        self._cells = None

    def _begin_cell(self, given: dict[str, str | None]) -> None:
        self._fill_from_above()
        cells = self._cells if self._cells is not None else []
        cells += [""] * (_number(given.get("ss:index"), MAX_COLUMNS) - 1 - len(cells))
        columns = _number(given.get("colspan"), MAX_COLUMNS) or 1 + _number(
            given.get("ss:mergeacross"), MAX_COLUMNS
        )
        rows = _number(given.get("rowspan"), 65_534) or 1 + _number(given.get("ss:mergedown"), 65_534)
        self._text, self._length, self._span = [], 0, (columns, rows)

    def _end_cell(self) -> None:
        if self._text is None or self._cells is None:
            return
        text = "\n".join(" ".join(line.split()) for line in "".join(self._text).split("\n")).strip()
        columns, rows = self._span
        if rows > 1:
            self._above[len(self._cells)] = (rows - 1, text)
        self._cells += [text, *[""] * (columns - 1)]
        self._text = None
        if len(self._cells) > MAX_COLUMNS:
            raise UnreadableFile("too_many_columns", row=self.row, limit=MAX_COLUMNS)

    def _fill_from_above(self) -> None:
        """Puts in the cells that began in a row above and go on here."""
        cells = self._cells if self._cells is not None else []
        while (above := self._above.get(len(cells))) is not None:
            rows, text = above
            place = len(cells)
            if rows > 1:
                self._above[place] = (rows - 1, text)
            else:
                del self._above[place]
            cells.append(text)


def _number(text: str | None, most: int) -> int:
    """An attribute's number; 0 when it has none."""
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
