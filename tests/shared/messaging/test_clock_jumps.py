"""The clock is put forward or back in the middle of a send: nobody is sent to twice, or lost."""

from datetime import timedelta
from typing import Any

import pytest

from shared.messaging import sending
from tests.shared.messaging.desk import Desk, phone

AHEAD = timedelta(hours=3)


@pytest.mark.parametrize("jump", [-AHEAD, AHEAD, timedelta(days=-2), timedelta(days=2)])
def test_between_the_claim_and_the_call(desk: Desk, jump: timedelta) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    _, claimed = sending._claim(desk.camp.tenant_id, campaign, 500, desk.now)
    assert claimed is not None
    desk.skipped += jump
    desk.sweep("recover_sends")
    desk.sweep("resolve_unknown")
    desk.send(campaign)
    sending.deliver(claimed, desk.now)
    arrived(desk, campaign, 3)


@pytest.mark.parametrize("jump", [-AHEAD, AHEAD])
def test_while_an_answer_is_lost(desk: Desk, jump: timedelta) -> None:
    """The carrier took them, and nobody heard it; the clock comes right again a little later."""
    desk.contacts(3)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_after_accept=1, webhook_loss=1.0)
    desk.send(campaign)
    for skipped in (jump, -jump):
        desk.skipped += skipped
        for sweep in ("recover_sends", "resolve_unknown", "reconcile_reports"):
            desk.sweep(sweep)
        desk.send(campaign)
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    desk.reconcile(campaign)
    arrived(desk, campaign, 3)


def test_back_after_the_answer(desk: Desk) -> None:
    """Reports that seem older than what they report about are believed."""
    desk.contact(phone("9001"))
    desk.contacts(2)
    campaign = desk.launch()
    desk.send(campaign)
    desk.skipped -= AHEAD
    desk.settle(campaign)
    assert desk.ledger(campaign) == {"delivered": 2, "failed": 1}
    arrived(desk, campaign, 3)


def arrived(desk: Desk, campaign: Any, count: int) -> None:
    desk.skipped = timedelta()
    desk.settle(campaign)
    received = desk.received()
    assert (received["total"], received["most"]) == (count, 1)
    assert desk.counts(campaign)["queued"] == desk.counts(campaign)["unknown"] == 0
    desk.check_books([campaign])
