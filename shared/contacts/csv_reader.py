"""Text tables as Korean offices make them: encoding, delimiter and header found.

Memory does not grow with the file: bytes are looked at as they pass.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest

from shared.contacts.emails import parse_emails
from shared.contacts.headers import LEVELS, is_known_header
from shared.contacts.phones import parse_phones
from shared.contacts.vocabulary import UNSEEN

SAMPLE_ROWS = 200
SAMPLE_CHARACTERS = 2_000_000
BATCH_ROWS = 500
BATCH_CHARACTERS = 500_000
HEADER_SEARCH_ROWS = 30
DELIMITERS = ",\t;|"

Record = tuple[int, list[str]]


class UnreadableFile(Exception):
    """A file that cannot be imported, with a stable code (`import.<code>` in the catalogue)."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


WORKBOOK = "workbook"  # in the place of an encoding: whatever is in there, a workbook's reader finds out
_WORKBOOK_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SIGNATURES = (
    (b"%PDF", "not_a_table"),
    (b"\x89PNG", "not_a_table"),
    (b"\xff\xd8\xff", "not_a_table"),
    (b"GIF8", "not_a_table"),
    (b"\x1f\x8b", "not_a_table"),
    (b"7z\xbc\xaf", "not_a_table"),
    (b"\x7fELF", "not_a_table"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HANGUL = re.compile(r"[가-힣]")
_MARKUP = re.compile(r"\s*(?:<(?:!doctype|html|\?xml|table)|[\[{]\s*[\"{\[]|%!PS|\{\\rtf)", re.IGNORECASE)


class EncodingProbe:
    """Tells a file's encoding from all of its bytes, fed piece by piece.

    Order: byte order mark, strict UTF-8 to the last byte, strict CP949, UTF-16 without a mark. A guess from
    the beginning would read half a file before finding a name it cannot.
    """

    def __init__(self) -> None:
        self._head = b""
        self._readings = [_Reading("utf-8"), _Reading("cp949")]
        self._zeros = False
        self._lines = 1

    def feed(self, data: bytes) -> None:
        """Looks at the next bytes of the file."""
        if len(self._head) < 4096:
            self._head += data[: 4096 - len(self._head)]
        if self._head.startswith(_WORKBOOK_SIGNATURES):
            return
        # Other control characters come along when text is pasted from a word processor.
        self._zeros = self._zeros or b"\0" in data
        for reading in self._readings:
            reading.feed(data, self._lines)
        utf8, cp949 = self._readings
        if utf8.certain and utf8.failed_at is None:
            # No text in CP949 reads as UTF-8 for so long: the slow decoder need not follow any more.
            cp949.give_up(0)
        self._lines += data.count(b"\n")

    def encoding(self) -> str:
        """The encoding's codec name, or WORKBOOK. Raises UnreadableFile (empty_file, binary_file …)."""
        if not self._head.strip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t ,;"):
            raise UnreadableFile("empty_file")
        if self._head.startswith(_WORKBOOK_SIGNATURES):
            return WORKBOOK
        for signature, code in _SIGNATURES:
            if self._head.startswith(signature):
                raise UnreadableFile(code)
        for mark, codec in _BOMS:
            if self._head.startswith(mark):
                return self._marked(codec)
        if self._zeros:
            return self._utf16_without_mark()
        for reading in self._readings:
            if reading.finishes(self._lines):
                return reading.codec
        raise self._unknown()

    def _unknown(self) -> UnreadableFile:
        """Both readings end somewhere: in a file of two encodings, one of them ends late, where they meet."""
        line = max(reading.failed_at or 0 for reading in self._readings)
        return UnreadableFile("mixed_encoding", row=line) if line > 2 else UnreadableFile("unknown_encoding")

    def _marked(self, codec: str) -> str:
        if codec == "utf-8-sig" and not self._readings[0].finishes(self._lines):
            raise UnreadableFile("mixed_encoding", row=self._readings[0].failed_at)
        if codec == "utf-8-sig" and self._zeros:
            raise UnreadableFile("binary_file")
        return codec

    def _utf16_without_mark(self) -> str:
        """Line feeds and delimiters of a UTF-16 table have their zero byte always on the same side."""
        little = len(re.findall(rb"[\t\r\n,0-9]\x00", self._head))
        big = len(re.findall(rb"\x00[\t\r\n,0-9]", self._head))
        for codec, hits in (("utf-16-le", little), ("utf-16-be", big)):
            if hits == max(little, big) and hits * 20 >= len(self._head) and _decodes(self._head, codec):
                return codec
        raise UnreadableFile("binary_file")


class _Reading:
    """One codec's attempt to read all bytes; `failed_at` is the line it ended in."""

    _CERTAIN_AFTER = 4096  # bytes of readable letters outside ASCII

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.failed_at: int | None = None
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._letters = 0
        self._pending = False

    @property
    def certain(self) -> bool:
        return self._letters >= self._CERTAIN_AFTER

    def feed(self, data: bytes, line: int) -> None:
        """Reads on from a line."""
        if self.failed_at is not None or (data.isascii() and not self._pending):
            return
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError as error:
            self.give_up(line + error.object[: error.start].count(b"\n"))
            return
        self._letters += len(data) - len(text)
        self._pending = bool(self._decoder.getstate()[0])

    def give_up(self, line: int) -> None:
        self.failed_at = line if self.failed_at is None else self.failed_at

    def finishes(self, line: int) -> bool:
        """Whether the whole file was text in this codec."""
        if self.failed_at is None:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self.give_up(line)
        return self.failed_at is None


def _decodes(head: bytes, codec: str) -> bool:
    """Whether the head is text in a codec: readable and without control characters."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)


def guess_delimiter(head: str) -> str:
    """The delimiter that splits most of the first lines into the same number of cells; else the comma."""
    lines = [line for line in head.splitlines()[:50] if line.strip()]
    return max(DELIMITERS, key=lambda delimiter: (_steadiness(lines, delimiter), delimiter == ","))


def _steadiness(lines: list[str], delimiter: str) -> int:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return 0  # it leaves a cell larger than any may be
    common = max(set(widths), key=widths.count, default=1)
    return 0 if common < 2 else widths.count(common) * 1000 + min(common, 999)


def find_header(sample: Sequence[Record]) -> tuple[int | None, list[str]]:
    """The header's (last) row number and its cells; notes above it are skipped, two rows become one.

    Of several tables one below the other it is that of the longest. Without a recognisable header: None and
    made-up labels when the first row already holds contact data, otherwise the first of the widest rows.
    """
    head = sample[:HEADER_SEARCH_ROWS]
    if (longest := _longest_table(sample)) is not None:
        return _whole_header(head, longest)
    known = [(0 if _is_persons(cells) else _known(cells), -place) for place, (_, cells) in enumerate(head)]
    best, place = max(known, default=(0, 0))
    if best >= 1:
        return _whole_header(head, -place)
    widest = max(_filled(cells) for _, cells in head)
    row, cells = next(record for record in head if _filled(record[1]) == widest)
    if _holds_contact(cells):
        return None, [f"열 {number}" for number in range(1, len(cells) + 1)]
    return row, cells


def _longest_table(sample: Sequence[Record]) -> int | None:
    """The place of the header below which the most people stand; None unless there are several headers.

    A second table need not be the list: those who hand it in may stand above it, or a second list below.
    """
    people = [_is_persons(cells) for _, cells in sample]
    headers = [
        place
        for place, (_, cells) in enumerate(sample[:HEADER_SEARCH_ROWS])
        if not people[place] and True in people[place + 1 : place + 2] and _known(cells) > 1
    ]
    if len({tuple(sample[place][1]) for place in headers}) < 2:
        return None
    ends = [*headers[1:], len(sample)]
    return max(headers, key=lambda place: sum(people[place : ends[headers.index(place)]]))


def people_above(sample: Sequence[Record], header_row: int | None) -> int:
    """How many rows above the header hold somebody's number or address."""
    return sum(number < (header_row or 0) and _is_persons(cells) for number, cells in sample)


def _whole_header(head: Sequence[Record], place: int) -> tuple[int, list[str]]:
    """The header row at a place, joined with the one below or above it if the two are one header."""
    for upper in (place, place - 1):
        if 0 <= upper < len(head) - 1 and _are_one_header(head[upper], head[upper + 1]):
            return head[upper + 1][0], _joined_header(head[upper][1], head[upper + 1][1])
    return head[place]


def _are_one_header(upper: Record, lower: Record) -> bool:
    """Whether a header goes on below: cells that stand where the upper row is merged, or the same twice."""
    cells = [cell.strip() for cell in lower[1]]
    above = [cell.strip() for cell in upper[1]] + [""] * len(cells)
    if lower[0] != upper[0] + 1 or not _known(lower[1]) or not _known(upper[1]) or _holds_contact(cells):
        return False
    if all(is_known_header(cell) for cell in cells if cell) and _filled(cells) > 1:
        return True
    return any(
        cell and not up and any(above[:i]) for i, (cell, up) in enumerate(zip(cells, above, strict=False))
    )


def _joined_header(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """연락처 over 휴대폰 and 집전화 gives 연락처 / 휴대폰 and 연락처 / 집전화."""
    joined: list[str] = []
    group = ""
    for up, low in zip_longest(map(_on_one_line, upper), map(_on_one_line, lower), fillvalue=""):
        group = up or (group if low else "")
        joined.append(LEVELS.join(dict.fromkeys(part for part in (group, low) if part)))
    return joined


def _on_one_line(cell: str) -> str:
    return " ".join(cell.split())


def _known(cells: Sequence[str]) -> int:
    return sum(map(is_known_header, cells))


def _is_persons(cells: Sequence[str]) -> bool:
    """Whether a row holds somebody's number or address: 홍길동, 010-…, 카톡 is no header."""
    return any(
        (parse_phones(cell).phones or parse_emails(cell).emails) and not _HANGUL.search(cell)
        for cell in cells
    )


def _holds_contact(cells: Sequence[str]) -> bool:
    return any(parse_phones(cell).phones or "@" in cell for cell in cells)


def unique_headers(cells: Sequence[str]) -> list[str]:
    """Header names made distinct and never empty: 연락처, 연락처 (2), 열 7."""
    seen: dict[str, int] = {}
    headers: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(UNSEEN.sub("", cell).split())[:200] or f"열 {number}"
        seen[name] = seen.get(name, 0) + 1
        headers.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return headers


def sample_of(records: Iterator[Record]) -> list[Record]:
    """The first rows, enough to find header and columns; fewer when they are huge."""
    sample: list[Record] = []
    characters = 0
    for record in islice(records, SAMPLE_ROWS):
        sample.append(record)
        characters += sum(map(len, record[1]))
        if characters >= SAMPLE_CHARACTERS:
            break
    return sample


def in_batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The same, some at a time: handing on each by itself takes longer than what is done to it."""
    batch: list[Record] = []
    characters = 0
    for record in records:
        batch.append(record)
        characters += len("".join(record[1]))
        if len(batch) == BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch


def check_is_table(head: str, sample: Sequence[Record]) -> None:
    """Raises UnreadableFile when a readable text is no table: markup, JSON, prose."""
    if not sample:
        raise UnreadableFile("empty_file")
    if _MARKUP.match(head):
        raise UnreadableFile("not_a_table")
    widest = max(_filled(cells) for _, cells in sample)
    if widest < 2 and not any(_speaks_of_contacts(cells) for _, cells in sample):
        raise UnreadableFile("not_a_table")


def _speaks_of_contacts(cells: Sequence[str]) -> bool:
    return any(is_known_header(cell) or parse_phones(cell).phones or "@" in cell for cell in cells)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)
