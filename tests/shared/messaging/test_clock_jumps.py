"""The clock is put forward or back in the middle of a send: nobody is sent to twice, or lost."""

from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import EvenClock
from shared.messaging import delivering, sending
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, dying_before, phone

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
    delivering.deliver(claimed, desk.now)
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


def test_during_the_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the new time the deadline is long over, and the carrier does not have the messages yet."""
    desk.contacts(3)
    campaign = desk.launch()
    send, calls = SolapiGateway.send, []

    def call_while_the_clock_is_set(gateway: SolapiGateway, messages: Any) -> Any:
        calls.append(len(messages))
        if len(calls) == 1:
            desk.skipped, desk.even_seconds = AHEAD, 1
            desk.sweep("recover_sends")
            desk.sweep("resolve_unknown")
            desk.send(campaign)
        return send(gateway, messages)

    monkeypatch.setattr(SolapiGateway, "send", call_while_the_clock_is_set)
    desk.send(campaign)
    assert calls == [3]
    arrived(desk, campaign, 3)


def test_a_jump_delays_what_certainly_never_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked about again when the clock has run evenly for long enough, and not an hour later."""
    desk.contacts(2)
    campaign = desk.launch()
    with dying_before(SolapiGateway, "send", monkeypatch):
        desk.send(campaign)
    desk.skipped, desk.even_seconds = AHEAD, 1
    desk.sweep("recover_sends")
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 2
    window = desk.settings.send_deadline_seconds + desk.settings.unknown_grace_seconds
    desk.skip(seconds=window)
    desk.even_seconds = window
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["queued"] == 2
    desk.settle(campaign)
    assert desk.received() | {"total": 2, "most": 1} == desk.received()
    desk.check_books([campaign])


def test_a_worker_that_slept_calls_nobody_though_its_clock_was_set_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contacts(1)
    campaign = desk.launch()
    _, claimed = sending._claim(desk.camp.tenant_id, campaign, 500, desk.now)
    assert claimed is not None
    slept = claimed.claimed + desk.settings.send_start_seconds + 1
    monkeypatch.setattr("shared.messaging.delivering.time.monotonic", lambda: slept)
    delivering.deliver(claimed, lambda: claimed.attempted_at)
    assert desk.ledger(campaign) == {"withdrawn": 1}
    assert desk.received()["total"] == 0


def test_an_even_clock_knows_only_what_it_has_seen() -> None:
    wall, even = [1000.0], [5.0]
    clock = EvenClock(lambda: wall[0], lambda: even[0])
    assert clock.look(began=True) == 0

    def passes(seconds: float, by_the_wall: float) -> float:
        even[0] += seconds
        wall[0] += by_the_wall
        return clock.look()

    assert passes(100, 100.5) == 100
    assert passes(100, 100.5) == 200, "corrected little by little"
    assert passes(10, 3610) == 0
    assert passes(60, 60) == 60
    assert passes(1, -3599) == 0
    assert passes(30, 30) == 30


def test_an_even_clock_knows_nothing_when_it_is_first_asked() -> None:
    clock = EvenClock()
    assert clock.seconds() < 0.1


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
