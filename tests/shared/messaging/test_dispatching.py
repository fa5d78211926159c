"""The dispatcher: pace, full queues, campaigns that cannot send, jobs that never end, the whole chain."""

import time
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import redis as redis_client

from shared.compliance import advertising
from shared.messaging import dispatching, pace, sending
from tests.shared.messaging.desk import Desk, wait_until


def test_the_dispatcher_keeps_the_accounts_pace(desk: Desk, redis: "redis_client.Redis") -> None:
    desk.contacts(30)
    campaign = desk.launch()
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE carrier_accounts SET messages_per_second = 10")
    dispatching._rates.clear()
    [row] = desk.camp.rows("SELECT account_id FROM campaigns WHERE id = %s", campaign)
    granted: list[int] = []

    def enqueue(tenant: Any, started: Any, account: Any, limit: int, urgent: bool) -> None:
        pace.end_job(account)
        if started == campaign:
            granted.append(limit)

    started_at = time.monotonic()

    def earned() -> float:
        """What the bucket may have given by now: a second's worth, and ten for each second since."""
        return 10 + 10 * (time.monotonic() - started_at) + 1

    for _ in range(5):
        dispatching.admit(enqueue, desk.now())
    assert 10 <= sum(granted) <= earned()
    pace.give_back(row["account_id"], 4)
    dispatching.admit(enqueue, desk.now())
    assert 14 <= sum(granted) <= earned() + 4
    pace.hold(row["account_id"], 30)
    held = sum(granted)
    dispatching.admit(enqueue, desk.now())
    assert sum(granted) == held, "the carrier asked for a pause"


def test_the_whole_chain_runs_by_itself(desk: Desk, workers: Any) -> None:
    """Launch, dispatch, send, reports and finish through the real broker, by their actors."""
    from functions.campaigns.dispatch import dispatch
    from functions.campaigns.finish_campaigns import finish_campaigns

    numbers = desk.contacts(15)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)

    def done() -> bool:
        dispatch()
        finish_campaigns()
        workers()
        return desk.status(campaign) == "completed"

    wait_until(done, 40)
    assert desk.received()["counts"] == {number.replace("-", ""): 1 for number in numbers}
    desk.check_books([campaign])


def test_one_account_does_not_fill_the_queue(desk: Desk) -> None:
    desk.contacts(1)
    desk.launch()
    started: list[Any] = []

    def enqueue(tenant: Any, of: Any, account: Any, limit: int, urgent: bool) -> None:
        started.append(account)

    for _ in range(40):
        with desk.camp.transaction() as connection:
            connection.execute("UPDATE carrier_accounts SET messages_per_second = 10000")
        dispatching._rates.clear()
        dispatching.admit(enqueue, desk.now())
    assert len(started) == dispatching.JOBS_AT_ONCE
    pace.end_job(started[0])
    dispatching.admit(enqueue, desk.now())
    assert len(started) == dispatching.JOBS_AT_ONCE + 1


def test_a_campaign_that_cannot_send_now_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At night, and after an error: the dispatcher would start jobs for nothing, many in a second."""
    desk.contacts(1)
    campaigns = [desk.launch(), desk.launch()]
    tried: list[Any] = []
    monkeypatch.setattr(advertising, "is_night", lambda now: True)
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE campaigns SET purpose = 'commercial' WHERE id = %s", [campaigns[0]])

    def enqueue(tenant: Any, campaign: Any, account: Any, limit: int, urgent: bool) -> None:
        tried.append(campaign)
        with suppress(RuntimeError):
            sending.send_due(tenant, campaign, limit, broken if campaign == campaigns[1] else desk.now)
        pace.end_job(account)

    def broken() -> datetime:
        raise RuntimeError

    dispatching.run_turn(enqueue, desk.now)
    assert sorted(tried) == sorted(campaigns)


def test_a_job_that_never_ended_is_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    account, campaign = uuid4(), uuid4()
    short = desk.settings.model_copy(update={"send_deadline_seconds": 1})
    monkeypatch.setattr(pace, "settings", lambda: short)
    assert [pace.start_job(account, campaign, 2) for _ in range(3)] == [True, True, False]
    wait_until(lambda: pace.start_job(account, campaign, 2), 5)
