"""Joins one chunk of a file with the contacts: new people are made, known ones take what the file adds."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from shared.contacts import store_chunks as store
from shared.contacts.chunk_rows import Chunk, Key, PointKeys, Rejected, Row, RowPoint, rejected
from shared.contacts.chunk_told import write_refusals, write_told
from shared.contacts.chunk_writes import ChunkWrites, ImportContext
from shared.contacts.contact_names import ContactNames
from shared.contacts.known_contacts import Change, Stored, change_of, fields_after, must_be_opened, not_taken
from shared.contacts.merging import merge
from shared.contacts.new_people import Ahead, NewContact, pack_point, pack_results, write_out
from shared.contacts.persons import Holder, Person, Persons
from shared.contacts.sealing import Sealer
from shared.kernel.database import Connection
from shared.privacy import erased

COUNTERS = ("created", "updated", "merged", "duplicate_rows", "unchanged", "shared_phones")
_COUNTER_OF = {"duplicate": "duplicate_rows"}
_AFTER_KNOWN = 100  # new points of a known contact come after its own


class ChunkMerge:
    """One attempt to join a chunk with the contacts, inside the chunk's transaction.

    Raises psycopg's UniqueViolation or DeadlockDetected when a member changed the same people meanwhile: try
    again with a new one.
    """

    def __init__(self, connection: Connection, context: ImportContext, ahead: Ahead | None) -> None:
        self._c, self._context, self._ahead = connection, context, ahead
        self._sealer = Sealer(context.cipher)
        self._names = ContactNames(connection, context.cipher)
        self._writes = ChunkWrites(context, self._sealer)
        self._holders: dict[Key, list[Holder]] = {}
        self._contacts: dict[UUID, Stored] = {}
        self._touched: set[UUID] = set()
        self._noted: set[UUID] = set()
        self._refusing: list[list[RowPoint]] = []
        self._persons = Persons(self._holders, self._names)
        self.counts = dict.fromkeys(COUNTERS, 0)

    def run(self, chunk: Chunk) -> dict[str, int]:
        """Writes everything the chunk brings. Returns the rows by their outcome."""
        rows, refused = self._without_erased(chunk.rows, chunk.points)
        self._find_holders(rows, PointKeys(rows) if refused else chunk.points)
        ahead: list[NewContact] = []
        crowded: list[Row] = []
        if self._ahead is not None and not refused:
            ahead, rows, crowded = self._ahead.split(self._holders)
        for row in rows:
            if row.not_taken:  # by somebody new, as it was thought to be
                row.go_without(())
            self._persons.add(row)
        persons = self._persons.all()
        if self._persons.refused:
            crowded += [row for person in self._persons.refused for row in person.rows]
            rows = [row for person in persons for row in person.rows]
        known = [person for person in persons if person.contact_ids]
        made = ahead + [
            write_out(person, self._persons, self._holders, self._sealer)
            for person in persons
            if not person.contact_ids
        ]
        self._add(made)
        if known:
            self._read(contact_id for person in known for contact_id in person.contact_ids)
            self._change(known)
        repaired = [row for new in ahead for row in new.rows if row.repaired]
        repaired += [row for row in rows if row.repaired]
        self.counts["repaired"] = len(repaired)
        self._writes.add_repairs(repaired)
        refused += [self._refused(row, "crowded_point") for row in crowded]
        self._writes.rejects += chunk.rejects + refused
        self.counts["rejected"] = len(self._writes.rejects)
        self._writes.write(self._c)
        told = [(new.id, row) for new in made for row in new.rows if row.tells]
        told += [(person.contact_ids[0], row) for person in known for row in person.rows if row.tells]
        self.counts |= write_told(self._c, self._context, told, self._shares_address)
        self._refusing += [_phones(row) for row in crowded if row.parsed.opted_out]
        self.counts["refusals"] += write_refusals(self._c, self._context, self._refusing, shown=False)
        return self.counts

    def _add(self, made: Sequence[NewContact]) -> None:
        self._writes.add(made)
        self.counts["created"] += len(made)
        self.counts["duplicate_rows"] += sum(len(new.rows) for new in made) - len(made)
        self.counts["shared_phones"] += sum(len(new.shared) for new in made)

    def _without_erased(self, rows: Sequence[Row], points: PointKeys) -> tuple[Sequence[Row], list[Rejected]]:
        """Rows without those of erased people: a list must not bring them back unnoticed. That they refuse
        counts all the same, on phones and on whatever was theirs."""
        gone = erased.among(self._c, points.hashes)
        if not gone:
            return rows, []
        hit = [row for row in rows if any(point.key[1] in gone for point in row.points)]
        self._refusing = [
            [point for point in row.points if point.key[0] == "phone" or point.key[1] in gone]
            for row in hit
            if row.parsed.opted_out
        ]
        numbers = {row.number for row in hit}
        refused = [self._refused(row, "erased") for row in hit]
        return [row for row in rows if row.number not in numbers], refused

    def _refused(self, row: Row, reason: str) -> Rejected:
        return rejected(self._context.cipher, row.number, row.cells, reason)

    def _find_holders(self, rows: Sequence[Row], points: PointKeys) -> None:
        for each in store.holders(self._c, points):
            holder = Holder(each["contact_id"], each["name_hash"], shares=each["shares"])
            self._holders.setdefault(points.keys[each["place"]], []).append(holder)
        if not self._holders:
            return
        self._names.load(
            {
                holder.contact_id
                for row in rows
                for point in row.points
                for holder in self._holders.get(point.key, ())
                if holder.name_hash != row.name_hash and row.name_hash is not None
            }
        )

    def _add_point(self, person: Person, contact_id: UUID, point: RowPoint, place: int) -> bool:
        """Gives a point to a known contact; one that another has is shared. True when given."""
        if self._has(person, point.key):
            return False
        sealed = self._sealer.point(point)
        if point.key in self._holders or self._persons.holder(point.key) is not person:
            self._writes.shared.append((contact_id, *point.key, sealed, point.textable))
            self.counts["shared_phones"] += 1
            return False
        self._writes.points.append(pack_point(contact_id.bytes, point, sealed, place))
        return True

    def _has(self, person: Person, key: Key) -> bool:
        return any(holder.contact_id in person.contact_ids for holder in self._holders.get(key, ()))

    def _shares_address(self, contact_id: UUID, key: Key) -> bool:
        """Whether an e-mail address or Kakao id that a contact's row gives is somebody else's."""
        shares = any(h.shares and h.contact_id == contact_id for h in self._holders.get(key, ()))
        return key[0] != "phone" and (shares or self._writes.is_shared(contact_id, key))

    def _note_results(self, person: Person, contact_id: UUID, outcome: str) -> None:
        self._writes.results.append(pack_results(person.rows, contact_id.bytes, outcome))
        self.counts[_COUNTER_OF.get(outcome, outcome)] += 1
        self.counts["duplicate_rows"] += len(person.rows) - 1

    def _read(self, contact_ids: Iterable[UUID]) -> None:
        import_id = self._context.import_id
        rows = store.known(self._c, list(contact_ids))
        older = [row["id"] for row in rows if row["import_id"] != import_id]
        if touched := store.touched(self._c, older, import_id):
            self._touched |= touched
            self._noted |= store.noted(self._c, touched, import_id)
        self._keep(rows)

    def _keep(self, rows: list[store.Row]) -> None:
        for row in rows:
            self._contacts[row["id"]] = Stored(
                row,
                self._names.aliases.get(row["id"], set()),
                created_here=row["import_id"] == self._context.import_id,
                touched=row["id"] in self._touched,
                noted=row["id"] in self._noted,
            )

    def _change(self, known: list[Person]) -> None:
        """What the file does to people who were there before. Only those who change are locked."""
        merged = self._merge_contacts([person for person in known if len(person.contact_ids) > 1])
        changing = [
            person.contact_ids[0] for person in known if self._change_of(person) or self._asks(person)
        ]
        rows = store.lock_known(self._c, changing) if changing else []
        self._keep(rows)
        locked = {row["id"] for row in rows}
        for person in known:
            contact_id = person.contact_ids[0]
            stored = self._contacts[contact_id]
            change = self._change_of(person) if contact_id in locked else None
            without = self._persons.goes_without(person) if self._persons.crowded else ()
            changed = change is not None and self._apply(person, stored, change, without)
            if without or stored.seen or len(person.rows) > 1:
                self._mark(person, stored, change, without)
            outcome = "merged" if contact_id in merged else "updated" if changed else "unchanged"
            self._note_results(person, contact_id, "duplicate" if stored.seen else outcome)

    def _change_of(self, person: Person) -> Change | None:
        """What a person's rows change in its contact; None for nothing at all."""
        stored = self._contacts[person.contact_ids[0]]
        if self._skips(stored):
            return None
        change = change_of(stored, person.rows, self._context.options, self._context.cipher)
        brings_points = any(not self._has(person, point.key) for row in person.rows for point in row.points)
        return change if brings_points or change.is_any else None

    def _asks(self, person: Person) -> bool:
        stored = self._contacts[person.contact_ids[0]]
        return must_be_opened(stored, person.rows) and not self._skips(stored)

    def _skips(self, stored: Stored) -> bool:
        return self._context.options.on_existing == "skip" and not stored.created_here

    def _mark(self, person: Person, stored: Stored, change: Change | None, without: Collection[Key]) -> None:
        """Marks the rows with what the contact does not take of them, though no mode says that it should not:
        of each the addresses of too many, of a person's further rows what the first one goes before."""
        for row in person.rows if without else ():
            row.go_without(row.values_of(without))
        further = person.rows if stored.seen else person.rows[1:]
        if not further or self._skips(stored):
            return
        values, hashes = fields_after(stored, person.rows, change, self._context.cipher)
        for row in further:
            row.go_without(row.not_taken + not_taken(row, values, hashes))

    def _apply(self, person: Person, stored: Stored, change: Change, without: Collection[Key]) -> bool:
        shared = self.counts["shared_phones"]
        points = {point.key: point for row in person.rows for point in row.points if point.key not in without}
        taken = [
            point.key
            for place, point in enumerate(points.values(), _AFTER_KNOWN)
            if self._add_point(person, stored.id, point, place)
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


def _phones(row: Row) -> list[RowPoint]:
    return [point for point in row.points if point.key[0] == "phone"]
