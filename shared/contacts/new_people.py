"""People whom a chunk brings and the camp does not know, written out as the database takes them.

Most of a new list is that, so it is done before the chunk's turn, by workers side by side. Whom the camp
knows after all is found in the turn, and only those people are done again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import uuid_utils

from shared.contacts.chunk_rows import Key, Row, RowPoint
from shared.contacts.known_contacts import first_values, joined_tags, not_taken
from shared.contacts.persons import Person, Persons
from shared.contacts.sealing import Sealer
from shared.contacts.store import FIELDS
from shared.kernel.binary_format import (
    FALSE,
    HASH_LENGTH,
    LENGTHS,
    TRUE,
    UUID_LENGTH,
    field,
    int2_field,
    packed_int4,
    row_head,
)
from shared.security.cipher import TenantCipher

_CONTACT = row_head(3 + 2 * len(FIELDS)) + UUID_LENGTH
_ADDRESS, _CUSTOM = FIELDS.index("address"), FIELDS.index("custom")
_POINT = row_head(6) + UUID_LENGTH
_RESULT = row_head(4) + LENGTHS[4]
_KINDS = {kind: field(kind.encode()) + HASH_LENGTH for kind in ("phone", "email", "kakao_id")}
_OUTCOMES = {
    name: field(name.encode()) for name in ("created", "updated", "merged", "unchanged", "duplicate")
}
_CREATED = _OUTCOMES["created"]


class NewContact(NamedTuple):
    """A new contact's rows for COPY: `contact`, `points` and `results` packed, the rare others as tuples."""

    id_bytes: bytes
    rows: Sequence[Row]
    contact: bytes
    points: bytes
    shared: Sequence[tuple[Any, ...]]
    aliases: Sequence[tuple[Any, ...]]
    results: bytes

    @property
    def id(self) -> UUID:
        return UUID(bytes=self.id_bytes)


def write_out(person: Person, persons: Persons, held: Collection[Key], sealer: Sealer) -> NewContact:
    """A new contact. A field is the first row's that has it; tags and points are all rows'.

    Points in `held`, or of another person of the chunk, are shared: somebody else has them.
    """
    rows = person.rows
    id_bytes = uuid_utils.uuid7().bytes
    contact_id = UUID(bytes=id_bytes)
    values, hashes = first_values(rows, sealer.field_hash)
    points: list[bytes] = []
    shared: list[tuple[Any, ...]] = []
    without = persons.goes_without(person) if persons.crowded else ()
    for row in rows:
        row.go_without(row.values_of(without) + not_taken(row, values, hashes))
    for place, point in enumerate({p.key: p for row in rows for p in row.points}.values()):
        if point.key in without:
            continue
        key, sealed = point.key, sealer.point(point)
        if key in held or persons.holder(key) is not person:
            shared.append((contact_id, *key, sealed, point.textable))
        else:
            points.append(pack_point(id_bytes, point, sealed, place))
    others = {row.name_hash: row.name for row in reversed(rows) if row.name_hash not in (None, hashes[0])}
    return NewContact(
        id_bytes,
        rows,
        _pack_contact(id_bytes, values, hashes, joined_tags(rows), rows, sealer),
        b"".join(points),
        shared,
        [(contact_id, value, sealer.field("name", name)) for value, name in others.items()],
        pack_results(rows, id_bytes, "created"),
    )


def write_out_alone(row: Row, sealer: Sealer) -> NewContact:
    """The same of one row that nothing in its chunk has to do with and nobody holds a point of."""
    id_bytes = uuid_utils.uuid7().bytes
    rows = (row,)
    seal = sealer.point
    points = [pack_point(id_bytes, point, seal(point), place) for place, point in enumerate(row.points)]
    return NewContact(
        id_bytes,
        rows,
        _pack_contact(id_bytes, row.values, row.hashes, row.tags, rows, sealer),
        points[0] if len(points) == 1 else b"".join(points),
        (),
        (),
        _pack_result(row, id_bytes, _CREATED),
    )


def _pack_contact(
    id_bytes: bytes,
    values: Sequence[str],
    hashes: Sequence[bytes | None],
    tags: tuple[str, ...],
    rows: Iterable[Row],
    sealer: Sealer,
) -> bytes:
    """A row of `store_chunks.insert_contacts`."""
    fields = sealer.fields(values, hashes)
    tokens = sealer.tokens(rows, values[_ADDRESS], values[_CUSTOM])
    return b"".join((_CONTACT, id_bytes, fields, field(sealer.tags(tags)), field(tokens)))


def pack_point(id_bytes: bytes, point: RowPoint, sealed: bytes, place: int) -> bytes:
    """A row of `store_chunks.insert_points`."""
    (kind, point_hash), _, textable = point
    mark = TRUE if textable else FALSE
    return b"".join((_POINT, id_bytes, _KINDS[kind], point_hash, field(sealed), mark, int2_field(place)))


def pack_results(rows: Iterable[Row], id_bytes: bytes, outcome: str) -> bytes:
    """Rows of `store_chunks.insert_results`: the first has the outcome, the others are its duplicates."""
    first, *others = rows
    packed = [_pack_result(first, id_bytes, _OUTCOMES[outcome])]
    packed += [_pack_result(row, id_bytes, _OUTCOMES["duplicate"]) for row in others]
    return b"".join(packed)


def _pack_result(row: Row, id_bytes: bytes, outcome: bytes) -> bytes:
    mark = TRUE if row.repaired else FALSE
    return b"".join((_RESULT, packed_int4(row.number), UUID_LENGTH, id_bytes, outcome, mark))


class _Nobody:
    """What a camp that knows nobody tells of its contacts."""

    aliases: Mapping[UUID, frozenset[bytes]] = MappingProxyType({})

    def of(self, contact_id: UUID) -> tuple[str, ...]:
        return ()

    def has_phone(self, contact_id: UUID) -> bool:
        return False


class Ahead:
    """A chunk's people as they are if the camp knows none of them."""

    def __init__(self, cipher: TenantCipher, rows: Sequence[Row]) -> None:
        sealer = Sealer(cipher)
        self._first_row, shared = _rows_by_point(rows)
        self._persons = Persons({}, _Nobody())
        self._alone: dict[Row, NewContact] = {}
        for row in rows:
            if shared and any(key in shared for key, _, _ in row.points):
                self._persons.add(row)
            else:
                self._alone[row] = write_out_alone(row, sealer)
        self._new = {person: write_out(person, self._persons, (), sealer) for person in self._persons.all()}

    def split(self, held: Mapping[Key, Any]) -> tuple[list[NewContact], list[Row], list[Row]]:
        """The people who are new, the rows of those who are not or share a point with one who is not, and
        the rows that have no point for themselves."""
        known = self._persons.around(held)
        rows = [row for person in known for row in person.rows]
        new = [made for person, made in self._new.items() if person not in known]
        alone = {self._first_row[key] for key in held if key in self._first_row} & self._alone.keys()
        rows += alone
        new += (
            [made for row, made in self._alone.items() if row not in alone] if alone else self._alone.values()
        )
        refused = [row for person in self._persons.refused if person not in known for row in person.rows]
        return new, sorted(rows, key=lambda row: row.number), refused


def _rows_by_point(rows: Iterable[Row]) -> tuple[dict[Key, Row], set[Key]]:
    """The first row that has each point, and the points that several rows have."""
    first: dict[Key, Row] = {}
    several: set[Key] = set()
    for row in rows:
        for key, _, _ in row.points:
            if first.setdefault(key, row) is not row:
                several.add(key)
    return first, several
