"""Who is who in a chunk: rows joined to persons by the contact points they share with each other and with
the contacts. Pure: no database, no keys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from shared.contacts.chunk_rows import Key, Row
from shared.contacts.names import clearly_differ

# The names under which a contact stands: its own and its aliases.
NamesOf = Callable[[UUID], Sequence[str]]


class Holder:
    """A stored contact that has a point or only shares it, and the hash of its name."""

    __slots__ = ("contact_id", "name_hash", "shares")

    def __init__(self, contact_id: UUID, name_hash: bytes | None, *, shares: bool) -> None:
        self.contact_id, self.name_hash, self.shares = contact_id, name_hash, shares


class Person:
    """Rows of one person, in the order of the file, and the stored contacts that they are."""

    __slots__ = ("contact_ids", "joined", "name_hashes", "names", "rows")

    def __init__(self, contact_id: UUID | None = None, name_hash: bytes | None = None) -> None:
        self.contact_ids = [contact_id] if contact_id else []
        self.rows: list[Row] = []
        self.names: list[str] | None = None if contact_id else []
        self.name_hashes = {name_hash} if name_hash else set()
        self.joined: Person | None = None  # the person that this one turned out to be

    @property
    def root(self) -> "Person":
        person = self
        while person.joined is not None:
            person = person.joined
        return person


class Persons:
    """Joins the rows of a chunk, fed in the order of the file.

    Rows that share an e-mail address or a Kakao id are one person; rows that share a phone are, unless their
    names clearly differ (a family's phone). All of it transitively, also by way of stored contacts: a point's
    holders are those contacts that have or share it.
    """

    def __init__(self, holders: Mapping[Key, Sequence[Holder]], names_of: NamesOf) -> None:
        self._holders, self._names_of = holders, names_of
        self._of_contact: dict[UUID, Person] = {}
        self._of_key: dict[Key, list[Person]] = {}
        self._all: list[Person] = []

    def add(self, row: Row) -> None:
        """Finds the person of a row."""
        if not any(key in self._of_key or key in self._holders for key, _, _ in row.points):
            self._all.append(self._newcomer(row))
            return
        candidates = [(key, self._having(key)) for key, _, _ in row.points]
        person = self._find(row, candidates)
        if person is None:
            person = Person()
            self._all.append(person)
        person.rows.append(row)
        if row.name_hash is not None and row.name_hash not in person.name_hashes:
            person.name_hashes.add(row.name_hash)
            self._names(person).append(row.name)
        for _, having in candidates:
            if not any(other.root is person for other in having):
                having.append(person)

    def _newcomer(self, row: Row) -> Person:
        """The person of a row none of whose points anybody has: most of a list that is new."""
        person = Person()
        person.rows.append(row)
        if row.name_hash is not None:
            person.name_hashes.add(row.name_hash)
            person.names = [row.name]
        self._of_key.update((key, [person]) for key, _, _ in row.points)
        return person

    def all(self) -> list[Person]:
        """The persons that have rows, by their first row; a person's contacts in the order of their age."""
        roots = [person for person in self._all if person.joined is None and person.rows]
        for person in roots:
            if len(person.rows) > 1:
                person.rows.sort(key=lambda row: row.number)
            person.contact_ids.sort()
        return sorted(roots, key=lambda person: person.rows[0].number)

    def around(self, keys: Iterable[Key]) -> set[Person]:
        """Those who have one of these points, and whoever shares any point with them."""
        found: set[Person] = set()
        open_keys = [key for key in keys if key in self._of_key]
        while open_keys:
            for person in {person.root for person in self._of_key[open_keys.pop()]} - found:
                found.add(person)
                open_keys += [key for row in person.rows for key, _, _ in row.points]
        return found

    def holder(self, key: Key) -> Person:
        """Whose a point is: the first of the persons who have it."""
        return self._of_key[key][0].root

    def _having(self, key: Key) -> list[Person]:
        having = self._of_key.get(key)
        if having is None:
            having = self._of_key[key] = [self._stored(holder) for holder in self._holders.get(key, ())]
        return having

    def _stored(self, holder: Holder) -> Person:
        person = self._of_contact.get(holder.contact_id)
        if person is None:
            person = self._of_contact[holder.contact_id] = Person(holder.contact_id, holder.name_hash)
            self._all.append(person)
        return person

    def _find(self, row: Row, candidates: Iterable[tuple[Key, list[Person]]]) -> Person | None:
        found: Person | None = None
        for (kind, _), having in candidates:
            other = self._same(row, kind, having) if having else None
            if other is None or other is found:
                continue
            if found is None:
                found = other
            elif kind != "phone" or not self._differ(found, other):
                found = self._join(found, other)
        return found

    def _same(self, row: Row, kind: str, having: list[Person]) -> Person | None:
        """The person of a point's holders that a row speaks of. An equal name goes before a similar one."""
        roots = [person.root for person in having]
        for person in roots:
            if row.name_hash in person.name_hashes:
                return person
        if kind != "phone":
            return roots[0]
        return next((person for person in roots if self._fits(row, person)), None)

    def _fits(self, row: Row, person: Person) -> bool:
        if not row.name or not person.name_hashes:
            return True
        return any(not clearly_differ(row.name, name) for name in self._names(person))

    def _differ(self, one: Person, other: Person) -> bool:
        if not one.name_hashes or not other.name_hashes or one.name_hashes & other.name_hashes:
            return False
        return all(clearly_differ(a, b) for a in self._names(one) for b in self._names(other))

    def _join(self, one: Person, other: Person) -> Person:
        # The one with stored contacts stays, so that its points keep their holder.
        kept, gone = (one, other) if one.contact_ids or not other.contact_ids else (other, one)
        names = [*self._names(kept), *self._names(gone)] if kept.name_hashes or gone.name_hashes else []
        kept.names = list(dict.fromkeys(names))
        kept.name_hashes |= gone.name_hashes
        kept.rows += gone.rows
        kept.contact_ids += gone.contact_ids
        gone.joined = kept
        return kept

    def _names(self, person: Person) -> list[str]:
        if person.names is None:
            person.names = [name for id_ in person.contact_ids for name in self._names_of(id_) if name]
        return person.names
