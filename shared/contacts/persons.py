"""Who is who in a chunk: rows joined to persons by the contact points they share with each other and with
the contacts. Pure: no database, no keys."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from shared.contacts.chunk_rows import Key, Row
from shared.contacts.names import clearly_differ

# So many share a point with its holder. It is an office's then, or made up, and says of nobody who they are:
# whoever comes after under a name of their own goes without it.
MAX_SHARERS = 50
# So many other names a contact takes of lists: nobody has more spellings. Who comes after is somebody else.
MAX_OTHER_NAMES = 20
_NONE: frozenset[Any] = frozenset()
_AGE = attrgetter("age")

Candidate = tuple[Key, "list[Person]"]  # a point of a row, and who has it
Age = tuple[bool, int]  # whether new, and the stored contact's id or the first row


class Known(Protocol):
    """What is asked of stored contacts.

    `aliases`: the hashes of the other names of those whom a row named otherwise than they are called.
    """

    @property
    def aliases(self) -> Mapping[UUID, AbstractSet[bytes]]: ...

    def of(self, contact_id: UUID) -> Sequence[str]:
        """The names under which a contact stands: its own and its aliases."""

    def has_phone(self, contact_id: UUID) -> bool:
        """Whether it has a phone that is not another one's."""


class Holder:
    """A stored contact that has a point or only shares it, and the hash of its name."""

    __slots__ = ("contact_id", "name_hash", "shares")

    def __init__(self, contact_id: UUID, name_hash: bytes | None, *, shares: bool) -> None:
        self.contact_id, self.name_hash, self.shares = contact_id, name_hash, shares


class Person:
    """Rows of one person, in the order of the file, and the stored contacts that they are."""

    __slots__ = ("age", "asked", "contact_ids", "joined", "name_hashes", "names", "owns_phone", "rows")

    def __init__(self, age: Age, contact_id: UUID | None = None, name_hash: bytes | None = None) -> None:
        self.age = age
        self.contact_ids = [contact_id] if contact_id else []
        self.rows: list[Row] = []
        self.names: list[str] | None = None if contact_id else []
        self.name_hashes = {name_hash} if name_hash else set()
        self.joined: Person | None = None  # the person that this one turned out to be
        self.owns_phone, self.asked = False, 0  # as the first `asked` of the rows tell

    @property
    def root(self) -> "Person":
        person = self
        while person.joined is not None:
            person = person.joined
        return person


class Persons:
    """Joins the rows of a chunk, fed in the order of the file.

    Rows that share a phone are one person, unless their names clearly differ (a family's phone); rows that
    share a Kakao id or an e-mail address are, unless their names clearly differ and each has a phone of its
    own (an office's address). All of it transitively, also by way of stored contacts: a point's holders are
    those contacts that have or share it. Of a point of many only an equal name tells whose it is.
    """

    def __init__(self, holders: Mapping[Key, Sequence[Holder]], known: Known) -> None:
        self._holders, self._known = holders, known
        self._of_contact: dict[UUID, Person] = {}
        self._of_key: dict[Key, list[Person]] = {}
        self._all: list[Person] = []
        self.crowded: dict[Key, list[Person]] = {}  # points of many, and who came after them
        self.refused: list[Person] = []  # rows that have no point but such

    def add(self, row: Row) -> None:
        """Finds the person of a row."""
        if not any(key in self._of_key or key in self._holders for key, _, _ in row.points):
            self._all.append(self._newcomer(row))
            return
        candidates = [(key, self._having(key)) for key, _, _ in row.points]
        person = self._find(row, candidates)
        if person is None:
            person = Person((True, row.number))
            alone = all(self._is_crowd(having) for _, having in candidates)
            (self.refused if alone else self._all).append(person)
        person.rows.append(row)
        if row.name_hash is not None and row.name_hash not in person.name_hashes:
            person.name_hashes.add(row.name_hash)
            self._names(person).append(row.name)
        for key, having in candidates:
            if not any(other.root is person for other in having):
                self._take_in(person, key, having)

    def _newcomer(self, row: Row) -> Person:
        """The person of a row none of whose points anybody has: most of a list that is new."""
        person = Person((True, row.number))
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
        """Those who have one of these points, and whoever shares any point with them or came after them."""
        found: set[Person] = set()
        seen: set[Key] = set()
        open_keys = {key for key in keys if key in self._of_key}
        while open_keys:
            seen |= open_keys
            people = {p.root for key in open_keys for p in (*self._of_key[key], *self.crowded.get(key, ()))}
            open_keys = {key for p in people - found for row in p.rows for key, _, _ in row.points} - seen
            found |= people
        return found

    def holder(self, key: Key) -> Person:
        """Whose a point is: the first of the persons who have it."""
        return self._of_key[key][0].root

    def goes_without(self, person: Person) -> frozenset[Key]:
        """The points of a person's rows that enough others share already."""
        keys = {key for row in person.rows for key, _, _ in row.points if key in self.crowded}
        return frozenset(key for key in keys if all(other.root is not person for other in self._of_key[key]))

    def _take_in(self, person: Person, key: Key, having: list[Person]) -> None:
        if self._is_crowd(having):
            self.crowded.setdefault(key, []).append(person)
        else:
            having.append(person)

    def _is_crowd(self, having: list[Person]) -> bool:
        """Whether a point has its holder and as many others as may share it; forgets who is one by now."""
        if len(having) > MAX_SHARERS:
            having[:] = dict.fromkeys(person.root for person in having)
        return len(having) > MAX_SHARERS

    def _having(self, key: Key) -> list[Person]:
        having = self._of_key.get(key)
        if having is None:
            having = self._of_key[key] = [self._stored(holder) for holder in self._holders.get(key, ())]
        return having

    def _stored(self, holder: Holder) -> Person:
        person = self._of_contact.get(holder.contact_id)
        if person is None:
            age = (False, holder.contact_id.int)
            person = self._of_contact[holder.contact_id] = Person(age, holder.contact_id, holder.name_hash)
            if self._known.aliases:
                person.name_hashes |= self._known.aliases.get(holder.contact_id, _NONE)
            self._all.append(person)
        return person

    def _find(self, row: Row, candidates: Sequence[Candidate]) -> Person | None:
        found: Person | None = None
        for (kind, _), having in candidates:
            other = self._same(row, kind, having, found, candidates) if having else None
            if other is None or other is found:
                continue
            if found is None:
                found = other
            elif (
                not self._names_decide(kind, other, found, candidates) or not self._differ(found, other)
            ) and self._have_room(row, found, other):
                found = self._join(found, other)
        return found

    def _same(
        self,
        row: Row,
        kind: str,
        having: list[Person],
        found: Person | None,
        candidates: Sequence[Candidate],
    ) -> Person | None:
        """The person of a point's holders that a row speaks of. An equal name goes before a similar one, who
        has the point before those who share it, and of those the older one, as they come of the database."""
        roots = [person.root for person in having]
        if len(roots) > 2:
            roots[1:] = sorted(roots[1:], key=_AGE)
        for person in roots:
            if row.name_hash in person.name_hashes:
                return person
        if row.name and self._is_crowd(having):
            return None
        for person in roots:
            if row.name and len(person.name_hashes) > MAX_OTHER_NAMES:
                continue
            if not self._names_decide(kind, person, found, candidates) or self._fits(row, person):
                return person
        return None

    def _names_decide(
        self, kind: str, other: Person, found: Person | None, candidates: Iterable[Candidate]
    ) -> bool:
        """Whether another name says that a point's holder is not whose row it is (`found` so far)."""
        if kind == "phone":
            return True
        return self._owns_phone(other) and (
            any(key[0] == "phone" and not having for key, having in candidates)
            or (found is not None and self._owns_phone(found))
        )

    def _owns_phone(self, person: Person) -> bool:
        if not person.owns_phone:
            rows, person.asked = person.rows[person.asked :], len(person.rows)
            person.owns_phone = any(
                key[0] == "phone" and self._of_key[key][0].root is person
                for row in rows
                for key, _, _ in row.points
            ) or any(map(self._known.has_phone, person.contact_ids))
        return person.owns_phone

    def _have_room(self, row: Row, one: Person, other: Person) -> bool:
        """Whether two persons and a row are no more names than one contact takes."""
        names = {row.name, *self._names(one), *self._names(other)} - {""}
        return len(names) <= MAX_OTHER_NAMES + 1

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
        kept.age = min(kept.age, gone.age)
        gone.joined = kept
        return kept

    def _names(self, person: Person) -> list[str]:
        if person.names is None:
            person.names = [name for id_ in person.contact_ids for name in self._known.of(id_) if name]
        return person.names
