"""Pairs that only a third person links, as rules that hold for any pairs."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.similarity import THRESHOLD
from shared.contacts.thirds import by_thirds

IDS = range(8)
PAIRS = st.sampled_from(list(combinations(IDS, 2)))
SHOWN = st.dictionaries(PAIRS, st.floats(THRESHOLD, 1.0), max_size=20)


def test_two_who_are_like_a_third_are_a_pair() -> None:
    assert by_thirds({(1, 2): 0.9, (1, 3): 0.8}, IDS) == {(2, 3): 0.9 * 0.8}


def test_two_doubtful_links_are_none() -> None:
    assert by_thirds({(1, 2): 0.6, (1, 3): 0.6}, IDS) == {}


def test_the_best_third_counts_and_no_fourth() -> None:
    shown = {(1, 2): 1.0, (2, 4): 0.9, (1, 3): 1.0, (3, 4): 0.6, (4, 5): 1.0}
    found = by_thirds(shown, IDS)
    assert found[1, 4] == 0.9
    assert (1, 5) not in found


@given(SHOWN)
def test_a_pair_has_a_third_and_is_not_shown_itself(shown: dict[tuple[int, int], float]) -> None:
    def score(a: int, b: int) -> float:
        return shown.get((min(a, b), max(a, b)), 0.0)

    expected = {
        pair: best
        for pair in combinations(IDS, 2)
        if pair not in shown
        and (best := max(score(pair[0], third) * score(third, pair[1]) for third in IDS)) >= THRESHOLD
    }
    assert by_thirds(shown, IDS) == expected


@given(SHOWN, st.sets(st.sampled_from(IDS)))
def test_around_some_it_is_theirs_of_all(shown: dict[tuple[int, int], float], some: set[int]) -> None:
    theirs = {pair: score for pair, score in by_thirds(shown, IDS).items() if some & set(pair)}
    assert by_thirds(shown, some) == theirs
