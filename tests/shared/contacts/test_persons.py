"""Who is who does not depend on where a file is cut."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.contacts import persons
from shared.contacts.chunk_rows import Key
from shared.contacts.chunk_rows import Row as ImportRow
from shared.contacts.names import clearly_differ
from shared.contacts.persons import Holder, Person, Persons

NAMES = ["", "홍길동", "김영희", "이순신", "홍길둥"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sets(st.sampled_from(["phone 1", "phone 2", "phone 3"]), max_size=2),
        st.sets(st.sampled_from(["kakao_id 1"]), max_size=1),
        st.sets(st.sampled_from(["email 1", "email 2"]), max_size=1),
    ).filter(lambda written: any(written[1:])),
    max_size=9,
)
Written = tuple[str, set[str], set[str], set[str]]


@dataclass(eq=False)
class Row:
    """What joining looks at."""

    number: int
    name: str
    points: list[tuple[Key, str, bool]]

    @property
    def name_hash(self) -> bytes | None:
        return self.name.encode() or None


def row(number: int, written: Written) -> ImportRow:
    name, *points = written
    keys = [(value.split()[0], value.encode()) for kind in points for value in sorted(kind)]
    return cast(ImportRow, Row(number, name, [(key, "", False) for key in keys]))


@dataclass
class Store:
    """The contacts as chunks leave them: their names and rows, who has a point, then who shares it."""

    names: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, UUID] = field(default_factory=dict)
    points: dict[Key, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    refused: list[int] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def join(self, rows: list[ImportRow]) -> None:
        """One chunk."""
        holders = {key: self._holders(key) for one in rows for key, _, _ in one.points if key in self.points}
        joined = Persons(holders, self)
        for one in rows:
            joined.add(one)
        for person in joined.all():
            self._take(joined, person, new=holders.keys().isdisjoint)
        self.refused += [one.number for person in joined.refused for one in person.rows]

    def _holders(self, key: Key) -> list[Holder]:
        holder, *sharers = self.points[key]
        return [
            Holder(id_, self.names[id_][0].encode() if self.names[id_] else None, shares=id_ != holder)
            for id_ in (holder, *sorted(sharers))
        ]

    def of(self, contact_id: UUID) -> list[str]:
        return self.names[contact_id]

    @property
    def aliases(self) -> dict[UUID, set[bytes]]:
        return {id_: {name.encode() for name in names} for id_, names in self.names.items()}

    def has_phone(self, contact_id: UUID) -> bool:
        return any(key[0] == "phone" and whose[0] == contact_id for key, whose in self.points.items())

    def _take(self, joined: Persons, person: Person, new: Callable[[list[Key]], bool]) -> None:
        kept, *others = person.contact_ids or [UUID(int=next(self.ids))]
        self.names[kept] += [name for other in others for name in self.names.pop(other)]
        for key, whose in self.points.items():
            self.points[key] = list(dict.fromkeys(kept if one in others else one for one in whose))
        self.rows |= {number: kept for number, one in self.rows.items() if one in others}
        without = joined.goes_without(person)
        for one in person.rows:
            self.rows[one.number] = kept
            if one.name and one.name not in self.names[kept]:
                self.names[kept].append(one.name)
            for key, _, _ in one.points:
                if key not in without and kept not in self.points[key]:
                    first = new([key]) and joined.holder(key) is person
                    self.points[key].insert(0 if first else len(self.points[key]), kept)

    def told(self) -> Any:
        """Which rows are one contact, and whose each point is, by the first row of each."""
        first: dict[UUID, int] = {}
        for number, contact_id in sorted(self.rows.items()):
            first.setdefault(contact_id, number)
        groups = {number: first[contact_id] for number, contact_id in self.rows.items()}
        whose = {key: [first[one] for one in having][:1] for key, having in self.points.items()}
        return groups, whose, sorted(self.refused)


def imported(written: list[Written], size: int, store: Store | None = None) -> Store:
    store = store or Store()
    rows = [row(number, one) for number, one in enumerate(written)]
    for start in range(0, len(rows), size):
        store.join(rows[start : start + size])
    return store


OFFICE: list[Written] = [(name, {f"phone {name}"}, set(), {"email 1"}) for name in NAMES[1:4]]


@given(ROWS, st.integers(1, 4))
@example(OFFICE, 1)
@example([*OFFICE, ("", {"phone 홍길동"}, set(), {"email 2"}), *OFFICE], 2)
def test_the_same_people_however_the_file_is_cut(written: list[Written], size: int) -> None:
    assert imported(written, size).told() == imported(written, len(written) + 1).told()


@given(ROWS, st.integers(1, 4), st.integers(1, 4))
@example(OFFICE * 2, 2, 1)
def test_the_same_file_again_makes_nobody(written: list[Written], size: int, again: int) -> None:
    store = imported(written, size)
    people = len(store.names)
    assert len(imported(written, again, store).names) <= people


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=9), st.integers(1, 4))
def test_an_offices_list_again_joins_nobody(members: list[tuple[int, int]], size: int) -> None:
    """Everybody has a name and a phone; the addresses are shared as it comes."""
    office: list[Written] = [
        ("가나다라마"[who] * 3, {f"phone {who}"}, set(), {f"email {at}"}) for who, at in members
    ]
    store = imported(office, size)
    groups = store.told()[0]
    assert len(store.names) == len({who for who, _ in members})
    assert imported(office, size, store).told()[0] == groups


@given(st.sampled_from(["phone", "email", "kakao_id"]), st.integers(1, 30), st.integers(1, 7))
def test_a_point_is_shared_by_so_many_at_most(kind: str, people: int, size: int) -> None:
    at = f"{kind} crowd"
    crowd: list[Written] = [
        (
            chr(0xAC00 + 300 * n) * 3,
            {f"phone {n}"} | ({at} if kind == "phone" else set()),
            {at} if kind == "kakao_id" else set(),
            {at} if kind == "email" else set(),
        )
        for n in range(people)
    ]
    with patch.object(persons, "MAX_SHARERS", 5):
        store = imported(crowd, size)
    assert (len(store.names), len(store.points[(kind, at.encode())])) == (people, min(people, 6))


CROWD = st.lists(
    st.tuples(
        st.sampled_from(["", *("가나다라"[a] * 2 + "마바사"[b] for a in range(4) for b in range(3))]),
        st.sets(st.sampled_from(["phone 1", "phone 2", "phone 3"]), max_size=2),
        st.sets(st.sampled_from(["kakao_id 1"]), max_size=1),
        st.sets(st.sampled_from(["email 1"]), max_size=1),
    ).filter(lambda written: any(written[1:])),
    max_size=14,
)


# Two of one name share a phone: the older one has come to it later.
LATE: list[Written] = [
    *[("", set[str](), set[str](), {"email 1"})] * 3,
    ("가가마", set(), set(), {"email 1"}),
    ("다다마", {"phone 1"}, set(), set()),
    ("가가마", {"phone 1"}, set(), set()),
    ("나나마", {"phone 1"}, set(), {"email 1"}),
    ("가가마", {"phone 1"}, set(), set()),
]


@given(CROWD, st.integers(1, 4), st.integers(1, 4))
@example(LATE, 1, 1)
def test_a_crowd_is_the_same_people_however_its_file_is_cut(
    written: list[Written], size: int, again: int
) -> None:
    with patch.multiple(persons, MAX_SHARERS=2, MAX_OTHER_NAMES=1):
        store = imported(written, size)
        assert store.told() == imported(written, len(written) + 1).told()
        assert all(len(set(names)) <= 2 for names in store.names.values())
        people = len(store.names)
        assert len(imported(written, again, store).names) <= people


@pytest.mark.parametrize("kind", ["phone", "email", "kakao_id"])
def test_a_row_of_a_crowd_costs_what_any_other_costs(kind: str) -> None:
    """By the names that are compared: as many for 6,000 rows as for 3,000."""
    at = f"{kind} crowd"
    syllables = [chr(0xAC00 + 97 * n) for n in range(100)]

    def compared(rows: int) -> int:
        crowd: list[Written] = [
            (
                syllables[n % 20] + syllables[n // 20 % 20] + syllables[n // 400],
                {at if kind == "phone" else f"phone {n}"},
                {at} if kind == "kakao_id" else set(),
                {at} if kind == "email" else set(),
            )
            for n in range(rows)
        ]
        with patch.object(persons, "clearly_differ", wraps=clearly_differ) as differ:
            imported(crowd, 1_000)
        return differ.call_count

    assert 0 < compared(6_000) == compared(3_000)
