"""A table understood: header and columns from its first rows, then every row tidied as it passes."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from shared.contacts.csv_reader import Record, UnreadableFile, find_header, people_above, unique_headers
from shared.contacts.emails import parse_emails
from shared.contacts.generated_lists import NumberSurvey
from shared.contacts.headers import Proposal, propose, refused_column
from shared.contacts.phones import parse_phones
from shared.contacts.spreadsheet_text import REJECT_COLUMNS, restored

MAX_ROWS = 1_048_576  # what a sheet can hold
SAMPLES_SHOWN = 3
SAMPLE_WIDTH = 60

_TOTAL = re.compile(
    r"(?:.{0,30}\s)?[(\[<]?"
    r"(?:총?합\s*계|총\s*계|총\s*원|소\s*계|누\s*계|계|인원|sub\s*total|(?:grand )?total)[)\]>]?"
    r"\s*[:：]?\s*[\d,.]*\s*(?:명|건|인)?",
    re.IGNORECASE,
)
_LONGEST_TOTAL = 60
_MAY_BE_TOTAL = re.compile("[계원]|otal", re.IGNORECASE)  # what the above needs, in a fraction of its time


@dataclass(frozen=True)
class Column:
    """A column of the file: what it is taken for, and some of its values.

    `refused` is the reason code of one that may not be imported; its values are nowhere kept.
    """

    proposal: Proposal
    samples: list[str]
    refused: str | None = None
    hidden: bool = False


class Table:
    """The columns of a table, found in its first rows, and its data rows without what is no person.

    Left out and counted in `skipped`: `total_row` (합계), `repeated_header`, `above_header` (people of
    another table above). Columns without a header and without a value are dropped, refused ones emptied, so
    that nothing of them is stored.
    """

    def __init__(self, sample: Sequence[Record], hidden: Iterable[int] = ()) -> None:
        self.header_row, headers = find_header(sample)
        # A file of rejected rows that was mended: its own columns are no data, its cells were made harmless.
        self._came_back = headers[-len(REJECT_COLUMNS) :] == REJECT_COLUMNS
        if self._came_back:
            headers = [restored(header) for header in headers[: -len(REJECT_COLUMNS)]]
        self._width = len(headers) if self._came_back else None
        first = 0 if self.header_row is None else self.header_row + 1
        self._sample = [(number, self._original(cells)) for number, cells in sample if number >= first]
        self._header = [cell.strip() for cell in _row_of(sample, self.header_row)]
        self._header_begins = next(filter(None, self._header), None)
        self.skipped = +Counter(above_header=people_above(sample, self.header_row))
        self.numbers = NumberSurvey()
        people = [cells for _, cells in self._sample if self._no_person(cells) is None]
        self.columns, self._kept = _columns(headers, people, frozenset(hidden))
        self._refused = [i for i, column in enumerate(self.columns) if column.refused]
        self._tidies = bool(self._refused) or self._kept is not None
        self._phones = [i for i, column in enumerate(self.columns) if column.proposal.field == "phone"]

    def data(self, rest: Iterable[list[Record]]) -> Iterator[list[Record]]:
        """The data rows of the sample and of what follows it, many at a time. Raises UnreadableFile beyond
        MAX_ROWS."""
        count = 0
        for batch in chain([self._sample], map(self._originals, rest)):
            rows = self._without_no_persons(batch)
            count += len(rows)
            if count > MAX_ROWS:
                raise UnreadableFile("too_many_rows", limit=MAX_ROWS)
            if self._tidies:
                rows = [(number, self._tidied(cells)) for number, cells in rows]
            for i in self._phones:
                self.numbers.add([cells[i] for _, cells in rows if i < len(cells)])
            yield rows

    def _originals(self, batch: list[Record]) -> list[Record]:
        if self._came_back:
            return [(number, self._original(cells)) for number, cells in batch]
        if "'" not in "".join(["".join(cells) for _, cells in batch]):
            return batch
        return [
            record if "'" not in "".join(record[1]) else (record[0], self._original(record[1]))
            for record in batch
        ]

    def _without_no_persons(self, batch: list[Record]) -> list[Record]:
        firsts = [(cells and cells[0]) or next(filter(None, cells), "") for _, cells in batch]
        begins, search = self._header_begins, _MAY_BE_TOTAL.search
        left_out = {
            i: why
            for i, first in enumerate(firsts)
            if (search(first) or first == begins) and (why := self._no_person(batch[i][1]))
        }
        self.skipped.update(left_out.values())
        return [record for i, record in enumerate(batch) if i not in left_out] if left_out else batch

    def _original(self, cells: list[str]) -> list[str]:
        """The cells as they were before an export made them harmless; a formula stays what it looks like."""
        if self._came_back:
            return [restored(cell) for cell in cells[: self._width]]
        return [cell if cell.startswith("'=") else restored(cell) for cell in cells]

    def _tidied(self, cells: list[str]) -> list[str]:
        row = cells if self._kept is None else [cells[i] for i in self._kept if i < len(cells)]
        for i in self._refused:
            if i < len(row):
                row[i] = ""
        return row

    def _no_person(self, cells: list[str]) -> str | None:
        """`total_row` or `repeated_header` for a row that is no person's."""
        first = next(filter(None, cells), "")
        if first == self._header_begins and [cell.strip() for cell in cells] == self._header:
            return "repeated_header"
        if len(first) > _LONGEST_TOTAL or not _TOTAL.fullmatch(first.strip()):
            return None
        has_contact = any(parse_phones(cell).phones or parse_emails(cell).emails for cell in cells if cell)
        return None if has_contact else "total_row"


def _row_of(sample: Sequence[Record], number: int | None) -> list[str]:
    return next((cells for row, cells in sample if row == number), [])


def _columns(
    headers: Sequence[str], rows: Sequence[Sequence[str]], hidden: frozenset[int]
) -> tuple[list[Column], list[int] | None]:
    """The columns with their proposals, and the places they come from when some were dropped."""
    width = max([len(headers), *map(len, rows)])
    cells = [*headers, *[""] * (width - len(headers))]
    values = [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]
    kept = [i for i in range(width) if cells[i].strip() or any(value.strip() for value in values[i])]
    names = [unique_headers(cells)[i] for i in kept]
    refused = [refused_column(name, values[i]) for name, i in zip(names, kept, strict=True)]
    proposals = propose(names, [[] if code else values[i] for i, code in zip(kept, refused, strict=True)])
    columns = [
        _column(proposal, values[i], code, i in hidden)
        for proposal, i, code in zip(proposals, kept, refused, strict=True)
    ]
    return columns, kept if len(kept) < width else None


def _column(proposal: Proposal, values: Sequence[str], refused: str | None, hidden: bool) -> Column:
    if refused or hidden:
        proposal = Proposal(proposal.header, "ignore", 1.0, proposal.sensitive)
    return Column(proposal, [] if refused else _shown(values), refused, hidden)


def _shown(values: Sequence[str]) -> list[str]:
    filled = dict.fromkeys(" ".join(value.split())[:SAMPLE_WIDTH] for value in values if value.strip())
    return list(filled)[:SAMPLES_SHOWN]
