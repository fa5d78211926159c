"""A camp with two accounts at its carrier: shares by weight, the two rules, and never a second text."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import accounts, balancing, breaker, dispatching, routing, sending
from shared.messaging.gateways import OutcomeUnknown, SolapiGateway
from shared.messaging.routing import Route
from tests.infra.simulator.running import wait_until
from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_admission import PLENTY, Queue

CREDENTIALS = {"api_secret": "a-secret-of-the-second", "webhook_secret": "hook-secret-of-the-second"}


class Pair:
    """A camp with the simulator's account and a second one there; `first` is the campaigns' own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.sender()
        assert desk.api_key  # makes the first account
        [self.first] = [UUID(view["id"]) for view in self.views()]
        key = f"SECOND{self.first.hex[-10:].upper()}"
        draft = {
            "carrier": "simulator",
            "credentials": {"api_key": key, **CREDENTIALS},
            "messages_per_second": PLENTY,
        }
        self.second = UUID(desk.ok("POST", "/carrier-accounts", draft, 201)["id"])
        self.first_key, self.second_key = self.register(self.first), self.register(self.second)

    def register(self, account_id: UUID) -> str:
        """Make an account known at the simulator; returns its key there."""
        camp = self.desk.camp
        with camp.transaction() as connection:
            account = accounts.open_account(connection, camp.cipher, account_id)
        self.desk.simulator.put(
            account.credentials.api_key,
            api_secret=account.credentials.api_secret,
            webhook_url=accounts.hooks(account.carrier, account.account_key).reports,
            webhook_secret=account.credentials.webhook_secret,
            senders=["0212345678"],
            latency_ms=20,
            timeout_ms=200,
            webhook_backoff_ms=150,
        ).raise_for_status()
        return account.credentials.api_key

    def heard(self) -> Counter[str]:
        """How many messages each number got, over both accounts."""
        keys = (self.first_key, self.second_key)
        return sum((Counter(self.desk.simulator.counts(key)["counts"]) for key in keys), Counter())

    def views(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.desk.ok("GET", "/carrier-accounts")
        return found

    def view(self, account: UUID) -> dict[str, Any]:
        return next(view for view in self.views() if view["id"] == str(account))

    def weigh(self, account: UUID, weight: int) -> None:
        self.desk.ok("PUT", f"/carrier-accounts/{account}", {"weight": weight})

    def launch(self, people: int) -> UUID:
        """A campaign whose own account is the first."""
        self.desk.contacts(people)
        campaign = self.desk.launch()
        with self.desk.camp.transaction() as connection:
            connection.execute("UPDATE campaigns SET account_id = %s", [self.first])
            connection.execute("UPDATE carrier_accounts SET messages_per_second = %s", [PLENTY])
        dispatching._rates.clear()
        dispatching._known_routes.clear()
        return campaign

    def send(self, campaign: UUID, account: UUID, limit: int = 500) -> int:
        return sending.send_due(self.desk.camp.tenant_id, campaign, limit, self.desk.now, account)

    def carried(self) -> dict[UUID, int]:
        rows = self.desk.camp.rows("SELECT account_id, count(*) AS n FROM messages GROUP BY 1")
        return {row["account_id"]: row["n"] for row in rows}


class Carried(Queue):
    """Remembers the accounts of the jobs."""

    def __init__(self) -> None:
        super().__init__(ends=True)
        self.accounts: list[UUID] = []

    def __call__(self, tenant: UUID, campaign: UUID, account: UUID, limit: int, urgent: bool) -> None:
        self.accounts.append(account)
        super().__call__(tenant, campaign, account, limit, urgent)


@pytest.fixture
def pair(desk: Desk) -> Pair:
    return Pair(desk)


def chosen(pair: Pair, rounds: int = 3) -> set[UUID]:
    queue = Carried()
    for _ in range(rounds):
        dispatching.admit(queue, pair.desk.now())
    return set(queue.accounts)


def test_shares_are_by_weight() -> None:
    account, other = UUID(int=1), UUID(int=2)
    drawn = Counter(routing.choose([Route(account, 80), Route(other, 20)]) for _ in range(4000))
    assert 0.75 < drawn[account] / 4000 < 0.85
    assert {routing.choose([Route(account, 100), Route(other, 0)]) for _ in range(200)} == {account}
    assert {routing.choose([Route(account, 0), Route(other, 0)]) for _ in range(200)} == {account, other}
    assert routing.choose([]) is None


def test_both_accounts_carry_and_everybody_hears_once(pair: Pair) -> None:
    campaign = pair.launch(6)
    assert chosen(pair) == {pair.first, pair.second}
    assert (pair.send(campaign, pair.first, 2), pair.send(campaign, pair.second, 4)) == (2, 4)
    assert pair.carried() == {pair.first: 2, pair.second: 4}
    pair.desk.settle(campaign)
    assert pair.desk.counts(campaign)["delivered"] == 6
    assert pair.desk.simulator.counts(pair.second_key)["total"] == 4
    assert sorted(pair.heard().values()) == [1] * 6
    pair.desk.check_books([campaign])


def test_a_sender_registered_elsewhere_does_not_leave_from_here(pair: Pair) -> None:
    campaign = pair.launch(2)
    with pair.desk.camp.transaction() as connection:
        connection.execute("UPDATE senders SET carrier = 'solapi'")
        row = dict(connection.execute("SELECT * FROM campaigns WHERE id = %s", [campaign]).fetchone() or {})
        own = routing.routes_of(connection, pair.desk.camp.cipher, row)
        assert [route.account_id for route in own[1]] == [pair.first], "nobody fits: the campaign's own"
        connection.execute("UPDATE senders SET carrier = 'solapi, simulator'")
        both = routing.routes_of(connection, pair.desk.camp.cipher, row)
    assert {route.account_id for route in both[1]} == {pair.first, pair.second}


def test_a_job_over_an_account_that_may_not_carry_the_step_sends_nothing(pair: Pair) -> None:
    campaign = pair.launch(2)
    with pair.desk.camp.transaction() as connection:
        connection.execute("UPDATE senders SET carrier = 'solapi'")
    assert pair.send(campaign, pair.second) == 0
    assert pair.send(campaign, pair.first) == 2


def test_an_open_breaker_sends_everything_over_the_other(pair: Pair) -> None:
    pair.launch(2)
    for _ in range(breaker.MOST_ERRORS):
        breaker.failed(pair.first, "simulator")
    assert chosen(pair, 10) == {pair.second}


def test_a_removed_account_hands_over_to_the_other(pair: Pair) -> None:
    campaign = pair.launch(2)
    pair.desk.ok("DELETE", f"/carrier-accounts/{pair.first}", status=204)
    dispatching._known_routes.clear()
    assert pair.send(campaign, pair.first) == 0
    assert pair.desk.status(campaign) == "sending"
    assert chosen(pair) == {pair.second}
    assert pair.send(campaign, pair.second) == 2


def test_a_step_that_no_account_is_left_for_stops_the_campaign(pair: Pair) -> None:
    """Its people would wait for ever, and nobody would be told: the others may send the first step only."""
    desk = pair.desk
    elsewhere = {"kind": "phone", "value": "02-9999-8888", "label": "대표", "carrier": "solapi"}
    number = desk.ok("POST", "/senders", elsewhere, 201)["id"]
    desk.contact(phone("9002"))
    campaign = desk.launch(desk.step(), desk.step(sender_id=number))
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE campaigns SET account_id = %s", [pair.first])
        connection.execute("UPDATE senders SET carrier = 'simulator' WHERE id <> %s", [number])
    third = {"carrier": "simulator", "credentials": {"api_key": f"T{pair.first_key}", **CREDENTIALS}}
    desk.ok("POST", "/carrier-accounts", third, 201)
    desk.ok("DELETE", f"/carrier-accounts/{pair.first}", status=204)
    dispatching._known_routes.clear()
    assert pair.send(campaign, pair.first) == 0
    assert desk.status(campaign) == "sending", "the others carry the first step"
    assert pair.send(campaign, pair.second) == 1
    wait_until(lambda: bool(desk.apply_reports()))
    assert pair.first in chosen(pair, 1)
    assert pair.send(campaign, pair.first) == 0
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("stopped", "account_disabled")
    desk.check_books([campaign])


def test_a_lost_answer_is_settled_before_the_other_account_sends(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first took the message and its answer was lost: the second must not send it again."""
    desk, campaign = pair.desk, pair.launch(3)
    send = SolapiGateway.send

    def lost(gateway: SolapiGateway, messages: Any) -> Any:
        send(gateway, messages)
        raise OutcomeUnknown("RESET")

    with monkeypatch.context() as broken:
        broken.setattr(SolapiGateway, "send", lost)
        assert pair.send(campaign, pair.first, 2) == 2
    assert pair.send(campaign, pair.second) == 1, "only who was not tried yet"
    assert pair.send(campaign, pair.second) == 0
    desk.skip(seconds=6)

    def settled() -> bool:
        desk.skip(seconds=60)
        desk.sweep("resolve_unknown")
        desk.apply_reports()
        return desk.counts(campaign)["delivered"] == 3

    wait_until(settled)
    assert pair.carried() == {pair.first: 2, pair.second: 1}
    assert sorted(pair.heard().values()) == [1, 1, 1]
    desk.check_books([campaign])


def test_errors_cost_points_once_a_minute_and_hours_bring_them_back(pair: Pair) -> None:
    tenant, now = pair.desk.camp.tenant_id, pair.desk.now()
    for _ in range(breaker.MOST_ERRORS):
        breaker.failed(pair.first, "simulator")
    assert tenant in balancing.camps()
    assert [balancing.balance(tenant, now) for _ in range(3)] == [1, 0, 0]
    assert balancing.balance(tenant, now + timedelta(seconds=61)) == 1
    view = pair.view(pair.first)
    assert (view["weight"], view["points"], view["points_lost_by"]) == (100, 80, "errors")
    assert pair.view(pair.second)["points"] == 100
    breaker._redis().delete(*breaker._keys(pair.first))
    later = now + timedelta(seconds=61)
    assert balancing.balance(tenant, later + timedelta(minutes=59)) == 0
    assert balancing.balance(tenant, later + timedelta(minutes=60)) == 1
    assert balancing.balance(tenant, later + timedelta(minutes=120)) == 1
    assert balancing.balance(tenant, later + timedelta(minutes=600)) == 0
    assert (pair.view(pair.first)["points"], pair.view(pair.first)["points_lost_by"]) == (100, None)
    actions = pair.desk.camp.rows("SELECT action FROM audit_log WHERE action LIKE 'carrier_account.points%%'")
    assert Counter(row["action"] for row in actions) == {
        "carrier_account.points_lost": 2,
        "carrier_account.points_regained": 2,
    }


def test_missing_reports_cost_points(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balancing, "FEWEST", 4)
    desk, campaign = pair.desk, pair.launch(8)
    for key in (pair.first_key, pair.second_key):
        desk.simulator.put(key, webhook_url=None).raise_for_status()
    pair.send(campaign, pair.first, 4)
    pair.send(campaign, pair.second, 4)
    with desk.camp.transaction() as connection:  # the first reports at once, of the second two come late
        connection.execute(
            """UPDATE messages SET state = 'delivered', settled_at = attempted_at + interval '3 seconds'
                WHERE account_id = %s""",
            [pair.first],
        )
    tenant, now = desk.camp.tenant_id, desk.now()
    assert balancing.balance(tenant, now + timedelta(minutes=3)) == 0, "they have four minutes"
    assert balancing.balance(tenant, now + timedelta(minutes=5)) == 1
    assert (pair.view(pair.second)["points"], pair.view(pair.second)["points_lost_by"]) == (90, "slow")
    assert balancing.balance(tenant, now + timedelta(minutes=11)) == 0, "long ago"


def test_the_limits_of_slowness() -> None:
    assert not balancing.is_slow(19, 19)
    assert not balancing.is_slow(20, 6)
    assert balancing.is_slow(20, 7)


def test_a_weight_is_between_none_and_a_hundred(pair: Pair) -> None:
    pair.weigh(pair.first, 0)
    pair.launch(1)
    assert chosen(pair) == {pair.second}
    wrong = pair.desk.camp.api.put(f"/carrier-accounts/{pair.first}", {"weight": 101})
    assert wrong.status_code == 422
