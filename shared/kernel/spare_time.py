"""Processor time to spare: work that nobody waits for steps aside where somebody waits.

Low priority (`nice`) slows the worker down only; the server of PostgreSQL that works for it has everybody's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

# Percent of all processors' time, from which on somebody waits for one: while the work itself runs, and in a
# short look without it.
_CROWDED, _CROWDED_BESIDE = 90, 75
_LOOK_SECONDS = 0.1
_PAUSES = 39  # so many times as long as it has worked it waits for others at most: a fortieth is its own
_LONGEST_SECONDS = 60.0


@contextmanager
def spare_time() -> Iterator[None]:
    """A piece of work, at best some tenths of a second; then, if the machine was crowded, waits until it is
    not, thirty-nine times as long as the work took at most. Costs nothing where nobody else works."""
    psutil.cpu_percent()  # counts from here
    begun = time.monotonic()
    yield
    ended = time.monotonic()
    until = ended + min(_PAUSES * (ended - begun), _LONGEST_SECONDS)
    crowded = psutil.cpu_percent() > _CROWDED
    while crowded and time.monotonic() < until:
        crowded = psutil.cpu_percent(_LOOK_SECONDS) > _CROWDED_BESIDE
