"""Processor time to spare: work that nobody waits for steps aside where somebody waits.

Low priority (`nice`) slows the worker down only; the server of PostgreSQL that works for it has everybody's.
"""

import time

import psutil

# Percent of all processors' time, from which on somebody waits for one: while the work itself runs, and in a
# short look without it.
_CROWDED, _CROWDED_BESIDE = 90, 75
_LOOK_SECONDS = 0.1
PAUSES = 39
"""So many times as long as it has worked it waits for others at most: a fortieth is its own."""
_LONGEST_SECONDS = 60.0


class Piece:
    """A piece of such work, at best some tenths of a second, which begins now; several in one thread one
    after the other."""

    def __init__(self) -> None:
        psutil.cpu_percent()  # counts from here
        self._begun = time.monotonic()

    def owed(self) -> float:
        """Seconds for which others go first now that it is done, while the machine `is_crowded`: thirty-nine
        times as long as it took at most, and none where nobody else worked.

        Do not sleep for them: whatever else is in the queue would wait as well.
        """
        took = time.monotonic() - self._begun
        return min(PAUSES * took, _LONGEST_SECONDS) if psutil.cpu_percent() > _CROWDED else 0.0


def is_crowded() -> bool:
    """Whether somebody waits for a processor, by a look of a tenth of a second."""
    return psutil.cpu_percent(_LOOK_SECONDS) > _CROWDED_BESIDE


def from_now(seconds: float) -> float:
    """A moment as all processes know it, in seconds since 1970: for jobs that come again."""
    return time.time() + seconds


def is_over(moment: float) -> bool:
    """Whether a moment `from_now` has come."""
    return time.time() >= moment
