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

    def step_aside(self) -> None:
        """Now that it is done: waits while the machine is crowded, thirty-nine times as long as it took at
        most. Costs nothing where nobody else works."""
        ended = time.monotonic()
        until = ended + min(PAUSES * (ended - self._begun), _LONGEST_SECONDS)
        crowded = psutil.cpu_percent() > _CROWDED
        while crowded and time.monotonic() < until:
            crowded = psutil.cpu_percent(_LOOK_SECONDS) > _CROWDED_BESIDE
