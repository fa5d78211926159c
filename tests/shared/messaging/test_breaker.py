"""After too many failed calls an account is called by nobody for a while; then by one job at a time."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

from shared.kernel.metrics import exposition
from shared.messaging import breaker, dispatching, pace
from shared.messaging.gateways import OutcomeUnknown, SolapiGateway
from tests.infra.simulator.running import wait_until
from tests.shared.messaging.desk import Desk
from tests.shared.messaging.test_admission import Queue, admit, hurry


@pytest.fixture
def account() -> UUID:
    return uuid4()


def fail(account: UUID, times: int = breaker.MOST_ERRORS) -> list[bool]:
    return [breaker.failed(account, "solapi") for _ in range(times)]


def age(account: UUID) -> None:
    """Let an open breaker's time be over."""
    breaker._redis().hset(breaker._keys(account)[1], "until", "1")


def seconds_open(account: UUID) -> float:
    clock: Any = breaker._redis().time()
    until: Any = breaker._redis().hget(breaker._keys(account)[1], "until")
    return float(until) / 1000 - float(clock[0])


def test_it_opens_at_the_tenth_failure_of_a_minute(account: UUID) -> None:
    assert fail(account) == [False] * (breaker.MOST_ERRORS - 1) + [True]
    assert breaker.health(account) == breaker.Health("open", breaker.MOST_ERRORS)
    assert not breaker.admits(account)


def test_failures_further_apart_do_not_open_it(account: UUID) -> None:
    fail(account, breaker.MOST_ERRORS - 1)
    key = breaker._keys(account)[0]
    for member in breaker._redis().zrange(key, 0, -1):  # type: ignore[union-attr]
        breaker._redis().zincrby(key, -1000 * breaker.WINDOW_SECONDS, member)
    assert fail(account, 1) == [False]
    assert breaker.health(account) == breaker.Health("closed", 1)


def test_after_its_time_one_job_probes_and_a_success_closes_it(account: UUID) -> None:
    fail(account)
    age(account)
    assert breaker.health(account).state == "probing"
    assert [breaker.admits(account) for _ in range(3)] == [True, False, False]
    breaker.succeeded(account, "solapi")
    assert breaker.health(account).state == "closed"
    assert all(breaker.admits(account) for _ in range(3))


def test_a_probe_that_called_nobody_lets_the_next_one_try(account: UUID) -> None:
    fail(account)
    age(account)
    assert breaker.admits(account)
    breaker.untried(account)
    assert [breaker.admits(account) for _ in range(2)] == [True, False]


def test_failed_probes_wait_longer_and_longer(account: UUID) -> None:
    fail(account)
    waits = [seconds_open(account)]
    for _ in range(5):
        age(account)
        assert breaker.admits(account)
        assert fail(account, 1) == [True]
        waits.append(seconds_open(account))
    expected = [30, 60, 120, 240, 300, 300]
    assert all(want - 2 <= got <= want + 2 for want, got in zip(expected, waits, strict=True)), waits


def test_failures_of_calls_begun_before_do_not_lengthen_it(account: UUID) -> None:
    fail(account)
    assert fail(account, 3) == [False] * 3
    assert seconds_open(account) <= breaker.FIRST_SECONDS + 1


def test_the_metrics_count_open_breakers(account: UUID) -> None:
    breaker.observe(["solapi"])
    before = shown()
    fail(account)
    breaker.observe(["solapi"])
    assert shown() == before + 1
    breaker.succeeded(account, "solapi")
    breaker.observe(["solapi"])
    assert shown() == before


def shown() -> float:
    start = 'hanpyo_carrier_breakers_open{carrier="solapi"'
    lines = [line for line in exposition(None).decode().splitlines() if line.startswith(start)]
    return float(lines[-1].split()[-1])


class Down:
    def __getattr__(self, name: str) -> Any:
        raise redis.ConnectionError("down")


def test_without_redis_nobody_is_held_up(account: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "_redis", Down)
    assert fail(account, 20) == [False] * 20
    breaker.succeeded(account, "solapi")
    breaker.untried(account)
    breaker.observe(["solapi"])
    assert breaker.admits(account)
    assert breaker.health(account) == breaker.Health()


def test_an_emptied_redis_is_a_closed_breaker(account: UUID) -> None:
    fail(account)
    for key in breaker._keys(account):
        breaker._redis().delete(key)
    assert breaker.admits(account)
    assert breaker.health(account) == breaker.Health()


def account_of(desk: Desk) -> UUID:
    [row] = desk.camp.rows("SELECT id FROM carrier_accounts")
    found: UUID = row["id"]
    return found


def test_a_carrier_that_loses_its_answers_is_left_alone_and_then_tried_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: lost answers open it, no job is started, one probe closes it, nobody hears twice."""
    monkeypatch.setattr(breaker, "MOST_ERRORS", 3)
    desk.contacts(8)
    campaign = desk.launch()
    hurry(desk)

    def lost(*_: Any) -> Any:
        raise OutcomeUnknown("TIMEOUT")

    with monkeypatch.context() as broken:
        broken.setattr(SolapiGateway, "send", lost)
        for _ in range(3):
            assert desk.send(campaign, 1) == 1
    [view] = desk.ok("GET", "/carrier-accounts")
    assert (view["state"], view["errors_last_minute"]) == ("open", 3)
    queue = Queue()
    admit(desk, queue, 3)
    assert queue.jobs == []
    age(account_of(desk))
    assert desk.ok("GET", "/carrier-accounts")[0]["state"] == "probing"
    admit(desk, queue, 3)
    assert queue.campaigns == [campaign], "one job tries"
    dispatching.run_job(desk.camp.tenant_id, campaign, account_of(desk), 1)
    assert desk.ok("GET", "/carrier-accounts")[0]["state"] == "closed"
    assert desk.counts(campaign)["unknown"] == 3
    desk.skip(seconds=desk.settings.send_deadline_seconds + desk.settings.unknown_grace_seconds + 5)
    wait_until(lambda: desk.sweep("resolve_unknown") >= 0 and desk.counts(campaign)["unknown"] == 0)
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (8, 1)
    desk.check_books([campaign])


def test_a_place_taken_for_nothing_is_given_back(desk: Desk) -> None:
    desk.contacts(1)
    desk.launch()
    hurry(desk)
    fail(account_of(desk))
    admit(desk, Queue(), 20)
    places = [pace.start_job(account_of(desk), uuid4(), dispatching.JOBS_AT_ONCE) for _ in range(5)]
    assert places == [True] * dispatching.JOBS_AT_ONCE + [False]
