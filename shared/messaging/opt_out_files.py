"""Opt-outs from a file: a column of numbers (or addresses) in csv, tsv, txt or a workbook.

No mapping is asked for: the columns that hold contact points are found by their values. A row without any is
told with its reason.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contacts.csv_reader import (
    WORKBOOK,
    EncodingProbe,
    Record,
    UnreadableFile,
    guess_delimiter,
)
from shared.contacts.emails import parse_emails
from shared.contacts.html_tables import is_marked_up, table_records
from shared.contacts.mixed_cells import without_addresses
from shared.contacts.phones import parse_phones
from shared.contacts.record_reader import RecordReader
from shared.contacts.workbooks import choose_sheet, opened
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, PayloadTooLarge, ValidationFailed
from shared.kernel.i18n import text
from shared.messaging.opt_out_models import OptOutChannel, OptOutReason
from shared.messaging.opt_outs import Point, take
from shared.security.cipher import TenantCipher

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 200_000
MAX_TOLD = 1_000
_HEAD = 64 * 1024
_SAMPLE = 200
_MOSTLY = 0.5  # of a column's filled cells that must read as contact points


class Readable(Protocol):
    """What an upload is read from."""

    def read(self, size: int, /) -> bytes: ...


class Rejected(BaseModel):
    """A row that opts nobody out. `reason` is a stable code, `message` its sentence."""

    row: int
    reason: str
    message: str


class Taken(BaseModel):
    """`added`: points that are opted out now; `known`: those that were. At most 1,000 rejects are listed."""

    added: int
    known: int
    rejected: list[Rejected]
    rejected_total: int


def read_upload(upload: Readable) -> bytes:
    """The file, in memory: numbers alone are small. Raises PayloadTooLarge."""
    content = b""
    while piece := upload.read(256 * 1024):
        content += piece
        if len(content) > MAX_BYTES:
            raise PayloadTooLarge("error.upload_too_large", megabytes=MAX_BYTES // 1024 // 1024)
    return content


class Options(BaseModel):
    """What is said about all of a file's points."""

    model_config = ConfigDict(extra="forbid")

    channel: OptOutChannel = "all"
    reason: OptOutReason = "file"


def read_options(data: bytes) -> Options:
    """The part `options` of a form, which may be missing. Raises ValidationFailed."""
    try:
        return Options.model_validate_json(data or b"{}")
    except ValidationError as error:
        raise ValidationFailed(details=[Detail(text("import.bad_options"), field="options")]) from error


def take_points(
    connection: Connection,
    cipher: TenantCipher,
    points: Sequence[Point],
    rejects: Sequence[tuple[int, str]],
    chosen: Options,
    *,
    language: str,
    member_id: UUID,
) -> Taken:
    """Opts out the points of a file, and tells of its rejected rows."""
    given = {"channel": chosen.channel, "reason": chosen.reason}
    added = take(connection, cipher, points, source="file", member_id=member_id, **given)
    told = [
        Rejected(row=row, reason=code, message=text(f"reason.{code}").in_language(language))
        for row, code in rejects[:MAX_TOLD]
    ]
    return Taken(added=added, known=len(points) - added, rejected=told, rejected_total=len(rejects))


def read_points(content: bytes) -> tuple[list[Point], list[tuple[int, str]]]:
    """The distinct points of a file in its order, and (row, reason code) of the rows without one.

    Raises ValidationFailed for what is no table or has more than 200,000 rows.
    """
    try:
        return _points_of(_records(content))
    except UnreadableFile as problem:
        raise ValidationFailed(text(f"import.{problem.code}", **problem.parameters)) from problem


def _records(content: bytes) -> Iterator[Record]:
    probe = EncodingProbe()
    probe.feed(content)
    encoding = probe.encoding()
    if encoding == WORKBOOK:
        with opened(io.BytesIO(content)) as workbook:
            sheet, _ = choose_sheet(workbook.sheets(), None)
            with workbook.rows(sheet.name) as rows:
                yield from rows.records
    else:
        head = content[:_HEAD].decode(encoding, errors="ignore")
        if is_marked_up(head):
            yield from table_records(io.BytesIO(content), encoding)
            return
        yield from RecordReader(io.BytesIO(content), encoding, guess_delimiter(head))


def _points_of(records: Iterator[Record]) -> tuple[list[Point], list[tuple[int, str]]]:
    sample = list(islice(records, _SAMPLE))
    columns = _columns([cells for _, cells in sample])
    if not columns:
        raise ValidationFailed("opt_out.no_numbers")
    points: dict[Point, None] = {}
    rejects: list[tuple[int, str]] = []
    for count, (row, cells) in enumerate(chain(sample, records)):
        if count > MAX_ROWS:
            raise ValidationFailed("opt_out.too_many_rows", limit=MAX_ROWS)
        found, problem = _of_cells([cells[i] for i in columns if i < len(cells)])
        points.update(dict.fromkeys(found))
        if not found and any(cells) and count:  # the first row may be a header
            rejects.append((row, problem))
    return list(points), rejects


def _columns(sample: Sequence[Sequence[str]]) -> list[int]:
    """The columns of whose filled cells at least half are contact points (a header counts against them)."""
    width = max(map(len, sample), default=0)
    chosen = []
    for i in range(width):
        filled = [cells[i] for cells in sample if i < len(cells) and cells[i].strip()]
        hits = sum(bool(_of_cells([cell])[0]) for cell in filled)
        if hits and hits >= len(filled) * _MOSTLY:
            chosen.append(i)
    return chosen


def _of_cells(cells: Sequence[str]) -> tuple[list[Point], str]:
    """The points of some cells, and the reason why there is none."""
    points: list[Point] = []
    problems: list[str] = []
    for cell in cells:
        numbers, addresses = without_addresses(cell) if "@" in cell else (cell, "")
        emails, phones = parse_emails(addresses), parse_phones(numbers)
        points += [Point("email", email.address) for email in emails.emails]
        points += [Point("phone", phone.e164) for phone in phones.phones]
        problems += [*emails.problems, *phones.problems]
    return points, problems[0] if problems else "no_contact_point"
