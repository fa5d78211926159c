"""Exactly once: what arrives at the carrier is counted there, not in our own books."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from shared.messaging import delivering, pace, sending, settling
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, dying_before, name_of, phone, wait_until


def test_a_campaign_arrives_once_at_everybody(desk: Desk) -> None:
    numbers = desk.contacts(12)
    campaign = desk.launch()
    desk.settle(campaign)
    assert desk.finish(campaign)
    received = desk.received()
    assert received["counts"] == {number.replace("-", ""): 1 for number in numbers}
    stats = desk.stats(campaign)
    assert (stats["status"], stats["delivered"], stats["delivered_rate"]) == ("completed", 12, 1.0)
    assert {item["text"] for item in desk.texts()} == {f"{name_of(i)}님, 안녕하세요." for i in range(12)}
    assert desk.ledger(campaign) == {"delivered": 12}
    desk.check_books([campaign])


def test_actors_that_run_again_change_nothing(desk: Desk) -> None:
    desk.contacts(5)
    campaign = desk.launch()
    desk.freeze(campaign)
    assert desk.send(campaign) == 5
    assert desk.send(campaign) == 0
    desk.settle(campaign)
    desk.freeze(campaign)
    assert desk.finish(campaign)
    assert not desk.finish(campaign)
    assert desk.received()["most"] == 1
    desk.check_books([campaign])


def test_two_workers_at_once_share_the_work(desk: Desk) -> None:
    desk.contacts(40)
    campaign = desk.launch()
    with ThreadPoolExecutor(4) as workers:
        sent = list(workers.map(lambda _: desk.send(campaign, 10), range(8)))
    assert sum(sent) == 40
    desk.settle(campaign)
    received = desk.received()
    assert (received["total"], received["most"], received["repeated_references"]) == (40, 1, [])
    desk.check_books([campaign])


def test_a_connection_lost_after_acceptance_is_looked_up_not_sent_again(desk: Desk) -> None:
    desk.contacts(6)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_after_accept=1, webhook_loss=1.0)
    assert desk.send(campaign) == 6
    assert desk.counts(campaign)["unknown"] == 6
    desk.check_books([campaign])
    assert desk.send(campaign) == 0
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 0
    desk.reconcile(campaign)
    assert desk.counts(campaign)["delivered"] == 6
    assert desk.received()["most"] == 1
    desk.check_books([campaign])


def test_a_refusal_whose_answer_was_lost_uses_no_quota(desk: Desk) -> None:
    """The carrier lists what it refused at its door; found there, it is as free as if the answer had come."""
    desk.contact(phone("9006"))
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_after_accept=1, webhook_loss=1.0)
    desk.send(campaign)
    assert desk.counts(campaign)["unknown"] == 1
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    assert desk.ledger(campaign) == {"failed": 1}
    assert (desk.quota()["used"], desk.quota()["reserved"]) == (0, 0)
    desk.check_books([campaign])


def test_a_connection_lost_before_acceptance_is_sent_again_after_the_grace(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_before_accept=1)
    desk.send(campaign)
    assert desk.counts(campaign)["unknown"] == 3
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 3, "not found is not believed within the grace"
    desk.skip(seconds=130)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["queued"] == 3
    desk.check_books([campaign])
    desk.settle(campaign)
    assert desk.ledger(campaign) == {"withdrawn": 3, "delivered": 3}
    assert (desk.received()["total"], desk.received()["most"]) == (3, 1)
    desk.check_books([campaign])


def test_a_worker_that_dies_before_the_call_loses_nothing(desk: Desk, monkeypatch: Any) -> None:
    desk.contacts(4)
    campaign = desk.launch()
    with dying_before(SolapiGateway, "send", monkeypatch):
        desk.send(campaign)
    assert desk.counts(campaign)["sending"] == 4
    assert desk.send(campaign) == 0
    desk.skip(seconds=61)
    assert desk.sweep("recover_sends") == 4
    desk.skip(seconds=70)
    desk.sweep("resolve_unknown")
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (4, 1)
    assert desk.counts(campaign)["delivered"] == 4
    desk.check_books([campaign])


def test_a_worker_that_dies_after_the_call_sends_nothing_twice(desk: Desk, monkeypatch: Any) -> None:
    desk.contacts(4)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, webhook_loss=1.0)
    with dying_before(settling, "apply", monkeypatch):
        desk.send(campaign)
    assert desk.received()["total"] == 4
    assert desk.counts(campaign)["sending"] == 4
    desk.skip(seconds=61)
    desk.sweep("recover_sends")
    desk.skip(seconds=200)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["queued"] == 0
    desk.reconcile(campaign)
    assert desk.counts(campaign)["delivered"] == 4
    assert (desk.received()["total"], desk.received()["most"]) == (4, 1)
    desk.check_books([campaign])


def test_a_worker_that_stalls_before_the_call_leaves_the_sending_to_others(desk: Desk) -> None:
    """It wakes up after its messages were looked for, not found and sent by somebody else."""
    desk.contact(phone())
    campaign = desk.launch()
    _, stalled = sending._claim(desk.camp.tenant_id, campaign, 500, desk.now)
    assert stalled is not None
    desk.skip(seconds=65)
    desk.sweep("recover_sends")
    desk.skip(seconds=65)
    desk.sweep("resolve_unknown")
    desk.send(campaign)
    delivering.deliver(stalled, desk.now)
    assert (desk.received()["total"], desk.received()["most"]) == (1, 1)
    desk.settle(campaign)
    assert desk.ledger(campaign) == {"withdrawn": 1, "delivered": 1}
    desk.check_books([campaign])


def test_a_batch_that_comes_late_is_withdrawn_and_sent_anew(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    _, late = sending._claim(desk.camp.tenant_id, campaign, 500, desk.now)
    assert late is not None
    desk.skip(seconds=desk.settings.send_start_seconds + 1)
    delivering.deliver(late, desk.now)
    assert desk.received()["total"] == 0
    assert desk.counts(campaign)["queued"] == 2
    desk.check_books([campaign])
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (2, 1)


def test_not_found_is_not_believed_while_a_call_may_still_run(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.launch()
    sending._claim(desk.camp.tenant_id, campaign, 500, desk.now)
    desk.skip(seconds=desk.settings.send_deadline_seconds + 1)
    desk.sweep("recover_sends")
    desk.skip(seconds=desk.settings.unknown_grace_seconds - 5)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 1
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["queued"] == 1


def test_what_the_carrier_never_confirmed_is_closed_without_using_quota(desk: Desk, monkeypatch: Any) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    with dying_before(SolapiGateway, "send", monkeypatch):
        desk.send(campaign)
    desk.skip(seconds=61)
    desk.sweep("recover_sends")
    desk.skip(hours=73)
    assert desk.sweep("expire_unreported") == 2
    assert (desk.quota()["used"], desk.quota()["reserved"]) == (0, 0)
    desk.check_books([campaign])


def test_reports_that_overtake_the_answer_are_not_undone(desk: Desk, monkeypatch: Any) -> None:
    """The worker's write of the acceptances comes after the reports were applied."""
    desk.contacts(3)
    campaign = desk.launch()
    answered = delivering._store_answers

    def all_reported() -> bool:
        desk.apply_reports()
        return desk.counts(campaign)["delivered"] == 3

    def late(*arguments: Any) -> None:
        wait_until(all_reported)
        answered(*arguments)

    monkeypatch.setattr(delivering, "_store_answers", late)
    desk.send(campaign)
    assert desk.ledger(campaign) == {"delivered": 3}
    assert desk.counts(campaign)["delivered"] == 3
    desk.check_books([campaign])


def test_a_busy_carrier_is_asked_again_later(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, messages_per_second=1).raise_for_status()
    desk.send(campaign, 2)
    desk.send(campaign, 1)
    assert desk.counts(campaign)["queued"] == 1
    assert desk.ledger(campaign)["withdrawn"] == 1
    assert desk.status(campaign) == "sending"
    desk.check_books([campaign])
    desk.simulator.put(desk.api_key, messages_per_second=1000).raise_for_status()
    desk.skip(seconds=120)
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (3, 1)
    desk.check_books([campaign])


def test_a_carrier_that_refuses_the_account_stops_the_campaign(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, api_secret="another-secret").raise_for_status()
    desk.send(campaign)
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert view["status"] == "stopped"
    assert view["stop_reason"].startswith("carrier_refused:")
    assert view["counts"]["queued"] == 3
    desk.check_books([campaign])
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.counts(campaign)["delivered"] == 3
    assert desk.received()["most"] == 1


def test_a_lost_redis_after_the_claim_keeps_nobody_from_the_carrier(desk: Desk, monkeypatch: Any) -> None:
    class Down:
        def __getattr__(self, name: str) -> Any:
            raise redis.ConnectionError("down")

    desk.contacts(2)
    campaign = desk.launch()
    monkeypatch.setattr(pace, "_redis", Down)
    assert desk.send(campaign) == 2
    assert desk.counts(campaign)["sending"] == 0
    assert desk.received()["total"] == 2


def test_an_unregistered_sender_stops_the_campaign_and_loses_nobody(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, senders=[]).raise_for_status()
    desk.send(campaign)
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"], view["counts"]["queued"]) == ("stopped", "sender", 3)
    desk.check_books([campaign])
    desk.simulator.put(desk.api_key, senders=["0212345678"]).raise_for_status()
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert (desk.received()["total"], desk.counts(campaign)["delivered"]) == (3, 3)


def test_a_template_refused_at_the_carrier_can_be_tried_again_by_hand(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch(desk.step("kakao_alimtalk", "안내드립니다."))
    templates = desk.simulator.get(f"/simulator/console/accounts/{desk.api_key}")["templates"]
    desk.simulator.put(desk.api_key, templates=[]).raise_for_status()
    desk.send(campaign)
    assert desk.stats(campaign)["reasons"] == [{"reason": "kakao_template", "count": 2}]
    desk.simulator.put(desk.api_key, templates=templates).raise_for_status()
    desk.ok("POST", f"/campaigns/{campaign}/retry-failed", status=202)
    desk.settle(campaign)
    assert desk.counts(campaign)["delivered"] == 2
    desk.check_books([campaign])


def test_a_campaign_whose_account_was_removed_stops(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    [account] = desk.ok("GET", "/carrier-accounts")
    desk.ok("DELETE", f"/carrier-accounts/{account['id']}", status=204)
    assert desk.send(campaign) == 0
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("stopped", "account_disabled")
    assert view["counts"]["queued"] == 2
    desk.check_books([campaign])


@pytest.mark.parametrize(
    ("suffix", "state", "reason"),
    [("9001", "failed", "unreachable"), ("9002", "failed", "invalid_number"), ("9003", "failed", "spam")],
)
def test_failures_say_why(desk: Desk, suffix: str, state: str, reason: str) -> None:
    desk.contact(phone(suffix))
    campaign = desk.launch()
    desk.settle(campaign)
    assert desk.counts(campaign)[state] == 1
    assert desk.stats(campaign)["reasons"] == [{"reason": reason, "count": 1}]
    desk.check_books([campaign])


def test_a_refusal_at_the_carrier_is_remembered_and_tries_no_other_channel(desk: Desk) -> None:
    desk.contact(phone("9006"))
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내드립니다."))
    desk.settle(campaign)
    assert desk.stats(campaign)["reasons"] == [{"reason": "opt_out", "count": 1}]
    assert desk.stats(campaign)["fallback"]["started"] == 0
    assert len(desk.ok("GET", "/opt-outs")) == 1
    assert desk.quota()["used"] == 0
    desk.check_books([campaign])
