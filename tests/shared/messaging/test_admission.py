"""Who is sent first: priorities, and camps of every size side by side. The jobs are counted, not run."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import dispatching, pace
from tests.shared.messaging.desk import Desk

PLENTY = 10_000


class Queue:
    """Takes the jobs that the dispatcher starts; with `ends` each is over at once."""

    def __init__(self, ends: bool = False) -> None:
        self.ends = ends
        self.jobs: list[tuple[UUID, bool]] = []

    def __call__(self, tenant: UUID, campaign: UUID, account: UUID, limit: int, urgent: bool) -> None:
        self.jobs.append((campaign, urgent))
        if self.ends:
            pace.end_job(account)

    @property
    def campaigns(self) -> list[UUID]:
        return [campaign for campaign, _ in self.jobs]


def hurry(*desks: Desk, per_second: int = PLENTY) -> None:
    """Let accounts send so much a second that only their jobs limit them."""
    for desk in desks:
        with desk.camp.transaction() as connection:
            connection.execute("UPDATE carrier_accounts SET messages_per_second = %s", [per_second])
    dispatching._rates.clear()


class Bucket:
    """An account's pace that the test alone fills: the real one also earns while a busy machine stops."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rate: int) -> None:
        self.rate = self.tokens = rate
        monkeypatch.setattr(pace, "take", self.take)
        monkeypatch.setattr(pace, "give_back", self.give_back)

    def take(self, account_id: UUID, *, rate: int, wanted: int) -> int:
        assert rate == self.rate
        granted = min(self.tokens, wanted)
        self.tokens -= granted
        return granted

    def give_back(self, account_id: UUID, count: int) -> None:
        self.tokens = min(self.rate, self.tokens + count)


def rows_of(desk: Desk, campaign: UUID, count: int) -> None:
    """Recipients that need no contacts: the dispatcher only looks whether somebody waits."""
    with desk.camp.transaction() as connection:
        connection.execute(
            """INSERT INTO recipients (tenant_id, campaign_id, id, contact_id, phone_hash, phone_sealed)
               SELECT current_tenant(), %s, gen_random_uuid(), gen_random_uuid(),
                      decode(lpad(to_hex(n), 32, '0'), 'hex'), ''
                 FROM generate_series(1, %s) AS n""",
            [campaign, count],
        )


def admit(desk: Desk, queue: Queue, rounds: int = 1) -> None:
    for _ in range(rounds):
        dispatching.admit(queue, desk.now())


def test_a_campaign_tells_its_priority(desk: Desk) -> None:
    desk.contacts(1)
    usual, high = desk.campaign(), desk.campaign(priority="high")
    assert desk.ok("GET", f"/campaigns/{usual}")["priority"] == "medium"
    assert desk.ok("GET", f"/campaigns/{high}")["priority"] == "high"
    assert {item["priority"] for item in desk.ok("GET", "/campaigns")} == {"medium", "high"}
    desk.ok("PUT", f"/campaigns/{high}", desk.draft(priority="low"))
    assert desk.ok("GET", f"/campaigns/{high}")["priority"] == "low"
    refused = desk.camp.api.post("/campaigns", desk.draft(priority="urgent"))
    assert refused.status_code == 422


def test_what_is_urgent_goes_first_and_to_its_own_queue(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.contacts(1)
    usual, high = desk.launch(), desk.launch(priority="high")
    hurry(desk, per_second=10)
    bucket = Bucket(monkeypatch, rate=10)
    queue = Queue(ends=True)
    admit(desk, queue)
    assert queue.jobs == [(high, True)], "it took all that the account may send now"
    desk.ok("POST", f"/campaigns/{high}/pause")
    bucket.give_back(*account_of(desk), 10)
    admit(desk, queue)
    assert queue.jobs[1:] == [(usual, False)]


def account_of(desk: Desk) -> tuple[UUID]:
    [row] = desk.camp.rows("SELECT id FROM carrier_accounts")
    return (row["id"],)


def test_what_is_urgent_finds_a_place_beside_full_workers(desk: Desk) -> None:
    desk.contacts(1)
    desk.launch()
    hurry(desk)
    queue = Queue()
    admit(desk, queue, 20)
    assert len(queue.jobs) == dispatching.JOBS_AT_ONCE
    high = desk.launch(priority="high")
    admit(desk, queue, 20)
    assert Counter(queue.jobs)[(high, True)] == dispatching.MORE_URGENT_JOBS
    assert len(queue.jobs) == dispatching.JOBS_AT_ONCE + dispatching.MORE_URGENT_JOBS


def test_what_is_low_waits_until_its_account_is_free(desk: Desk) -> None:
    desk.contacts(1)
    low = desk.launch(priority="low")
    usual = desk.launch()
    hurry(desk)
    queue = Queue(ends=True)
    admit(desk, queue, 5)
    assert set(queue.campaigns) == {usual}
    pace.rest(usual, 30)
    pace.give_back(*account_of(desk), PLENTY)
    before = len(queue.jobs)
    admit(desk, queue, 5)
    assert set(queue.campaigns[before:]) == {low}, "a campaign that cannot send keeps nobody waiting"


def test_what_is_low_does_not_wait_for_another_camp(new_desk: Callable[[], Desk]) -> None:
    ours, theirs = new_desk(), new_desk()
    for desk in (ours, theirs):
        desk.contacts(1)
    low, usual = ours.launch(priority="low"), theirs.launch()
    hurry(ours, theirs)
    queue = Queue(ends=True)
    admit(ours, queue)
    assert set(queue.campaigns) == {low, usual}


def test_a_hundred_thousand_do_not_keep_ten_waiting(new_desk: Callable[[], Desk]) -> None:
    big, small = new_desk(), new_desk()
    campaigns = []
    for desk, count in ((big, 100_000), (small, 10)):
        desk.contacts(1)
        campaigns.append(desk.launch())
        rows_of(desk, campaigns[-1], count)
    hurry(big, small)
    for _ in range(10):
        queue = Queue()
        admit(big, queue)
        assert campaigns[1] in queue.campaigns[:2], "it is its turn before the big one's second job"
        for campaign, account in zip(campaigns, (account_of(big), account_of(small)), strict=True):
            for _ in range(queue.campaigns.count(campaign)):
                pace.end_job(*account)
        pace.give_back(*account_of(small), PLENTY)
        pace.give_back(*account_of(big), PLENTY)


def test_many_campaigns_of_a_camp_have_no_more_turns(new_desk: Callable[[], Desk]) -> None:
    many, one = new_desk(), new_desk()
    for desk in (many, one):
        desk.contacts(1)
    for _ in range(5):
        many.launch()
    only = one.launch()
    hurry(many, one)
    queue = Queue()
    admit(many, queue)
    assert only in queue.campaigns[:2]


@pytest.mark.parametrize(("priority", "queue_name"), [("high", "urgent"), ("medium", "sending")])
def test_jobs_go_to_the_queue_of_their_priority(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, priority: str, queue_name: str
) -> None:
    from functions.campaigns.dispatch import dispatch
    from functions.campaigns.send_messages import send_messages
    from functions.campaigns.send_urgent import send_urgent

    desk.contacts(1)
    campaign = desk.launch(priority=priority)
    sent: list[tuple[str, str]] = []
    for actor in (send_messages, send_urgent):

        def keep(*arguments: Any, name: str = actor.queue_name) -> None:
            sent.append((name, arguments[1]))

        monkeypatch.setattr(actor, "send", keep)
    dispatch()
    assert (queue_name, str(campaign)) in sent
    assert {name for name, started in sent if started == str(campaign)} == {queue_name}


class Clockwork:
    """An account that high campaigns fill, second by second: who was given how many messages, and when."""

    RATE = 10

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begins = desk.now()
        self.second = 0
        self.given: list[tuple[UUID, int, int]] = []
        hurry(desk, per_second=self.RATE)
        [self.account] = account_of(desk)
        self.bucket = Bucket(monkeypatch, self.RATE)

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.second += 1
            self.bucket.give_back(self.account, self.RATE)
            dispatching.admit(self._take, self.begins + timedelta(seconds=self.second))

    def _take(self, tenant: UUID, campaign: UUID, account: UUID, limit: int, urgent: bool) -> None:
        self.given.append((campaign, self.second, limit))
        pace.end_job(account)

    def messages(self, campaign: UUID, until: int = 10_000) -> int:
        return sum(limit for one, second, limit in self.given if one == campaign and second <= until)

    def first(self, campaign: UUID) -> int | None:
        return next((second for one, second, _ in self.given if one == campaign), None)


def test_what_is_usual_begins_within_minutes_however_much_is_urgent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contacts(1)
    high, usual = desk.launch(priority="high"), desk.launch()
    clock = Clockwork(desk, monkeypatch)
    clock.run(300)
    aged = int(dispatching.AGED_AFTER.total_seconds())
    first = clock.first(usual)
    assert first is not None
    assert aged <= first <= aged + 5, "a short wait slows nothing that is urgent"
    owed = 48 * clock.RATE
    assert clock.messages(usual, 300) >= owed * 0.9, "a fifth of the pace, from the first minute on"
    assert clock.messages(usual, 300) <= owed * 1.2, "and no more while others are urgent"
    assert clock.messages(high, 300) >= clock.RATE * 300 * 0.75


def test_two_that_have_waited_share_what_is_theirs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.contacts(1)
    desk.launch(priority="high")
    one, other = desk.launch(), desk.launch()
    clock = Clockwork(desk, monkeypatch)
    clock.run(300)
    shares = sorted((clock.messages(one), clock.messages(other)))
    assert shares[0] > 0.7 * shares[1]
    both_wait = max(clock.first(one) or 0, clock.first(other) or 0)
    taken = [
        campaign for campaign, second, _ in clock.given if campaign in (one, other) and second > both_wait
    ]
    assert len(taken) > 10
    assert all(before != after for before, after in pairwise(taken)), "one after the other"


def test_a_turn_has_a_place_where_urgent_jobs_fill_a_slow_carrier(desk: Desk) -> None:
    desk.contacts(1)
    desk.launch(priority="high")
    usual = desk.launch()
    hurry(desk)
    queue = Queue()
    admit(desk, queue, 5)
    assert usual not in queue.campaigns
    assert len(queue.jobs) == dispatching.JOBS_AT_ONCE + dispatching.MORE_URGENT_JOBS
    later = desk.now() + dispatching.AGED_AFTER
    for _ in range(3):
        dispatching.admit(queue, later)
    assert Counter(queue.campaigns)[usual] == 1, "one place, not theirs"


def test_what_is_urgent_elsewhere_keeps_nobody_waiting(
    new_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The minute begins when urgent work of one's own account comes, not before."""
    desk = new_desk()
    desk.contacts(1)
    usual = desk.launch()
    clock = Clockwork(desk, monkeypatch)
    clock.run(90)
    assert clock.first(usual) == 1
    high = desk.launch(priority="high")
    clock.run(50)
    assert clock.messages(usual) == clock.messages(usual, 90), "for a minute what is urgent has all of it"
    assert clock.first(high) == 91
