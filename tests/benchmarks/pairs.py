"""How well pairs were found: precision, recall, F1, and what merging the right ones would join."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple, TypeVar

from shared.contacts.block_keys import block_keys
from shared.contacts.comparable import Person
from shared.contacts.reviewing import BLOCK_CAP
from shared.contacts.similarity import likeness
from shared.contacts.thirds import by_thirds

Item = TypeVar("Item", bound=Hashable)
Pairs = set[frozenset[Item]]


class Quality(NamedTuple):
    """`joined`: the share of true pairs that are one once every right entry has been merged: somebody with
    three records needs two merges, not three entries."""

    precision: float
    recall: float
    joined: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def quality(found: "Pairs[Item]", true: "Pairs[Item]") -> Quality:
    right = found & true
    root = Groups(right)
    joined = sum(1 for pair in true if len({root.of(item) for item in pair}) == 1)
    return Quality(
        len(right) / len(found) if found else 1.0,
        len(right) / len(true) if true else 1.0,
        joined / len(true) if true else 1.0,
    )


class Groups:
    """What is one when pairs are joined (union-find)."""

    def __init__(self, pairs: Iterable[Iterable[Hashable]] = ()) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        for one, *others in map(list, pairs):
            for other in others:
                self._parent[self.of(one)] = self.of(other)

    def of(self, item: Hashable) -> Hashable:
        while (parent := self._parent.get(item, item)) != item:
            item = parent
        return item


def same(labels: Sequence[Hashable]) -> "Pairs[int]":
    """Pairs of indexes with one label."""
    of: dict[Hashable, list[int]] = {}
    for index, label in enumerate(labels):
        of.setdefault(label, []).append(index)
    return {frozenset(pair) for indexes in of.values() for pair in combinations(indexes, 2)}


def similar(people: Sequence[Person]) -> "Pairs[int]":
    """The pairs that the review queue would show: the product's block keys, cap, comparison and thirds, in
    memory."""
    blocks: dict[str, list[int]] = {}
    for index, one in enumerate(people):
        for key in block_keys(one):
            blocks.setdefault(key, []).append(index)
    pairs = {pair for block in blocks.values() if len(block) <= BLOCK_CAP for pair in combinations(block, 2)}
    found = {pair: likeness(people[pair[0]], people[pair[1]], len(people)) for pair in pairs}
    shown = {pair: likely.score for pair, likely in found.items() if likely.worth_a_look}
    return {frozenset(pair) for pair in shown.keys() | by_thirds(shown, range(len(people))).keys()}
