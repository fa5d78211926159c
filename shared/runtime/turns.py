"""Turns: how many calls of one kind a process works at at once.

Calls that share a processor all come late together, and switching between them costs a tenth more: of eight
searches at once on two cores each took four times its own time, so that one in twenty waited twice as long as
the average. Taken in turn, a long one waits no longer than a short one; and it is let in as if it had come
earlier by twice what its like took lately, so that it is answered not much later.
"""

import os
import time
from bisect import insort
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from threading import Lock

from cachetools import LRUCache

_FEWEST = 2  # one may wait for a disk
# With twice what it takes the 95th of 100 answers comes soonest; with more, what is short waits too long.
_AHEAD = 2.0
_LATELY = 0.2  # share of the last call in what its like take
_KINDS = 1_000


def places(workers: int) -> int:
    """How many calls each of so many processes should work at at once: the machine's cores, shared out."""
    return max(_FEWEST, len(os.sched_getaffinity(0)) // max(workers, 1))


class Turns:
    """So many `places`; who finds none waits, but at most `patience` seconds: then it goes in all the same,
    so that one slow call holds up nobody for long."""

    def __init__(self, places: int, patience: float) -> None:
        self._free, self._patience = places, patience
        self._lock = Lock()
        self._waiting: list[tuple[float, Lock]] = []
        self._lately: LRUCache[str, float] = LRUCache(_KINDS)

    @contextmanager
    def taken(self, kind: str) -> Iterator[None]:
        """One turn; calls of a `kind` take about as long as each other."""
        has_place = self._enter(kind)
        begun = time.monotonic()
        try:
            yield
        finally:
            self._leave(kind, time.monotonic() - begun, has_place)

    def _enter(self, kind: str) -> bool:
        """Whether a place was had, after waiting for one if need be."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Lock()
            mine.acquire()
            came = time.monotonic() - _AHEAD * self._lately.get(kind, 0.0)
            insort(self._waiting, (came, mine), key=itemgetter(0))
        return mine.acquire(timeout=self._patience) or not self._given_up(mine)

    def _given_up(self, mine: Lock) -> bool:
        """False if a place was handed over at the last moment."""
        with self._lock:
            left = [one for one in self._waiting if one[1] is not mine]
            has_waited = len(left) < len(self._waiting)
            self._waiting = left
            return has_waited

    def _leave(self, kind: str, seconds: float, has_place: bool) -> None:
        """Notes how long it took, and hands the place on."""
        with self._lock:
            lately = self._lately.get(kind, seconds)
            self._lately[kind] = lately + _LATELY * (seconds - lately)
            if not has_place:
                return
            if self._waiting:
                self._waiting.pop(0)[1].release()
            else:
                self._free += 1
