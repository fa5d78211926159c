"""A wall clock that jumps when a fault test says so.

Python runs this at the start of every process of the tested hub (`tests/stack.py` puts this folder on their
path). The clocks of PostgreSQL, Redis and the carrier go on: as on machines of their own. What counts seconds
evenly (`time.monotonic`, the scheduler's ticks) goes on too, as on a machine whose clock is set.
"""

import mmap
import os
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE = "clock-offset"  # in the hub's home: seconds that its clock is ahead
FORMAT = "d"


def _install(place: Path) -> None:
    """Let this process's wall clock follow the file from now on."""
    from shared.kernel import clock

    with place.open("rb") as stream:
        shared = mmap.mmap(stream.fileno(), struct.calcsize(FORMAT), access=mmap.ACCESS_READ)
    true_time, true_time_ns = time.time, time.time_ns

    def ahead() -> float:
        return float(struct.unpack(FORMAT, shared[:])[0])

    replaced = {
        (clock, "utc_now"): lambda: datetime.now(UTC) + timedelta(seconds=ahead()),
        (time, "time"): lambda: true_time() + ahead(),
        (time, "time_ns"): lambda: true_time_ns() + int(ahead() * 1e9),
    }
    for (module, name), jumping in replaced.items():
        setattr(module, name, jumping)


if any("shared.runtime" in word or "tests.faults" in word for word in sys.orig_argv):
    _place = Path(os.environ["HANPYO_HOME"], FILE)
    if _place.exists():
        _install(_place)
