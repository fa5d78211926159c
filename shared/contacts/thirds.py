"""Pairs that a third person links: both are like them, however little the two have in common. Pure.

Two damaged records of one person often have only the name in common, and each one half of what the whole
record says. As far as the two likenesses say nothing of each other, the pair is as likely as both at once:
their product.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from shared.contacts.similarity import THRESHOLD

BY_THIRD = "by_third"


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...
    def __hash__(self) -> int: ...


Id = TypeVar("Id", bound=_Ordered)


def links(scores: Mapping[tuple[Id, Id], float]) -> dict[Id, dict[Id, float]]:
    """With whom each is shown, and the score."""
    found: dict[Id, dict[Id, float]] = defaultdict(dict)
    for (left, right), score in scores.items():
        found[left][right] = found[right][left] = score
    return found


def by_thirds(scores: Mapping[tuple[Id, Id], float], around: Iterable[Id]) -> dict[tuple[Id, Id], float]:
    """Pairs with one of `around` that only a third links, the smaller id first, with their scores.

    `scores`: pairs shown for their own likeness, smaller id first; all that have an end in `around` or in
    somebody linked with it.
    """
    of = links(scores)
    found: dict[tuple[Id, Id], float] = {}
    for one in around:
        for third, first in of.get(one, {}).items():
            for other, second in of[third].items():
                pair = (one, other) if one < other else (other, one)
                if other != one and pair not in scores and first * second >= THRESHOLD:
                    found[pair] = max(found.get(pair, 0.0), first * second)
    return found
