"""Every gap that a crash can leave closes, and whoever says stop is heard before the next call."""

from typing import Any
from uuid import UUID

import pytest
from redis import Redis

from functions.campaigns.freeze_recipients import freeze_recipients
from functions.campaigns.recover_launches import recover_launches
from shared.messaging import dispatching, launching, store_audience
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, dying_before, wait_until
from tests.shared.messaging.test_holds import freeze


class Calls:
    """Counts the messages that calls to the carrier begin with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages = 0
        send = SolapiGateway.send

        def counted(gateway: SolapiGateway, messages: Any) -> Any:
            self.messages += len(messages)
            return send(gateway, messages)

        monkeypatch.setattr(SolapiGateway, "send", counted)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def test_a_launch_whose_worker_died_is_frozen_by_the_sweep(desk: Desk, monkeypatch: Any) -> None:
    """The stuck launch and the missing recipients: dead before the first of them was written."""
    desk.contacts(3)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    with dying_before(store_audience, "freeze", monkeypatch):
        launching.freeze(desk.camp.tenant_id, campaign, desk.now())
    assert (desk.status(campaign), desk.counts(campaign)["recipients"]) == ("launching", 0)
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE campaigns SET updated_at = now() - interval '31 seconds'")
    started: list[tuple[str, str]] = []
    monkeypatch.setattr(freeze_recipients, "send", lambda *ids: started.append(ids))
    recover_launches()
    assert (str(desk.camp.tenant_id), str(campaign)) in started
    freeze_recipients(str(desk.camp.tenant_id), str(campaign))
    desk.freeze(campaign)
    assert (desk.status(campaign), desk.counts(campaign)["queued"]) == ("sending", 3)
    desk.settle(campaign)
    assert desk.received()["most"] == 1
    desk.check_books([campaign])


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_no_call_begins_after_a_pause_or_a_cancel(desk: Desk, calls: Calls, verb: str) -> None:
    desk.contacts(6)
    campaign = desk.launch()
    assert desk.send(campaign, 2) == 2
    desk.ok("POST", f"/campaigns/{campaign}/{verb}")
    assert [desk.send(campaign, 2) for _ in range(3)] == [0, 0, 0]
    started: list[UUID] = []
    dispatching.admit(lambda tenant, of, *_: started.append(of), desk.now())
    assert campaign not in started
    assert calls.messages == 2
    desk.check_books([campaign])


@pytest.mark.parametrize("alone", [True, False])
def test_no_call_begins_after_a_freeze(desk: Desk, calls: Calls, alone: bool) -> None:
    desk.contacts(6)
    campaign = desk.launch()
    assert desk.send(campaign, 2) == 2
    freeze(desk, campaign if alone else None)
    assert [desk.send(campaign, 2) for _ in range(3)] == [0, 0, 0]
    assert calls.messages == 2
    desk.check_books([campaign])


def test_no_call_begins_for_who_refuses_meanwhile(desk: Desk, calls: Calls) -> None:
    numbers = desk.contacts(4)
    campaign = desk.launch()
    desk.send(campaign, 1)
    heard = set(desk.received()["counts"])
    refusing = [number for number in numbers if number.replace("-", "") not in heard]
    for number in refusing:
        desk.ok("POST", "/opt-outs", {"phone": number}, 201)
    assert desk.send(campaign) == 0
    assert calls.messages == 1
    assert desk.counts(campaign)["suppressed"] == len(refusing) == 3
    desk.check_books([campaign])


def test_lost_jobs_are_started_again(desk: Desk, calls: Calls, redis: Redis) -> None:
    """The queue forgot them before a worker took them: nobody was claimed, and they end with the deadline."""
    desk.contacts(5)
    campaign = desk.launch()
    jobs: list[tuple[UUID, UUID, UUID, int]] = []

    def admitted() -> bool:
        jobs.clear()
        dispatching.admit(lambda *job: jobs.append(job[:4]), desk.now())
        jobs[:] = [job for job in jobs if job[1] == campaign]
        return bool(jobs)

    wait_until(admitted)
    key = f"hanpyo:jobs:{jobs[0][2]}"
    assert (desk.counts(campaign)["queued"], calls.messages) == (5, 0)
    assert redis.zcard(key) == len(jobs)
    lost: Any = redis.zrange(key, 0, -1)
    redis.zadd(key, dict.fromkeys(lost, 0))  # as if the deadline had passed
    wait_until(admitted)
    assert redis.zcard(key) == len(jobs), "the lost ones are counted no more"
    for one in jobs:
        dispatching.run_job(*one)
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (5, 1)
    desk.check_books([campaign])
