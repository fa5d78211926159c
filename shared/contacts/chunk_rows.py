"""The rows of a chunk, read and hashed: what joining them with the contacts needs. Nothing is sealed yet."""

from collections.abc import Collection, Container, Iterable, Sequence
from typing import NamedTuple

from shared.contacts.csv_reader import Record
from shared.contacts.customs import custom_text
from shared.contacts.identifiers import mask_identifiers
from shared.contacts.phones import national
from shared.contacts.rows import MAX_WRITTEN, ParsedRow, RejectedRow, RowParser
from shared.contacts.store import FIELDS
from shared.kernel.binary_format import field, hash_parameter, text_parameter
from shared.kernel.collector import collector_at_rest
from shared.security.cipher import TenantCipher

Key = tuple[str, bytes]  # a contact point: kind and keyed hash


class RowPoint(NamedTuple):
    """A contact point of a row: its key, the normalised value, and whether it can be texted."""

    key: Key
    value: str
    textable: bool


class Row:
    """One accepted row: fields as text and as keyed hashes (in the order of FIELDS), points, tags."""

    __slots__ = (
        "cells",
        "hashes",
        "left_out",
        "name",
        "name_hash",
        "not_taken",
        "number",
        "parsed",
        "points",
        "repaired",
        "tags",
        "tells",
        "values",
    )

    def __init__(
        self, number: int, cells: list[str], parsed: ParsedRow, tags: tuple[str, ...], hashers: "Hashers"
    ) -> None:
        self.number, self.cells, self.parsed = number, cells, parsed
        self.name, self.tags, self.repaired = parsed.name, tags, parsed.repaired
        self.left_out: tuple[str, ...] = ()
        self.not_taken: tuple[tuple[str, str], ...] = ()
        # Whether the list says something of the person's will.
        self.tells = parsed.opted_out or parsed.consented is True
        custom = custom_text(parsed.custom) if parsed.custom else ""
        self.values = (parsed.name, parsed.address, parsed.birth, parsed.note, custom)
        hash_name, hash_address, hash_birth, hash_note, hash_custom = hashers.fields
        self.hashes = (
            hash_name(parsed.name) if parsed.name else None,
            hash_address(parsed.address) if parsed.address else None,
            hash_birth(parsed.birth) if parsed.birth else None,
            hash_note(parsed.note) if parsed.note else None,
            hash_custom(custom) if custom else None,
        )
        self.name_hash = self.hashes[0]
        hash_of = hashers.points
        self.points = [
            RowPoint((kind, hash_of[kind](value)), value, textable)
            for kind, value, textable, _, _ in parsed.points
        ]

    def leave_out(self, tags: Container[str]) -> None:
        """Takes tags off the row that the camp has no room for; the row is marked with them."""
        self.left_out = tuple(tag for tag in self.tags if tag in tags)
        self.tags = tuple(tag for tag in self.tags if tag not in tags)
        self.repaired = self.repaired or bool(self.left_out)

    def values_of(self, keys: Collection[Key]) -> tuple[tuple[str, str], ...]:
        """Those of the row's points as people write them: (kind, value)."""
        if not keys:
            return ()
        return tuple(
            (key[0], national(value) if key[0] == "phone" else value)
            for key, value, _ in self.points
            if key in keys
        )

    def go_without(self, values: tuple[tuple[str, str], ...]) -> None:
        """Marks the row with what it says and its person does not get: (field or kind of point, value)."""
        if values or self.not_taken:
            self.not_taken = values
            self.repaired = self.parsed.repaired or bool(self.left_out or values)

    @property
    def repairs(self) -> list[tuple[str, str, str]]:
        """What was read otherwise than it was written: (kind or `tags`, as written, what became of it)."""
        lost = [("tags", ", ".join(self.left_out))] if self.left_out else []
        lost += self.not_taken
        return self.parsed.repairs + [(field, value[:MAX_WRITTEN], "") for field, value in lost]


class Hashers:
    """The keyed hashes of a tenant's values: of `fields` in the order of FIELDS, of `points` by kind."""

    __slots__ = ("fields", "points")

    def __init__(self, cipher: TenantCipher) -> None:
        self.fields = [cipher.field_hasher(name) for name in FIELDS]
        self.points = {kind: cipher.point_hasher(kind) for kind in _KINDS}


class Rejected(NamedTuple):
    """A row that is not imported: its number, the reason's code, its cells sealed."""

    number: int
    reason: str
    cells: bytes


class PointKeys:
    """The distinct points of rows, also as parameters of a query."""

    __slots__ = ("hashes", "keys", "kinds")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.keys = list({key: None for row in rows for key, _, _ in row.points})
        self.kinds = text_parameter([_KINDS[kind] for kind, _ in self.keys])
        self.hashes = hash_parameter([point_hash for _, point_hash in self.keys])


_KINDS = {kind: field(kind.encode()) for kind in ("phone", "email", "kakao_id")}


class Chunk(NamedTuple):
    """What a chunk holds, in the order of the file."""

    rows: list[Row]
    rejects: list[Rejected]
    points: PointKeys


def read_chunk(
    cipher: TenantCipher, records: Iterable[Record], parser: RowParser, tags: Sequence[str]
) -> Chunk:
    """Parses and hashes a chunk's records. `tags` are given to every row."""
    rows: list[Row] = []
    rejects: list[Rejected] = []
    default = tuple(tags)
    hashers = Hashers(cipher)
    with collector_at_rest():
        for number, cells in records:
            parsed = parser.parse(cells)
            if isinstance(parsed, RejectedRow):
                rejects.append(rejected(cipher, number, cells, parsed.reason))
                continue
            joined = tuple(dict.fromkeys((*parsed.tags, *default))) if parsed.tags else default
            rows.append(Row(number, cells, parsed, joined, hashers))
    return Chunk(rows, rejects, PointKeys(rows))


def rejected(cipher: TenantCipher, number: int, cells: list[str], reason: str) -> Rejected:
    """A row as it is kept for mending."""
    return Rejected(number, reason, cipher.seal_json("reject", mask_identifiers(cells)))
