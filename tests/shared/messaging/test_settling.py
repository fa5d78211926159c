"""What becomes known late: a message that nobody found and that was there all the same."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import DeadlockDetected, SerializationFailure

from shared.messaging import settling
from shared.messaging.gateways import SolapiGateway
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from tests.shared.messaging.desk import Desk, dying_before, phone


def not_found(desk: Desk, monkeypatch: Any) -> tuple[UUID, UUID]:
    """A campaign whose one message no look-up found: its recipient waits again."""
    desk.contact(phone())
    campaign = desk.launch()
    with dying_before(SolapiGateway, "send", monkeypatch):
        desk.send(campaign)
    desk.skip(seconds=61)
    desk.sweep("recover_sends")
    desk.skip(seconds=200)
    desk.sweep("resolve_unknown")
    [row] = desk.camp.rows("SELECT id, state FROM messages WHERE campaign_id = %s", campaign)
    assert (row["state"], desk.counts(campaign)["queued"]) == ("withdrawn", 1)
    return campaign, row["id"]


def learn(desk: Desk, message: UUID, state: MessageState, **more: Any) -> int:
    with desk.camp.transaction() as connection:
        return settling.apply(connection, [Change(message, state, **more)], desk.now())


@pytest.mark.parametrize(("state", "shown"), [("accepted", "sent"), ("delivered", "delivered")])
def test_news_of_a_message_nobody_found_keeps_it_from_being_sent_again(
    desk: Desk, monkeypatch: Any, state: str, shown: str
) -> None:
    campaign, message = not_found(desk, monkeypatch)
    assert learn(desk, message, MessageState(state), code="4000") == 1
    assert desk.counts(campaign)[shown] == 1
    assert desk.send(campaign) == 0
    assert desk.ledger(campaign) == {state: 1}
    desk.check_books([campaign])


def test_news_that_comes_after_the_next_attempt_changes_nothing(desk: Desk, monkeypatch: Any) -> None:
    campaign, message = not_found(desk, monkeypatch)
    assert desk.send(campaign) == 1
    assert learn(desk, message, MessageState.DELIVERED) == 0
    assert desk.ledger(campaign) == {"withdrawn": 1, "accepted": 1}
    desk.check_books([campaign])


def test_a_refused_message_is_not_brought_back_by_a_report(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, api_secret="another-secret").raise_for_status()
    desk.send(campaign)
    [row] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    assert learn(desk, row["id"], MessageState.DELIVERED) == 0
    assert desk.ledger(campaign) == {"withdrawn": 1}
    desk.check_books([campaign])


def test_a_retry_for_want_of_quota_tries_the_step_that_could_not_start(desk: Desk) -> None:
    desk.contact(phone("9012"))
    desk.ok("PUT", "/quota", {"limit": 1})
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내드립니다."))
    desk.settle(campaign)
    assert desk.stats(campaign)["reasons"] == [{"reason": "quota", "count": 1}]
    desk.ok("PUT", "/quota", {"limit": 10})
    desk.ok("POST", f"/campaigns/{campaign}/retry-failed", status=202)
    desk.settle(campaign)
    assert [text["type"] for text in desk.texts()] == ["SMS", "ATA"]
    assert desk.counts(campaign)["delivered"] == 1
    desk.check_books([campaign])


def test_a_higher_limit_serves_the_campaigns_of_earlier_months_too(desk: Desk) -> None:
    desk.ok("PUT", "/quota", {"limit": 10})
    with desk.camp.transaction() as connection:
        connection.execute(
            "INSERT INTO quotas (tenant_id, period, limit_messages)"
            " VALUES (current_tenant(), '2026-01-01', 10)"
        )
    for limit, expected in ((50, 50), (20, 50)):
        desk.ok("PUT", "/quota", {"limit": limit})
        [row] = desk.camp.rows("SELECT limit_messages AS n FROM quotas WHERE period = '2026-01-01'")
        assert row["n"] == expected, "raised along, and taken nothing back"


def test_an_answer_is_written_though_its_transaction_lost_to_another(desk: Desk, monkeypatch: Any) -> None:
    desk.contact(phone("9004"))
    campaign = desk.launch()
    apply, conflicts = settling.apply, iter([DeadlockDetected(), SerializationFailure()])

    def contested(*arguments: Any) -> int:
        moved = apply(*arguments)
        for conflict in conflicts:
            raise conflict
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(settling, "apply", contested)
        assert desk.send(campaign) == 1
    assert desk.ledger(campaign) == {"accepted": 1}
    desk.check_books([campaign])
