"""Turns: never more at once than there are places, in the order of coming, and nobody waits without end."""

import time
from collections.abc import Callable
from threading import Barrier, Event, Lock, Thread

import pytest

from shared.runtime.turns import Turns, places


def started(work: Callable[..., None], *arguments: object) -> Thread:
    thread = Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def waiting(turns: Turns, count: int) -> None:
    """Returns when so many wait."""
    until = time.monotonic() + 10
    while len(turns._waiting) != count:
        assert time.monotonic() < until, "they do not wait"
        time.sleep(0.001)


def test_no_more_at_once_than_places() -> None:
    turns, lock, together, start = Turns(2, patience=30), Lock(), [], Barrier(8)
    inside: set[int] = set()

    def work(number: int) -> None:
        start.wait()
        for _ in range(25):
            with turns.taken(""):
                with lock:
                    inside.add(number)
                    together.append(len(inside))
                time.sleep(0.0005)
                with lock:
                    inside.discard(number)

    for thread in [started(work, number) for number in range(8)]:
        thread.join(30)
    assert len(together) == 200
    assert max(together) == 2


def test_whoever_came_first_goes_first() -> None:
    turns, order = Turns(1, patience=30), list[int]()

    def work(number: int) -> None:
        with turns.taken(""):
            order.append(number)

    with turns.taken(""):
        threads = []
        for number in range(5):
            threads.append(started(work, number))
            waiting(turns, number + 1)
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4]


def test_what_takes_long_is_let_in_as_if_it_had_come_earlier() -> None:
    turns, order = Turns(1, patience=30), list[str]()
    with turns.taken("long"):
        time.sleep(0.5)  # its like are let in as if they had come a second earlier

    def work(kind: str) -> None:
        with turns.taken(kind):
            order.append(kind)

    with turns.taken(""):
        threads = []
        for number, kind in enumerate(("short", "short", "long")):
            threads.append(started(work, kind))
            waiting(turns, number + 1)
    for thread in threads:
        thread.join(30)
    assert order == ["long", "short", "short"]


def test_patience_ends_and_costs_nobody_a_place() -> None:
    turns, leave, entered = Turns(1, patience=0.05), Event(), Event()

    def slow() -> None:
        with turns.taken(""):
            entered.set()
            leave.wait(30)

    thread = started(slow)
    assert entered.wait(10)
    begun = time.monotonic()
    with turns.taken(""):
        assert 0.04 < time.monotonic() - begun < 5
    assert not turns._waiting
    leave.set()
    thread.join(30)
    assert turns._free == 1


def test_a_place_comes_back_after_an_error() -> None:
    turns = Turns(1, patience=30)
    with pytest.raises(ValueError, match="broken"), turns.taken(""):
        raise ValueError("broken")
    assert turns._free == 1


def test_a_place_handed_over_when_patience_ends_is_kept() -> None:
    """However the end of patience and the hand-over race: no place is lost, none is made."""
    turns = Turns(1, patience=0.002)

    def work() -> None:
        for _ in range(100):
            with turns.taken(""):
                time.sleep(0.002)

    for thread in [started(work) for _ in range(3)]:
        thread.join(60)
    assert turns._free == 1
    assert not turns._waiting


@pytest.mark.parametrize("workers", [1, 2, 64])
def test_places_are_at_least_two(workers: int) -> None:
    assert places(workers) >= 2
    assert places(1) >= places(workers)
