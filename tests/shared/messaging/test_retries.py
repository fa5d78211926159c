"""Temporary failures are tried again, with a growing wait and a limit; then comes the fallback."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.kernel.database import tenant_transaction
from shared.messaging import retrying, settling
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from tests.shared.messaging.desk import Desk, phone, wait_until


def fail(desk: Desk, campaign: UUID, reason: str = "unreachable", state: str = "accepted") -> None:
    """The carrier reports everything under way as failed."""
    rows = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s AND state = %s", campaign, state)
    changes = [Change(row["id"], MessageState.FAILED, code="X", reason=reason) for row in rows]
    with tenant_transaction(desk.camp.tenant_id) as connection:
        settling.apply(connection, changes, desk.now())


def started(desk: Desk, *steps: dict[str, Any], suffix: str = "9004") -> UUID:
    """A campaign whose only message the carrier has taken and says nothing more about."""
    desk.contact(phone(suffix))
    campaign = desk.launch(*steps)
    desk.send(campaign)
    return campaign


def waits(desk: Desk, campaign: UUID) -> timedelta:
    [row] = desk.camp.rows(
        "SELECT next_at FROM recipients WHERE campaign_id = %s AND state = 'queued'", campaign
    )
    wait: timedelta = row["next_at"] - desk.now()
    return wait


def test_a_phone_that_is_off_is_tried_again_and_then_given_up(desk: Desk) -> None:
    number = phone("9001")
    desk.contact(number)
    campaign = desk.launch(desk.step(retries=2, retry_seconds=60))
    for round_, seconds in enumerate((60, 120), start=1):
        assert desk.send(campaign) == 1

        def queued() -> bool:
            desk.apply_reports()
            return desk.counts(campaign)["queued"] == 1

        wait_until(queued)
        assert desk.send(campaign) == 0, "not before its time"
        assert timedelta(seconds=seconds - 10) < waits(desk, campaign) <= timedelta(seconds=seconds)
        assert desk.quota()["used"] == round_, "the carrier took it: it is used, and the next try reserved"
        desk.check_books([campaign])
        desk.skip(seconds=seconds)
    desk.settle(campaign)
    assert desk.counts(campaign)["failed"] == 1
    assert desk.received()["counts"] == {number.replace("-", ""): 3}
    assert desk.quota()["used"] == 3
    assert desk.stats(campaign)["reasons"] == [{"reason": "unreachable", "count": 1}]
    desk.check_books([campaign])


def test_the_fallback_comes_after_the_last_try(desk: Desk) -> None:
    first = desk.step(retries=1, retry_seconds=30)
    campaign = started(desk, first, desk.step("kakao_alimtalk", "안내드립니다."))
    fail(desk, campaign)
    assert desk.ledger(campaign) == {"failed": 1}
    desk.skip(seconds=31)
    desk.send(campaign)
    fail(desk, campaign)
    desk.send(campaign)
    channels = desk.camp.rows("SELECT channel FROM messages ORDER BY attempt")
    assert [row["channel"] for row in channels] == ["sms", "sms", "kakao_alimtalk"]
    desk.check_books([campaign])


@pytest.mark.parametrize("reason", ["invalid_number", "spam", "blocked", "opt_out", "unreported", "unknown"])
def test_what_no_second_try_mends_is_not_tried_again(desk: Desk, reason: str) -> None:
    campaign = started(desk, desk.step(retries=3))
    fail(desk, campaign, reason)
    assert desk.counts(campaign)["failed"] == 1
    desk.check_books([campaign])


def test_what_may_have_arrived_is_not_tried_again(desk: Desk) -> None:
    """No report for three days: the person may have read it."""
    campaign = started(desk, desk.step(retries=3))
    desk.skip(hours=73)
    desk.sweep("expire_unreported")
    assert desk.stats(campaign)["reasons"] == [{"reason": "unreported", "count": 1}]
    assert desk.send(campaign) == 0
    desk.check_books([campaign])


def test_a_cancelled_campaign_tries_nothing_again(desk: Desk) -> None:
    campaign = started(desk, desk.step(retries=3))
    desk.ok("POST", f"/campaigns/{campaign}/cancel")
    fail(desk, campaign)
    assert desk.counts(campaign)["failed"] == 1
    desk.check_books([campaign])


def test_without_quota_nothing_is_tried_again(desk: Desk) -> None:
    desk.ok("PUT", "/quota", {"limit": 1})
    campaign = started(desk, desk.step(retries=3))
    fail(desk, campaign)
    assert desk.stats(campaign)["reasons"] == [{"reason": "unreachable", "count": 1}]
    assert (desk.quota()["used"], desk.quota()["reserved"]) == (1, 0)
    desk.check_books([campaign])


def test_a_report_that_comes_twice_makes_one_try(desk: Desk) -> None:
    campaign = started(desk, desk.step(retries=3))
    [message] = desk.camp.rows("SELECT id FROM messages")
    change = Change(message["id"], MessageState.FAILED, code="X", reason="unreachable")
    for _ in range(3):
        with tenant_transaction(desk.camp.tenant_id) as connection:
            settling.apply(connection, [change, change], desk.now())
    assert desk.counts(campaign)["queued"] == 1
    desk.check_books([campaign])


def step(position: int, retries: int | None = None, seconds: int | None = None) -> dict[str, Any]:
    return {"position": position, "retries": retries, "retry_seconds": seconds}


@pytest.mark.parametrize(
    ("steps", "position", "most"),
    [
        ([step(1)], 1, 2),
        ([step(1), step(2)], 1, 0),
        ([step(1), step(2)], 2, 2),
        ([step(1, retries=4), step(2)], 1, 4),
        ([step(1, retries=0)], 1, 0),
    ],
)
def test_how_often_a_step_is_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, steps: Sequence[dict[str, Any]], position: int, most: int
) -> None:
    usual = desk.settings.model_copy(update={"delivery_retries": 2})
    monkeypatch.setattr(retrying, "settings", lambda: usual)
    assert retrying._most(steps[position - 1], last=len(steps)) == most


def test_the_wait_doubles_and_has_an_end() -> None:
    seconds = [retrying.wait(step(1, seconds=60), n).total_seconds() for n in (1, 2, 3)]
    assert seconds == [60, 120, 240]
    assert retrying.wait(step(1, seconds=86_400), 5) == retrying.LONGEST_WAIT


@pytest.mark.parametrize("wrong", [{"retries": 6}, {"retries": -1}, {"retry_seconds": 5}])
def test_a_draft_with_impossible_retries_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = desk.camp.api.post("/campaigns", desk.draft(desk.step(**wrong)))
    assert answer.status_code == 422


def test_the_view_tells_a_steps_retries(desk: Desk) -> None:
    campaign = desk.campaign(desk.step(retries=1, retry_seconds=90))
    [shown] = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert (shown["retries"], shown["retry_seconds"]) == (1, 90)
