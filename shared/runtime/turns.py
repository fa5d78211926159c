"""Turns: how many calls of one kind a process works at at once.

Calls that share a processor all come late together, and switching between them costs a tenth more: of eight
searches at once on two cores each took four times its own time, so that one in twenty waited twice as long as
the average. Taken in turn, a long one waits no longer than a short one.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_FEWEST = 2  # one may wait for a disk


def places(workers: int) -> int:
    """How many calls each of so many processes should work at at once: the machine's cores, shared out."""
    return max(_FEWEST, len(os.sched_getaffinity(0)) // max(workers, 1))


class Turns:
    """So many `places`; who finds none waits in the order of coming, but at most `patience` seconds: then it
    goes in all the same, so that one slow call holds up nobody for long."""

    def __init__(self, places: int, patience: float) -> None:
        self._free, self._patience = places, patience
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One turn."""
        has_place = self._enter()
        try:
            yield
        finally:
            if has_place:
                self._leave()

    def _enter(self) -> bool:
        """Whether a place was had, after waiting for one if need be."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        return mine.acquire(timeout=self._patience) or not self._given_up(mine)

    def _given_up(self, mine: Lock) -> bool:
        """False if a place was handed over at the last moment."""
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _leave(self) -> None:
        """Hands the place to whoever waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
