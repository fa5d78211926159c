"""Joins one chunk of a file with the contacts: new people are made, known ones take what the file adds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from shared.contacts import store_chunks as store
from shared.contacts.chunk_rows import Chunk, Key, Rejected, Row, RowPoint, rejected
from shared.contacts.chunk_told import write_told
from shared.contacts.chunk_writes import ChunkWrites, ImportContext
from shared.contacts.contact_names import ContactNames
from shared.contacts.known_contacts import Change, Stored, change_of, first_values, joined_tags
from shared.contacts.merging import merge
from shared.contacts.persons import Holder, Person, Persons
from shared.contacts.sealing import Sealer
from shared.kernel.database import Connection
from shared.kernel.ids import new_id
from shared.privacy import erased
from shared.security.cipher import TenantCipher

COUNTERS = ("created", "updated", "merged", "duplicate_rows", "unchanged", "shared_phones")
_COUNTER_OF = {"duplicate": "duplicate_rows"}
_AFTER_KNOWN = 100  # new points of a known contact come after its own


class SealedRow(NamedTuple):
    """A row as it is written if it is a new person's."""

    fields: tuple[bytes | None, ...]
    tokens: bytes
    points: list[bytes]


def seal_ahead(cipher: TenantCipher, rows: Sequence[Row]) -> dict[int, SealedRow]:
    """Seals rows of probably new people before their chunk's turn, so that workers do it in parallel."""
    sealer = Sealer(cipher)
    return {
        row.number: SealedRow(
            sealer.fields(row.values, row.hashes),
            sealer.tokens((row,)),
            [sealer.point(p) for p in row.points],
        )
        for row in rows
    }


class ChunkMerge:
    """One attempt to join a chunk with the contacts, inside the chunk's transaction.

    Raises psycopg's UniqueViolation or DeadlockDetected when a member changed the same people meanwhile: try
    again with a new one.
    """

    def __init__(
        self, connection: Connection, context: ImportContext, ahead: Mapping[int, SealedRow]
    ) -> None:
        self._c, self._context, self._ahead = connection, context, ahead
        self._sealer = Sealer(context.cipher)
        self._names = ContactNames(connection, context.cipher)
        self._writes = ChunkWrites(context, self._sealer)
        self._holders: dict[Key, list[Holder]] = {}
        self._contacts: dict[UUID, Stored] = {}
        self._touched: set[UUID] = set()
        self._persons = Persons(self._holders, self._names.of)
        self.counts = dict.fromkeys(COUNTERS, 0)

    def run(self, chunk: Chunk) -> dict[str, int]:
        """Writes everything the chunk brings. Returns the rows by their outcome."""
        rows, refused = self._without_erased(chunk.rows)
        self._find_holders(rows)
        for row in rows:
            self._persons.add(row)
        persons = self._persons.all()
        known = [person for person in persons if person.contact_ids]
        for person in [person for person in persons if not person.contact_ids]:
            self._make(person)
        if known:
            self._read(contact_id for person in known for contact_id in person.contact_ids)
            self._change(known)
        self._writes.rejects += chunk.rejects + refused
        self.counts["rejected"] = len(self._writes.rejects)
        self.counts["repaired"] = sum(repaired for *_, repaired in self._writes.results)
        self._writes.write(self._c)
        write_told(self._c, self._context, persons)
        return self.counts

    def _without_erased(self, rows: Sequence[Row]) -> tuple[Sequence[Row], list[Rejected]]:
        """Rows without those of erased people: a list must not bring them back unnoticed."""
        gone = erased.among(self._c, {point.key[1] for row in rows for point in row.points})
        if not gone:
            return rows, []
        hit = [row for row in rows if any(point.key[1] in gone for point in row.points)]
        numbers = {row.number for row in hit}
        cipher = self._context.cipher
        refused = [rejected(cipher, row.number, row.cells, "erased") for row in hit]
        return [row for row in rows if row.number not in numbers], refused

    def _find_holders(self, rows: Sequence[Row]) -> None:
        keys = list({point.key: None for row in rows for point in row.points})
        for each in store.holders(self._c, keys):
            holder = Holder(each["contact_id"], each["name_hash"], shares=each["shares"])
            self._holders.setdefault(keys[each["place"]], []).append(holder)
        self._names.load(
            {
                holder.contact_id
                for row in rows
                for point in row.points
                for holder in self._holders.get(point.key, ())
                if holder.name_hash != row.name_hash and row.name_hash is not None
            }
        )

    def _make(self, person: Person) -> None:
        """A new contact. A field is the first row's that has it; tags and points are all rows'."""
        contact_id, rows, first = new_id(), person.rows, person.rows[0]
        person.contact_ids.append(contact_id)
        ahead = self._ahead.get(first.number)
        if ahead is not None and len(rows) == 1:
            fields, tokens = ahead.fields, ahead.tokens
        else:
            values, hashes = first_values(rows)
            fields, tokens = self._sealer.fields(values, hashes), self._sealer.tokens(rows)
            names = {
                row.name_hash: row.name for row in reversed(rows) if row.name_hash not in (None, hashes[0])
            }
            self._writes.add_aliases(contact_id, names.items())
        self._writes.contacts.append((contact_id, *fields, self._sealer.tags(joined_tags(rows)), tokens))
        for position, (point, sealed) in enumerate(self._points_of(person)):
            self._add_point(person, contact_id, point, sealed, position)
        self._note_results(person, contact_id, "created")

    def _points_of(self, person: Person) -> Iterable[tuple[RowPoint, bytes | None]]:
        """A person's distinct points, with their sealed values where they were made ahead."""
        found: dict[Key, tuple[RowPoint, bytes | None]] = {}
        for row in person.rows:
            ahead = self._ahead.get(row.number)
            for i, point in enumerate(row.points):
                found.setdefault(point.key, (point, ahead.points[i] if ahead else None))
        return found.values()

    def _add_point(
        self, person: Person, contact_id: UUID, point: RowPoint, sealed: bytes | None, position: int
    ) -> bool:
        """Gives a point to a contact; one that another has is shared. True when given."""
        if self._has(person, point.key):
            return False
        row: tuple[Any, ...] = (contact_id, *point.key, sealed or self._sealer.point(point), point.textable)
        if point.key in self._holders or self._persons.holder(point.key) is not person:
            self._writes.shared.append(row)
            self.counts["shared_phones"] += 1
            return False
        self._writes.points.append((*row, position))
        return True

    def _has(self, person: Person, key: Key) -> bool:
        return any(holder.contact_id in person.contact_ids for holder in self._holders.get(key, ()))

    def _note_results(self, person: Person, contact_id: UUID, outcome: str) -> None:
        for row in person.rows:
            self._writes.results.append((row.number, contact_id, outcome, row.parsed.repaired))
            self.counts[_COUNTER_OF.get(outcome, outcome)] += 1
            outcome = "duplicate"

    def _read(self, contact_ids: Iterable[UUID]) -> None:
        import_id = self._context.import_id
        rows = store.known(self._c, list(contact_ids))
        older = [row["id"] for row in rows if row["import_id"] != import_id]
        self._touched |= store.touched(self._c, older, import_id)
        self._keep(rows)

    def _keep(self, rows: list[store.Row]) -> None:
        for row in rows:
            self._contacts[row["id"]] = Stored(
                row,
                self._names.alias_hashes.get(row["id"], set()),
                created_here=row["import_id"] == self._context.import_id,
                touched=row["id"] in self._touched,
            )

    def _change(self, known: list[Person]) -> None:
        """What the file does to people who were there before. Only those who change are locked."""
        merged = self._merge_contacts([person for person in known if len(person.contact_ids) > 1])
        changing = [person.contact_ids[0] for person in known if self._change_of(person)]
        rows = store.lock_known(self._c, changing) if changing else []
        self._keep(rows)
        locked = {row["id"] for row in rows}
        for person in known:
            contact_id = person.contact_ids[0]
            stored = self._contacts[contact_id]
            change = self._change_of(person) if contact_id in locked else None
            changed = change is not None and self._apply(person, stored, change)
            outcome = "merged" if contact_id in merged else "updated" if changed else "unchanged"
            self._note_results(person, contact_id, "duplicate" if stored.seen else outcome)

    def _change_of(self, person: Person) -> Change | None:
        """What a person's rows change in its contact; None for nothing at all."""
        stored, options = self._contacts[person.contact_ids[0]], self._context.options
        if options.on_existing == "skip" and not stored.seen:
            return None
        change = change_of(stored, person.rows, options, self._context.cipher)
        brings_points = any(not self._has(person, point.key) for row in person.rows for point in row.points)
        return change if brings_points or change.is_any else None

    def _apply(self, person: Person, stored: Stored, change: Change) -> bool:
        shared = self.counts["shared_phones"]
        taken = [
            point.key
            for place, (point, sealed) in enumerate(self._points_of(person))
            if self._add_point(person, stored.id, point, sealed, _AFTER_KNOWN + place)
        ]
        if not (taken or change.is_any or self.counts["shared_phones"] > shared):
            return False
        self._writes.change(stored, change, person.rows, taken)
        return True

    def _merge_contacts(self, persons: list[Person]) -> set[UUID]:
        """Joins contacts which the file shows to be one person; the oldest stays. Whose row is `merged`."""
        merged: set[UUID] = set()
        context = self._context
        for person in persons:
            kept, *others = person.contact_ids
            older = [self._contacts[contact_id] for contact_id in person.contact_ids]
            merge(self._c, context.cipher, context.member_id, kept, others, import_id=context.import_id)
            taken_over = store.take_over_results(self._c, context.import_id, kept, others)
            self.counts["created"] -= taken_over
            self.counts["duplicate_rows"] += taken_over
            if sum(not each.created_here for each in older) > 1:
                merged.add(kept)
        self._read([person.contact_ids[0] for person in persons])
        return merged
