"""The uploaded file: received, looked at and cut into chunks, always sealed, never whole in memory."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Protocol, cast
from uuid import UUID

from shared.contacts.csv_reader import (
    EncodingProbe,
    Record,
    RecordReader,
    UnreadableFile,
    check_is_table,
    find_header,
    guess_delimiter,
    sample_of,
    unique_headers,
)
from shared.contacts.headers import Proposal, propose, refused_column
from shared.kernel.errors import PayloadTooLarge
from shared.kernel.storage import Storage
from shared.security.cipher import TenantCipher
from shared.security.sealed_files import SealedReader, SealedWriter

CHUNK_ROWS = 5_000
CHUNK_CHARACTERS = 4_000_000
HEAD_BYTES = 64 * 1024
SAMPLES_SHOWN = 3
SAMPLE_WIDTH = 60
_PIECE = 256 * 1024


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
class Column:
    """A column of the file: what it is taken for, and some of its values."""

    proposal: Proposal
    samples: list[str]


@dataclass(frozen=True)
class Inspected:
    """What an inspection found. `chunks`: (number, first row, rows) of each stored chunk."""

    delimiter: str
    header_row: int | None
    columns: list[Column]
    chunks: list[tuple[int, int, int]]

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

    def inspect(self, encoding: str, still_working: Callable[[], None]) -> Inspected:
        """Finds delimiter, header and columns and cuts the rows into chunks, in one pass.

        Calls `still_working` after each chunk. Raises UnreadableFile. Running again writes the same.
        """
        head = self._head(encoding)
        delimiter = guess_delimiter(head)
        with self._sealed_reader("source") as source:
            records = iter(RecordReader(source, encoding, delimiter))
            sample = sample_of(records)
            check_is_table(head, sample)
            header_row, headers = find_header(sample)
            data = [record for record in sample if header_row is None or record[0] > header_row]
            columns = _columns(headers, data)
            chunks = list(self._cut(chain(data, records), still_working))
        if not chunks:
            raise UnreadableFile("no_rows")
        return Inspected(delimiter, header_row, columns, chunks)

    def chunk(self, number: int) -> Iterator[Record]:
        """The rows of a stored chunk: (row number in the file, cells)."""
        with self._sealed_reader(f"chunk-{number}") as source:
            for row_number, *cells in csv.reader(io.TextIOWrapper(source, encoding="utf-8", newline="")):
                yield int(row_number), cells

    def delete(self) -> None:
        """Removes the source and all chunks."""
        self._storage.delete_prefix(self._prefix)

    def _head(self, encoding: str) -> str:
        with self._sealed_reader("source") as source:
            head = source.read(HEAD_BYTES).decode(encoding, errors="ignore")
        return head[: head.rfind("\n") + 1] or head

    def _cut(
        self, data: Iterator[Record], still_working: Callable[[], None]
    ) -> Iterator[tuple[int, int, int]]:
        for number, rows in enumerate(_chunks(data), 1):
            with self._sealed_writer(f"chunk-{number}") as target:
                text = io.TextIOWrapper(cast(BinaryIO, target), encoding="utf-8", newline="")
                csv.writer(text).writerows([row, *cells] for row, cells in rows)
                text.flush()
                text.detach()
            still_working()
            yield number, rows[0][0], len(rows)

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


def _chunks(data: Iterable[Record]) -> Iterator[list[Record]]:
    """The rows in lists that are bounded in number and in size, so that a worker's memory is too."""
    rows: list[Record] = []
    characters = 0
    for record in data:
        rows.append(record)
        characters += sum(map(len, record[1]))
        if len(rows) == CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
            yield rows
            rows, characters = [], 0
    if rows:
        yield rows


def _columns(headers: Sequence[str], data: Sequence[Record]) -> list[Column]:
    """The columns with their proposals. Raises UnreadableFile for one that may not be imported."""
    width = max([len(headers), *(len(cells) for _, cells in data)])
    names = unique_headers([*headers, *[""] * (width - len(headers))])
    values = [[cells[i] if i < len(cells) else "" for _, cells in data] for i in range(width)]
    for i, name in enumerate(names):
        if code := refused_column(name, values[i]):
            raise UnreadableFile(code, column=i + 1)
    proposals = propose(names, values)
    return [Column(proposal, _shown(values[i])) for i, proposal in enumerate(proposals)]


def _shown(values: Sequence[str]) -> list[str]:
    filled = dict.fromkeys(" ".join(value.split())[:SAMPLE_WIDTH] for value in values if value.strip())
    return list(filled)[:SAMPLES_SHOWN]
