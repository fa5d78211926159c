"""The records of a text table, one by one. Memory does not grow with the file: a block is bounded."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import IO

from shared.contacts.csv_reader import Record, UnreadableFile

MAX_COLUMNS = 1_000
MAX_CELL = 32_767  # what Excel can hold in a cell
MAX_LINE = 1_000_000
MAX_RECORD_LINES = 100
BLOCK = 16 * 1024  # characters


class RecordReader:
    """Reads the records of a table from a binary stream: (row number as a spreadsheet shows it, cells).

    Blank rows are counted but not given. Raises UnreadableFile with the row for a record without end, too
    many columns, or bytes that are not text.

    A block of lines without a quotation mark is cut as a whole, a third of the time; where there are some, a
    record may go on over lines and blocks, so those are looked at line by line.
    """

    def __init__(self, stream: IO[bytes], encoding: str, delimiter: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
        self._delimiter = delimiter
        self._row = 0
        self._rest = ""  # the beginning of the line that the next block begins with
        self._waiting: list[str] = []  # lines of a block with quotation marks, the last first
        self._lines: list[str] = []  # those of the record that is being read
        self._at_end = False

    def __iter__(self) -> Iterator[Record]:
        # The limit is the process's; every reader of ours wants the same.
        csv.field_size_limit(MAX_CELL)
        try:
            while block := self._next_block():
                yield from self._plain(block) if _is_plain(block) else self._quoted(block)
        except csv.Error as error:
            raise self._too_long() from error
        except UnicodeError as error:
            raise UnreadableFile("mixed_encoding", row=self._row + 1) from error

    def _next_block(self) -> str:
        """Whole lines; empty at the end of the file."""
        parts, length = [self._rest], len(self._rest)
        self._rest = ""
        while piece := self._text.read(BLOCK):
            if "\0" in piece:
                raise UnreadableFile("binary_file")
            # A carriage return at the very end may be half of a line's end.
            end = max(piece.rfind("\n"), piece.rfind("\r", 0, -1)) + 1
            if end:
                self._rest = piece[end:]
                return "".join([*parts, piece[:end]])
            parts.append(piece)
            length += len(piece)
            if length >= MAX_LINE:
                raise self._endless("".join(parts))
        return "".join(parts)

    def _plain(self, block: str) -> Iterator[Record]:
        lines = block.split("\n")
        if not lines[-1]:
            lines.pop()
        row = self._row
        for cells in csv.reader(lines, delimiter=self._delimiter):
            row += 1
            if len(cells) > MAX_COLUMNS:
                raise _too_wide(row)
            if any(cells):
                yield row, cells
            self._row = row

    def _quoted(self, block: str) -> Iterator[Record]:
        """The records of a block and, if its last one goes on, of the blocks after it."""
        for cells in csv.reader(self._bounded_lines(block), delimiter=self._delimiter):
            self._row += 1
            self._check(cells)
            self._lines.clear()
            if any(cells):
                yield self._row, cells
            if not self._waiting:
                return

    def _bounded_lines(self, block: str) -> Iterator[str]:
        while block:
            self._waiting = io.StringIO(block, newline="").readlines()[::-1]
            while self._waiting:
                if len(self._lines) == MAX_RECORD_LINES:
                    raise self._too_many_lines()
                self._lines.append(self._waiting.pop())
                yield self._lines[-1]
            block = self._next_block()
        self._at_end = True

    def _check(self, cells: list[str]) -> None:
        if len(cells) > MAX_COLUMNS:
            raise _too_wide(self._row)
        if self._at_end or (len(self._lines) > 1 and not self._is_well_quoted()):
            raise UnreadableFile("broken_quotes", row=self._row)

    def _is_well_quoted(self) -> bool:
        """Whether a record over several lines also passes the strict rules.

        A quotation mark that somebody forgot to close swallows the rows up to the next one, and that one is
        then followed by text where only a delimiter may stand.
        """
        try:
            list(csv.reader(self._lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def _endless(self, line: str) -> UnreadableFile:
        """What is wrong with a line that goes on for so long, told from what of it was read."""
        try:
            lines = chain(self._lines, io.StringIO(line, newline=""))
            cells = next(csv.reader(lines, delimiter=self._delimiter), [])
        except csv.Error:
            # In the first row it is rather no table than a header with such a cell.
            return self._too_long() if self._row else UnreadableFile("row_too_long", row=1)
        wide = len(cells) > MAX_COLUMNS
        return _too_wide(self._row + 1) if wide else UnreadableFile("row_too_long", row=self._row + 1)

    def _too_long(self) -> UnreadableFile:
        if _holds_rows(self._lines, self._delimiter):
            return UnreadableFile("broken_quotes", row=self._row + 1)
        return UnreadableFile("cell_too_long", row=self._row + 1, limit=MAX_CELL)

    def _too_many_lines(self) -> UnreadableFile:
        if _holds_rows(self._lines, self._delimiter):
            return UnreadableFile("broken_quotes", row=self._row + 1)
        return UnreadableFile("row_too_many_lines", row=self._row + 1, limit=MAX_RECORD_LINES)


def _is_plain(block: str) -> bool:
    """Whether every line of a block is a record: no quotation marks, and lines that end as usual."""
    return '"' not in block and ("\r" not in block or block.count("\r") == block.count("\r\n"))


def _too_wide(row: int) -> UnreadableFile:
    return UnreadableFile("too_many_columns", row=row, limit=MAX_COLUMNS)


def _holds_rows(lines: list[str], delimiter: str) -> bool:
    """Whether a cell that goes on over lines has swallowed rows: nearly all have as many delimiters.

    A long text has hardly any, or now these, now those; a header whose cells have line breaks is no one cell.
    """
    inside = lines[1:]
    if not inside or sum('"' in line for line in inside) * 2 > len(inside):
        return False
    counts = [line.count(delimiter) for line in inside]
    common = max(set(counts), key=counts.count)
    return common > 0 and counts.count(common) * 5 >= len(counts) * 4
