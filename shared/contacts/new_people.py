"""People whom a chunk brings and the camp does not know, written out as the database takes them.

Most of a new list is that, so it is done before the chunk's turn, by workers side by side. Whom the camp
knows after all is found in the turn, and only those people are done again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import uuid_utils

from shared.contacts.binary_arrays import packed_bool, packed_int2, packed_int4, packed_row
from shared.contacts.chunk_rows import Key, Row
from shared.contacts.known_contacts import first_values, joined_tags
from shared.contacts.persons import Person, Persons
from shared.contacts.sealing import Sealer
from shared.security.cipher import TenantCipher

_KINDS = {kind: kind.encode() for kind in ("phone", "email", "kakao_id")}
_OUTCOMES = {name: name.encode() for name in ("created", "updated", "merged", "unchanged", "duplicate")}


class NewContact(NamedTuple):
    """A new contact's rows for COPY: `contact`, `points` and `results` packed, the rare others as tuples."""

    id: UUID
    rows: Sequence[Row]
    contact: bytes
    points: list[bytes]
    shared: list[tuple[Any, ...]]
    aliases: list[tuple[Any, ...]]
    results: list[bytes]


def write_out(person: Person, persons: Persons, held: Collection[Key], sealer: Sealer) -> NewContact:
    """A new contact. A field is the first row's that has it; tags and points are all rows'.

    Points in `held`, or of another person of the chunk, are shared: somebody else has them.
    """
    rows = person.rows
    made = uuid_utils.uuid7()
    contact_id, id_bytes = UUID(int=made.int), made.bytes
    values, hashes = first_values(rows)
    fields = sealer.fields(values, hashes)
    contact = packed_row(id_bytes, *fields, sealer.tags(joined_tags(rows)), sealer.tokens(rows))
    new = NewContact(contact_id, rows, contact, [], [], [], pack_results(rows, id_bytes, "created"))
    points = rows[0].points if len(rows) == 1 else {p.key: p for row in rows for p in row.points}.values()
    for place, point in enumerate(points):
        key, sealed = point.key, sealer.point(point)
        if key in held or persons.holder(key) is not person:
            new.shared.append((contact_id, *key, sealed, point.textable))
        else:
            new.points.append(pack_point(id_bytes, key, sealed, textable=point.textable, place=place))
    if len(rows) > 1:
        others = {row.name_hash: row.name for row in reversed(rows) if row.name_hash not in (None, hashes[0])}
        new.aliases.extend((contact_id, value, sealer.field("name", name)) for value, name in others.items())
    return new


def pack_point(id_bytes: bytes, key: Key, sealed: bytes, *, textable: bool, place: int) -> bytes:
    """A row of `store_chunks.insert_points`."""
    kind, point_hash = key
    return packed_row(id_bytes, _KINDS[kind], point_hash, sealed, packed_bool(textable), packed_int2(place))


def pack_results(rows: Iterable[Row], id_bytes: bytes, outcome: str) -> list[bytes]:
    """Rows of `store_chunks.insert_results`: the first has the outcome, the others are its duplicates."""
    packed: list[bytes] = []
    for row in rows:
        repaired = packed_bool(row.repaired)
        packed.append(packed_row(packed_int4(row.number), id_bytes, _OUTCOMES[outcome], repaired))
        outcome = "duplicate"
    return packed


class Ahead:
    """A chunk's people as they are if the camp knows none of them."""

    def __init__(self, cipher: TenantCipher, rows: Sequence[Row]) -> None:
        self._persons = Persons({}, lambda _: ())
        for row in rows:
            self._persons.add(row)
        sealer = Sealer(cipher)
        self._new = {person: write_out(person, self._persons, (), sealer) for person in self._persons.all()}

    def split(self, held: Mapping[Key, Any]) -> tuple[list[NewContact], list[Row]]:
        """The people who are new, and the rows of those who are not or share a point with one who is not."""
        known = self._persons.around(held)
        new = [made for person, made in self._new.items() if person not in known]
        rows = [row for person in known for row in person.rows]
        return new, sorted(rows, key=lambda row: row.number)
