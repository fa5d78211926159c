"""Work that nobody waits for, on a machine that others crowd."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shared.kernel import spare_time

PAUSES = spare_time.PAUSES  # before a test sees that nobody steps aside for it


class Machine:
    """Its clock, and how busy it is at each look: percent."""

    def __init__(self, *busy: float) -> None:
        self.now = 0.0
        self._busy: Iterator[float] = iter(busy)

    def cpu_percent(self, interval: float = 0.0) -> float:
        self.now += interval
        return next(self._busy)


def seconds_owed(monkeypatch: pytest.MonkeyPatch, busy: float, work: float = 0.5) -> float:
    machine = Machine(0.0, busy)  # the first look begins the count
    monkeypatch.setattr(spare_time, "PAUSES", PAUSES)
    monkeypatch.setattr(spare_time, "psutil", machine)
    monkeypatch.setattr(spare_time, "time", SimpleNamespace(monotonic=lambda: machine.now))
    piece = spare_time.Piece()
    machine.now += work
    return piece.owed()


def test_where_nobody_else_works_nothing_is_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_owed(monkeypatch, 55.0) == 0.0


def test_a_fortieth_of_a_crowded_machine_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_owed(monkeypatch, 100.0) == pytest.approx(19.5)


def test_however_long_a_piece_took_it_goes_on_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_owed(monkeypatch, 100.0, work=5.0) == 60.0


@pytest.mark.parametrize(("busy", "expected"), [(100.0, True), (76.0, True), (74.0, False)])
def test_a_short_look_tells_whether_others_work(
    monkeypatch: pytest.MonkeyPatch, busy: float, expected: bool
) -> None:
    machine = Machine(busy)
    monkeypatch.setattr(spare_time, "psutil", machine)
    assert spare_time.is_crowded() == expected
    assert machine.now == pytest.approx(0.1)


def test_a_moment_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(time=lambda: 1000.0)
    monkeypatch.setattr(spare_time, "time", clock)
    moment = spare_time.from_now(2.5)
    assert (moment, spare_time.is_over(moment)) == (1002.5, False)
    clock.time = lambda: 1002.5
    assert spare_time.is_over(moment)
