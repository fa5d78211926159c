"""Everything breaks while campaigns with fallback are sent: each message that was due left exactly once.

A camp at each carrier: one that takes thousands in a request (SOLAPI), one that takes one text a request
(NHN), two that call nobody and know no reference of ours (SENS, Aligo). HANPYO_FAULT_RECIPIENTS=2000 is the
same with so many in each; `./hub bench faults` and `faults:nhn`, `faults:sens`, `faults:aligo` with more.
"""

import pytest

from tests.faults import campaign_under_fire
from tests.stack import Stack

FIRE_SECONDS = 20  # about until each fault has happened; in proportion for more recipients than these


def test_everybody_gets_what_is_due_exactly_once(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    size = campaign_under_fire.wanted_size()
    counts = dict.fromkeys(("solapi", "nhn", "sens", "aligo"), size)
    figures = campaign_under_fire.run(stack, counts, at_most=FIRE_SECONDS * size / 200, store_seconds=2)
    with capsys.disabled():
        print(f"\n{figures.table()}")
    assert figures.wrong == [], figures.details
