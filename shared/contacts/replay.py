"""Histories as pure rules: what a field or a point is when some of the changes in its chain are left out.

A link of a chain is a change (an edit, an import's, a bulk action's) or a merge. A change stores what was
before it; what it set stands in the next link's before, or in the contact. A merge is not stored but
computed: it takes what the merged contact has. So when an earlier merge is undone, a later one gives what it
would have given without it.

A change of labels or tags may find them set already once an earlier cause is gone: it then sets nothing that
shows, and still means it. What it means is kept beside it, for the day when what was there first goes, too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, Protocol, Self, TypeVar
from uuid import UUID

V = TypeVar("V")
Mode = Literal["fill", "take", "leave"]
# A sealed value with its keyed hash; None is an empty field.
Sealed = tuple[bytes, bytes] | None


class Change(Protocol[V]):
    """What a change means, whatever it finds; made of the values before and after it, compared by ==."""

    def __call__(self, value: V) -> V:
        """The value that it leaves."""

    def then(self, later: Any) -> Self:
        """Both as one."""


@dataclass(frozen=True)
class Link(Generic[V]):
    """A stored change of one field: `before` is what was there.

    `meant`: what it means, where that is more than `before` and what came after tell.
    `unlogged`: what was found after it is not what it set, so somebody changed the field without a link.
    """

    order: int
    cause_id: UUID
    is_merge: bool
    before: V
    unlogged: bool = False
    entry: Any = None
    meant: Change[V] | None = None


@dataclass(frozen=True)
class Step(Generic[V]):
    """One step of a computed chain; `link` is the stored change it comes from, if any."""

    order: int
    cause_id: UUID | None
    is_merge: bool
    apply: Callable[[V], V]
    link: Link[V] | None = None


@dataclass(frozen=True)
class Passed(Generic[V]):
    """A step with the values before and after it."""

    step: Step[V]
    before: V
    after: V


@dataclass(frozen=True)
class Kind(Generic[V]):
    """How one kind of field behaves.

    `change`: what a stored change means, from what was before and after it. `merge`: what a merge
    makes of the kept and the merged contact's values. `mark`: what is compared to tell two values apart.
    """

    change: Callable[[V, V], Change[V]]
    merge: Callable[[V, V, Mode], V]
    mark: Callable[[V], object]


@dataclass(frozen=True)
class Donation(Generic[V]):
    """A merge as it concerns one field of the kept contact."""

    order: int
    merge_id: UUID
    value: V  # of the merged contact
    mode: Mode


def replay(
    kind: Kind[V],
    links: Sequence[Link[V]],
    donations: Iterable[Donation[V]],
    current: V,
    removed: Callable[[Link[V]], bool],
) -> tuple[V, list[Passed[V]]]:
    """The field's value without the removed links, and how it came to be.

    `links` in their order, merges included; `donations` are the merges that stay. A value that was set
    without a link is kept where it was set.
    """
    base = links[0].before if links else current
    steps = [*_changes(kind, links, current, removed), *(_merge(kind, d, links) for d in donations)]
    passed: list[Passed[V]] = []
    value = base
    for step in sorted(steps, key=lambda s: s.order):
        after = step.apply(value)
        passed.append(Passed(step, value, after))
        value = after
    return value, passed


def _changes(
    kind: Kind[V], links: Sequence[Link[V]], current: V, removed: Callable[[Link[V]], bool]
) -> list[Step[V]]:
    steps: list[Step[V]] = []
    for i, link in enumerate(links):
        after = links[i + 1].before if i + 1 < len(links) else current
        if link.is_merge or removed(link):
            if link.unlogged:
                steps.append(Step(link.order, None, False, _Set(after)))
            continue
        change = kind.change(link.before, after)
        meant = link.meant.then(change) if link.meant else change
        steps.append(Step(link.order, link.cause_id, False, meant, link))
    return steps


@dataclass(frozen=True)
class _Set(Generic[V]):
    """Sets the value, whatever was there."""

    value: V

    def __call__(self, value: V) -> V:
        return self.value

    def then(self, later: Self) -> Self:
        return later


def _merge(kind: Kind[V], donation: Donation[V], links: Sequence[Link[V]]) -> Step[V]:
    stored = next((link for link in links if link.is_merge and link.cause_id == donation.merge_id), None)
    return Step(
        donation.order,
        donation.merge_id,
        True,
        lambda value: kind.merge(value, donation.value, donation.mode),
        stored,
    )


def _fill(kept: Any, merged: Any, mode: Mode) -> Any:
    if mode == "take":
        return merged
    return merged if mode == "fill" and kept is None else kept


# Name, address, birth, note.
SEALED: Kind[Sealed] = Kind(lambda _, after: _Set(after), _fill, lambda value: value and value[1])
# Source and legal basis.
PLAIN: Kind[str | None] = Kind(lambda _, after: _Set(after), _fill, lambda value: value)


@dataclass(frozen=True)
class Relabel:
    """Sets some of a contact's own fields and clears others (None); the rest is free to differ."""

    labels: Mapping[str, str | None]

    def __call__(self, value: dict[str, str]) -> dict[str, str]:
        return {k: v for k, v in {**value, **self.labels}.items() if v is not None}

    def then(self, later: Self) -> Self:
        return replace(self, labels={**self.labels, **later.labels})


def _relabel(before: Mapping[str, str], after: Mapping[str, str]) -> Relabel:
    given = {label: text for label, text in after.items() if before.get(label) != text}
    return Relabel({**given, **dict.fromkeys(before.keys() - after.keys())})


def _join_labels(kept: dict[str, str], merged: dict[str, str], mode: Mode) -> dict[str, str]:
    if mode == "leave":
        return kept
    return {**kept, **merged} if mode == "take" else {**merged, **kept}


def _labels_mark(value: dict[str, str]) -> object:
    return tuple(sorted(value.items()))


CUSTOM: Kind[dict[str, str]] = Kind(_relabel, _join_labels, _labels_mark)

Tags = tuple[str, ...]


def join_tags(kept: Tags, added: Iterable[str], removed: Iterable[str] = ()) -> Tags:
    """Tags after some went and some came; the order of those that stay does not change."""
    gone = set(removed)
    return tuple(dict.fromkeys([*(tag for tag in kept if tag not in gone), *added]))


def tags_before(current: Tags, changes: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Tags:
    """The tags before a chain of (added, removed) changes that led to the current ones."""
    for added, removed in reversed(changes):
        current = join_tags(current, removed, added)
    return current


@dataclass(frozen=True)
class Retag:
    """Adds some tags and takes others away."""

    added: Tags
    removed: Tags

    def __call__(self, value: Tags) -> Tags:
        return join_tags(value, self.added, self.removed)

    def then(self, later: Self) -> Self:
        added = join_tags(self.added, later.added, later.removed)
        return replace(self, added=added, removed=join_tags(self.removed, later.removed, later.added))


def _retag(before: Tags, after: Tags) -> Retag:
    return Retag(_without(after, before), _without(before, after))


def _without(tags: Tags, others: Tags) -> Tags:
    return tuple(tag for tag in tags if tag not in others)


def _merge_tags(kept: Tags, merged: Tags, mode: Mode) -> Tags:
    return join_tags(kept, merged)


TAGS: Kind[Tags] = Kind(_retag, _merge_tags, frozenset)


@dataclass(frozen=True)
class Move:
    """A stored change of a point's holder. From None: taken up. To None: given up."""

    order: int
    cause_id: UUID
    is_merge: bool
    giver: UUID | None
    taker: UUID | None
    entry: Any = None


@dataclass(frozen=True)
class Joining:
    """A merge as it concerns points: whatever `merged` has goes to `kept`."""

    order: int
    merge_id: UUID
    merged: UUID
    kept: UUID


@dataclass(frozen=True)
class Moved:
    """A step of a point's computed chain."""

    source: Move | Joining
    giver: UUID | None
    taker: UUID | None


def replay_point(
    moves: Sequence[Move],
    joinings: Iterable[Joining],
    current: UUID | None,
    removed: Callable[[Move], bool],
) -> tuple[UUID | None, list[Moved]]:
    """Who has a point without the removed moves, and how it came to be. Moves without a log stay."""
    steps: list[tuple[int, int, Move | Joining | None, UUID | None]] = []
    for i, move in enumerate(moves):
        if not move.is_merge and not removed(move):
            steps.append((move.order, 1, move, move.taker))
        holder_next = moves[i + 1].giver if i + 1 < len(moves) else current
        if holder_next != move.taker:
            steps.append((move.order, 2, None, holder_next))
    steps += [(joining.order, 0, joining, None) for joining in joinings]
    holder = moves[0].giver if moves else current
    passed: list[Moved] = []
    for _, _, source, taker in sorted(steps, key=lambda step: step[:2]):
        before = holder
        if isinstance(source, Joining):
            holder = source.kept if holder == source.merged else holder
        else:
            holder = taker
        if source is not None:
            passed.append(Moved(source, before, holder))
    return holder, passed
