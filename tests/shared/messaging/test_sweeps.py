"""Sweeps share the work, catch up with a backlog, and believe "not found" only after the deadline."""

import threading
from typing import Any
from uuid import UUID

from shared.messaging import sweeps
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, dying_before


def lost(desk: Desk, monkeypatch: Any, count: int) -> UUID:
    """A campaign whose worker died before the call; its messages are past their deadline."""
    desk.contacts(count)
    campaign = desk.launch()
    with dying_before(SolapiGateway, "send", monkeypatch):
        desk.send(campaign)
    desk.skip(seconds=61)
    return campaign


def test_two_sweeps_ask_about_a_message_once(desk: Desk, monkeypatch: Any) -> None:
    campaign = lost(desk, monkeypatch, 3)
    desk.sweep("recover_sends")
    asked: list[str] = []
    look_up, both = SolapiGateway.look_up, threading.Event()

    def slow(gateway: SolapiGateway, references: Any, **window: Any) -> Any:
        asked.extend(references)
        both.wait(0.5)
        return look_up(gateway, references, **window)

    monkeypatch.setattr(SolapiGateway, "look_up", slow)
    hands = [threading.Thread(target=desk.sweep, args=["resolve_unknown"]) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(asked) == len(set(asked)) == 3
    assert desk.counts(campaign)["unknown"] == 3


def test_what_a_dead_sweep_had_taken_is_due_again(desk: Desk, monkeypatch: Any) -> None:
    campaign = lost(desk, monkeypatch, 2)
    desk.sweep("recover_sends")
    with dying_before(SolapiGateway, "look_up", monkeypatch):
        desk.sweep("resolve_unknown")
    assert desk.sweep("resolve_unknown") == 0
    desk.skip(seconds=61)
    assert desk.sweep("resolve_unknown") == 2
    assert desk.counts(campaign)["queued"] == 2


def test_one_run_works_off_a_backlog(desk: Desk, monkeypatch: Any) -> None:
    campaign = lost(desk, monkeypatch, 5)
    monkeypatch.setattr(sweeps, "LOT", 2)
    assert sweeps.run("recover_sends", desk.camp.tenant_id, desk.now()) == 5
    assert desk.ledger(campaign) == {"unknown": 5}
    assert sweeps.run("resolve_unknown", desk.camp.tenant_id, desk.now(), seconds=0) == 2
    desk.check_books([campaign])


def test_not_found_is_believed_a_grace_after_the_deadline(desk: Desk, monkeypatch: Any) -> None:
    campaign = lost(desk, monkeypatch, 1)
    settings = desk.settings
    desk.sweep("recover_sends")
    desk.skip(seconds=settings.unknown_grace_seconds - 10)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 1, "from the attempt it would be long over"
    desk.skip(seconds=12)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["queued"] == 1
    desk.check_books([campaign])
