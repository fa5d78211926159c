"""Work that nobody waits for, on a machine that others crowd."""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from types import SimpleNamespace

import pytest

from shared.kernel import spare_time

PAUSES = spare_time.PAUSES  # before a test sees that nobody steps aside for it


class Machine:
    """Its clock, and how busy it is at each look: percent."""

    def __init__(self, busy: Iterable[float]) -> None:
        self.now = 0.0
        self._busy: Iterator[float] = chain([0.0], busy)  # the first look begins the count

    def cpu_percent(self, interval: float = 0.0) -> float:
        self.now += interval
        return next(self._busy)


def seconds_taken(monkeypatch: pytest.MonkeyPatch, busy: Iterable[float], work: float = 0.5) -> float:
    machine = Machine(busy)
    monkeypatch.setattr(spare_time, "PAUSES", PAUSES)
    monkeypatch.setattr(spare_time, "psutil", machine)
    monkeypatch.setattr(spare_time, "time", SimpleNamespace(monotonic=lambda: machine.now))
    piece = spare_time.Piece()
    machine.now += work
    piece.step_aside()
    return machine.now


def test_where_nobody_else_works_it_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_taken(monkeypatch, [55.0]) == 0.5


def test_on_one_processor_it_looks_whether_that_is_its_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_taken(monkeypatch, [100.0, 10.0]) == pytest.approx(0.6)


def test_it_waits_until_the_others_have_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_taken(monkeypatch, [100.0, 99.0, 90.0, 20.0]) == pytest.approx(0.8)


def test_however_crowded_it_is_some_of_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_taken(monkeypatch, repeat(100.0)) == pytest.approx(20.0, abs=0.15)
    assert seconds_taken(monkeypatch, repeat(100.0), work=5.0) == pytest.approx(65.0, abs=0.15)
