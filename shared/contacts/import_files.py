"""The uploaded file: received, looked at and cut into chunks, always sealed, never whole in memory."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, cast
from uuid import UUID

from pydantic_core import to_json

from shared.contacts import workbooks
from shared.contacts.csv_reader import (
    WORKBOOK,
    EncodingProbe,
    Record,
    UnreadableFile,
    check_is_table,
    guess_delimiter,
    in_batches,
    sample_of,
)
from shared.contacts.generated_lists import Generated
from shared.contacts.html_tables import is_marked_up, table_records
from shared.contacts.inspection import Column, Table
from shared.contacts.record_reader import RecordReader
from shared.contacts.workbooks import Sheet
from shared.kernel.collector import collector_at_rest
from shared.kernel.errors import PayloadTooLarge, StorageUnavailable
from shared.kernel.logging import get_logger
from shared.kernel.storage import Storage
from shared.security.cipher import TenantCipher
from shared.security.sealed_files import SealedReader, SealedWriter

CHUNK_ROWS = 5_000
CHUNK_CHARACTERS = 4_000_000
HEAD_BYTES = 64 * 1024
_PIECE = 256 * 1024
_log = get_logger(__name__)


class Readable(Protocol):
    """What an upload is read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Received:
    """A stored upload. `encoding` is its codec, or None when `problem` says why it cannot be read."""

    size: int
    sha256: bytes
    encoding: str | None
    problem: UnreadableFile | None


@dataclass(frozen=True)
class Inspected:
    """What an inspection found. `chunks`: (number, first row, rows) of each stored chunk.

    Of a workbook also its sheets, the one that was read, and whether that was certain. `skipped`: how many
    rows were left out, by code (total_row, repeated_header, hidden_row).
    """

    delimiter: str | None
    header_row: int | None
    columns: list[Column]
    chunks: list[tuple[int, int, int]]
    sheets: list[Sheet] = field(default_factory=list)
    sheet: str | None = None
    sheet_is_certain: bool = True
    skipped: dict[str, int] = field(default_factory=dict)
    generated: Generated | None = None

    @property
    def rows(self) -> int:
        return sum(rows for _, _, rows in self.chunks)


class ImportFiles:
    """The objects of one import: its source and its chunks."""

    def __init__(self, storage: Storage, cipher: TenantCipher, import_id: UUID) -> None:
        self._storage, self._cipher = storage, cipher
        self._prefix = f"imports/{cipher.tenant_id}/{import_id}"

    def receive(self, upload: Readable, limit: int) -> Received:
        """Stores an upload as it streams in. Raises PayloadTooLarge beyond `limit` bytes; nothing stays."""
        probe, digest, size = EncodingProbe(), hashlib.sha256(), 0
        with self._sealed_writer("source") as target:
            while piece := upload.read(_PIECE):
                size += len(piece)
                if size > limit:
                    raise PayloadTooLarge("error.upload_too_large", megabytes=limit // 1024 // 1024)
                target.write(piece)
                digest.update(piece)
                probe.feed(piece)
        try:
            return Received(size, digest.digest(), probe.encoding(), None)
        except UnreadableFile as problem:
            return Received(size, digest.digest(), None, problem)

    def inspect(
        self, encoding: str, still_working: Callable[[], None], sheet: str | None = None
    ) -> Inspected:
        """Finds delimiter or sheet, header and columns and cuts the rows into chunks, in one pass.

        Calls `still_working` after each chunk. Raises UnreadableFile. Running again writes the same; running
        for another `sheet` leaves nothing of the one before.
        """
        with collector_at_rest():
            if encoding == WORKBOOK:
                return self._inspect_workbook(still_working, sheet)
            return self._inspect_text(encoding, still_working)

    def _inspect_text(self, encoding: str, still_working: Callable[[], None]) -> Inspected:
        head = self._head(encoding)
        if is_marked_up(head):
            with self._sealed_reader("source") as source:
                table, chunks = self._read_table(table_records(source, encoding), still_working)
            return _inspected(table, chunks)
        delimiter = guess_delimiter(head)
        with self._sealed_reader("source") as source:
            records = iter(RecordReader(source, encoding, delimiter))
            table, chunks = self._read_table(records, still_working, head=head)
        return _inspected(table, chunks, delimiter=delimiter)

    def _inspect_workbook(self, still_working: Callable[[], None], wanted: str | None) -> Inspected:
        with self._sealed_reader("source") as source, workbooks.opened(source) as workbook:
            sheets = workbook.sheets()
            sheet, certain = workbooks.choose_sheet(sheets, wanted)
            still_working()
            with workbook.rows(sheet.name) as rows:
                table, chunks = self._read_table(rows.records, still_working, hidden=rows.hidden_columns)
        if rows.hidden_rows:
            table.skipped["hidden_row"] = rows.hidden_rows
        return _inspected(table, chunks, sheets=sheets, sheet=sheet.name, sheet_is_certain=certain)

    def _read_table(
        self,
        records: Iterator[Record],
        still_working: Callable[[], None],
        *,
        head: str = "",
        hidden: Iterable[int] = (),
    ) -> tuple[Table, list[tuple[int, int, int]]]:
        sample = sample_of(records)
        check_is_table(head, sample)
        table = Table(sample, hidden)
        return table, list(self._cut(table.data(in_batches(records)), still_working))

    def chunk(self, number: int) -> list[Record]:
        """The rows of a stored chunk: (row number in the file, cells)."""
        with self._sealed_reader(f"rows-{number}") as source:
            rows: list[Record] = json.loads(source.read())
        return rows

    def delete(self) -> None:
        """Removes the source and all chunks; later, by the daily round, while the storage is not there."""
        try:
            self._storage.delete_prefix(self._prefix)
        except StorageUnavailable:
            _log.warning("import_files_left", prefix=self._prefix)

    def _head(self, encoding: str) -> str:
        with self._sealed_reader("source") as source:
            head = source.read(HEAD_BYTES).decode(encoding, errors="ignore")
        return head[: head.rfind("\n") + 1] or head

    def _cut(
        self, data: Iterator[list[Record]], still_working: Callable[[], None]
    ) -> Iterator[tuple[int, int, int]]:
        """Stores the chunks beside the reading of the next rows: a third of the time went to the disk."""
        with ThreadPoolExecutor(1) as disk:
            storing: Future[None] | None = None
            for number, rows in enumerate(_chunks(data), 1):
                if storing:
                    storing.result()
                storing = disk.submit(self._store_chunk, number, rows)
                still_working()
                yield number, rows[0][0], len(rows)
            if storing:
                storing.result()

    def _store_chunk(self, number: int, rows: list[Record]) -> None:
        """As JSON: written and read back in a third of the time that CSV takes."""
        with self._sealed_writer(f"rows-{number}") as target:
            target.write(to_json(rows))

    @contextmanager
    def _sealed_writer(self, name: str) -> Iterator[SealedWriter]:
        key = f"{self._prefix}/{name}"
        with self._storage.write(key) as target:
            sealed = SealedWriter(self._cipher, target, key)
            yield sealed
            sealed.close()

    @contextmanager
    def _sealed_reader(self, name: str) -> Iterator[BinaryIO]:
        key = f"{self._prefix}/{name}"
        with self._storage.read(key) as source:
            yield cast(BinaryIO, io.BufferedReader(SealedReader(self._cipher, source, key), _PIECE))


def _chunks(data: Iterable[list[Record]]) -> Iterator[list[Record]]:
    """The rows in lists that are bounded in number and in size, so that a worker's memory is too.

    The first is half as long: the two who begin together would be ready together, and one wait for the other.
    """
    rows: list[Record] = []
    characters, most = 0, max(1, CHUNK_ROWS // 2)
    for batch in data:
        size = sum([len("".join(cells)) for _, cells in batch])
        if len(rows) + len(batch) < most and characters + size < CHUNK_CHARACTERS:
            rows += batch
            characters += size
            continue
        for record in batch:
            rows.append(record)
            characters += len("".join(record[1]))
            if len(rows) == most or characters >= CHUNK_CHARACTERS:
                yield rows
                rows, characters, most = [], 0, CHUNK_ROWS
    if rows:
        yield rows


def _inspected(table: Table, chunks: list[tuple[int, int, int]], **found: Any) -> Inspected:
    if not chunks:
        raise UnreadableFile("no_rows")
    return Inspected(
        header_row=table.header_row,
        columns=table.columns,
        chunks=chunks,
        skipped=dict(table.skipped),
        generated=table.numbers.verdict(),
        **{"delimiter": None, **found},
    )
