"""Everything breaks while campaigns with fallback are sent: each message that was due left exactly once.

Half of the people are reached over a carrier that takes thousands in a request (SOLAPI), half over one that
takes one text a request (NHN). HANPYO_FAULT_RECIPIENTS=2000 is the same with more; `./hub bench faults` with
20,000, `./hub bench faults:aligo` over a carrier that calls nobody and knows no reference of ours.
"""

import pytest

from tests.faults import campaign_under_fire
from tests.stack import Stack

FIRE_SECONDS = 20  # about until each fault has happened; in proportion for more recipients than these


def test_everybody_gets_what_is_due_exactly_once(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    size = campaign_under_fire.wanted_size()
    halves = dict.fromkeys(("solapi", "nhn"), size // 2)
    figures = campaign_under_fire.run(stack, halves, at_most=FIRE_SECONDS * size / 400, store_seconds=2)
    with capsys.disabled():
        print(f"\n{figures.table()}")
    assert figures.wrong == [], figures.details
