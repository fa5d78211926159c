"""The collector: what is loaded is left alone, and it wakes again after it rested."""

import gc
import subprocess
import sys

from shared.kernel.collector import collector_at_rest

_LOADED = """
import gc
from shared.kernel.collector import keep_what_is_loaded
usual = gc.get_threshold()
keep_what_is_loaded()
cycle = []
cycle.append(cycle)
del cycle
assert gc.get_freeze_count() > 1_000
assert gc.get_threshold()[0] > usual[0] and gc.get_threshold()[1:] == usual[1:]
assert gc.isenabled() and gc.collect() >= 1
"""


def test_what_is_loaded_is_left_alone_and_later_cycles_are_found() -> None:
    subprocess.run(
        [sys.executable, "-c", _LOADED], check=True
    )  # another process: this one has much to look at


def test_it_wakes_after_it_rested() -> None:
    with collector_at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()
