"""A camp that sends over another carrier than the simulator's own: NHN Cloud, over its real wire."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import compliance
from shared.compliance import advertising
from shared.messaging import carrier_opt_outs, reports, sweeps
from shared.messaging.gateways import CARRIERS, calling
from tests.infra.simulator.running import HTTP, wait_until
from tests.shared.messaging.desk import CHANNEL, Desk, phone

NewDesk = Callable[[], Desk]
SECRET = "typed-in-nhns-console"


class Nhn:
    """A camp's account at NHN Cloud, in the hub and at the simulator."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.credentials = {
            "api_key": "app" + secrets.token_hex(6),
            "api_secret": "a-secret-key",
            "kakao_key": "kakao" + secrets.token_hex(6),
            "kakao_secret": "another-secret-key",
            "webhook_secret": SECRET,
        }
        draft = {"carrier": "nhn", "credentials": self.credentials, "messages_per_second": 1000}
        self.account = desk.ok("POST", "/carrier-accounts", draft, 201)
        self.open()

    def open(self) -> None:
        own = {name: self.credentials[name] for name in ("kakao_key", "kakao_secret")}
        self.desk.simulator.put(
            self.api_key,
            carrier="nhn",
            api_secret=self.credentials["api_secret"],
            credentials={**own, "unsubscribe_no": "0801234567", "brand_night": "open"},
            webhook_url=self.account["hooks"]["reports"],
            inbound_url=self.account["hooks"]["inbound"],
            webhook_secret=SECRET,
            senders=["0212345678"],
            channels=[CHANNEL],
            latency_ms=30,
            timeout_ms=200,
            webhook_backoff_ms=20,
        ).raise_for_status()

    @property
    def api_key(self) -> str:
        return self.credentials["api_key"]

    def console(self, path: str, **body: Any) -> None:
        url = f"{self.desk.simulator.url}/simulator/console/{path}"
        HTTP.post(url, json={"api_key": self.api_key, **body}).raise_for_status()

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.desk.simulator.counts(self.api_key)["counts"]
        return found


@pytest.fixture
def nhn(desk: Desk) -> Nhn:
    return Nhn(desk)


def digits(number: str) -> str:
    return number.replace("-", "")


def campaign_to(desk: Desk, *numbers: str) -> UUID:
    for number in numbers:
        desk.contact(number)
    campaign = desk.launch()
    desk.send(campaign)
    return campaign


def test_a_campaign_leaves_over_nhn_and_its_reports_come_back(nhn: Nhn) -> None:
    desk = nhn.desk
    numbers = [phone("0001"), phone("0002"), phone("9002")]
    campaign = campaign_to(desk, *numbers)
    assert nhn.counts() == {digits(number): 1 for number in numbers}

    def ended() -> bool:
        reports.apply_waiting(desk.camp.tenant_id, desk.now())
        return desk.ledger(campaign) == {"delivered": 2, "failed": 1}

    wait_until(ended)
    [failed] = desk.camp.rows("SELECT reason, code FROM messages WHERE state = 'failed'")
    assert (failed["reason"], failed["code"]) == ("invalid_number", "3001")


def test_who_calls_the_080_number_is_opted_out_by_the_webhook(nhn: Nhn) -> None:
    desk, number = nhn.desk, phone()
    campaign_to(desk, number)
    nhn.console("opt-outs", **{"from": digits(number), "to": "0212345678"})

    def opted_out() -> bool:
        reports.apply_waiting(desk.camp.tenant_id, desk.now())
        rows = desk.camp.rows("SELECT source FROM opt_outs")
        return "carrier" in {row["source"] for row in rows}

    wait_until(opted_out)


def test_a_lost_refusal_is_fetched(nhn: Nhn) -> None:
    desk, number = nhn.desk, phone()
    campaign_to(desk, number)
    desk.simulator.put(nhn.api_key, webhook_url=None, inbound_url=None).raise_for_status()
    nhn.console("opt-outs", **{"from": digits(number), "to": "0212345678"})
    ours = (desk.camp.tenant_id, UUID(nhn.account["id"]))
    assert ours in carrier_opt_outs.due(desk.now())
    assert carrier_opt_outs.fetch(*ours, desk.now()) == 1
    assert [row["source"] for row in desk.camp.rows("SELECT source FROM opt_outs")] == ["carrier"]
    assert ours not in carrier_opt_outs.due(desk.now())
    assert carrier_opt_outs.fetch(*ours, desk.now()) == 0, "somebody else had just asked"
    desk.skip(minutes=6)
    assert carrier_opt_outs.fetch(*ours, desk.now()) == 0, "what was known is not new"
    [row] = desk.camp.rows("SELECT opt_outs_seen_at FROM carrier_accounts WHERE carrier = 'nhn'")
    assert abs(row["opt_outs_seen_at"] - desk.now()) < timedelta(seconds=5)


def test_an_unanswered_list_is_asked_for_again_and_forgets_nothing(nhn: Nhn) -> None:
    desk = nhn.desk
    ours = (desk.camp.tenant_id, UUID(nhn.account["id"]))
    # The 080 number is there, its list is not: another account's key.
    desk.simulator.put(nhn.api_key, api_secret="changed-at-the-carrier").raise_for_status()
    assert carrier_opt_outs.fetch(*ours, desk.now()) == 0
    [row] = desk.camp.rows("SELECT opt_outs_seen_at FROM carrier_accounts WHERE carrier = 'nhn'")
    assert row["opt_outs_seen_at"] is None
    assert ours not in carrier_opt_outs.due(desk.now())
    desk.skip(minutes=16)
    assert ours in carrier_opt_outs.due(desk.now())


def test_a_fast_enough_refusal_stops_the_rest_of_a_batch(nhn: Nhn) -> None:
    desk = nhn.desk
    desk.simulator.faults(nhn.api_key, status_429=1)
    campaign = campaign_to(desk, *(phone() for _ in range(3)))
    assert nhn.counts() == {}
    assert set(desk.ledger(campaign)) == {"withdrawn"}


def test_a_lost_answer_is_looked_up_and_never_sent_twice(nhn: Nhn) -> None:
    desk, number = nhn.desk, phone()
    desk.simulator.faults(nhn.api_key, reset_after_accept=1)
    campaign = campaign_to(desk, number)
    assert desk.ledger(campaign) == {"unknown": 1}
    desk.skip(seconds=6)
    sweeps.run("resolve_unknown", desk.camp.tenant_id, desk.now())
    assert set(desk.ledger(campaign)) <= {"accepted", "delivered"}
    assert nhn.counts() == {digits(number): 1}


@pytest.mark.parametrize("minutes", [-20, 20])
def test_by_a_wrong_clock_a_list_teaches_nothing(
    nhn: Nhn, monkeypatch: pytest.MonkeyPatch, minutes: float
) -> None:
    """NHN is asked by time and takes no offence at ours: the list of a wrong time lacks what it took."""
    desk = nhn.desk
    desk.skip(minutes=minutes)
    desk.simulator.faults(nhn.api_key, reset_after_accept=1)
    campaign = campaign_to(desk, phone())
    desk.skip(seconds=121)
    with monkeypatch.context() as wrong:
        wrong.setattr(calling, "wall_seconds", lambda: desk.now().timestamp())
        desk.sweep("resolve_unknown")
    assert desk.ledger(campaign) == {"unknown": 1}
    if minutes < 0:  # by then the clock was set right
        desk.skipped = timedelta(minutes=10)
        desk.sweep("resolve_unknown")
        assert set(desk.ledger(campaign)) <= {"accepted", "delivered"}
    assert sum(nhn.counts().values()) == 1


def test_credentials_are_checked_by_the_carriers_own_list(desk: Desk) -> None:
    wrong: list[tuple[str, dict[str, str]]] = [
        ("nhn", {"api_key": "k"}),
        ("solapi", {"api_key": "k"}),
        ("solapi", {"api_key": "k", "api_secret": "s", "kakao_key": "of another carrier"}),
        ("nobody", {"api_key": "k", "api_secret": "s"}),
    ]
    for carrier, credentials in wrong:
        body = {"carrier": carrier, "credentials": credentials}
        assert desk.camp.api.call("POST", "/carrier-accounts", body).status_code == 422


def test_a_kakao_key_may_be_added_later_but_no_key_replaced(nhn: Nhn) -> None:
    desk = nhn.desk
    texts = {"api_key": "app" + secrets.token_hex(6), "api_secret": "s"}
    made = desk.ok("POST", "/carrier-accounts", {"carrier": "nhn", "credentials": texts}, 201)
    path = f"/carrier-accounts/{made['id']}"
    desk.ok("PUT", path, {"credentials": {**texts, "kakao_key": "k1", "kakao_secret": "s"}})
    other = {**texts, "kakao_key": "k2", "kakao_secret": "s"}
    assert desk.camp.api.call("PUT", path, {"credentials": other}).status_code == 409


def test_carriers_tell_what_they_ask_for(desk: Desk) -> None:
    carriers = {each["carrier"]: each for each in desk.ok("GET", "/carriers")}
    assert "simulator" not in carriers
    fields = {field["name"]: field for field in carriers["nhn"]["fields"]}
    assert fields["api_secret"]["secret"]
    assert not fields["kakao_key"]["required"]
    assert all(field["label"] for each in carriers.values() for field in each["fields"])
    assert set(carriers) == set(CARRIERS) - {"simulator"}


AD = "(광고) 한표\n후원의 밤에 오세요\n무료수신거부 080-123-4567"


def routes(nhn: Nhn) -> list[str]:
    """The paths that the account's messages took at NHN, in the order they were tried."""
    rows = nhn.desk.camp.rows("SELECT carrier_message_id FROM messages ORDER BY attempted_at, id")
    return [row["carrier_message_id"].partition(":")[0] for row in rows]


@pytest.mark.parametrize("purpose", ["commercial", "fundraising"])
def test_advertising_takes_the_carriers_path_for_it(
    nhn: Nhn, purpose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (advertising, compliance):  # at any hour of the test run
        monkeypatch.setattr(module, "is_night", lambda at: False)
    desk, number = nhn.desk, phone()
    desk.consent(desk.contact(number))
    campaign = desk.campaign(desk.step("lms", AD), purpose=purpose)
    if purpose == "fundraising":
        desk.ok("PUT", f"/campaigns/{campaign}/declarations", {"advertising": True})
    desk.ok("POST", f"/campaigns/{campaign}/test-send", {"to": phone()})
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.freeze(campaign)
    desk.send(campaign)
    assert routes(nhn) == ["ad-mms", "ad-mms"]


def test_what_is_no_advertising_does_not(nhn: Nhn) -> None:
    campaign_to(nhn.desk, phone())
    assert routes(nhn) == ["sms"]


def test_personal_texts_leave_one_by_one_and_each_once(nhn: Nhn) -> None:
    desk, people = nhn.desk, 70
    numbers = desk.contacts(people)
    desk.simulator.faults(nhn.api_key, reset_after_accept=2)
    campaign = desk.launch()
    assert desk.send(campaign) == people
    assert desk.ledger(campaign)["unknown"] == 2
    assert nhn.counts() == {digits(number): 1 for number in numbers}
    desk.skip(seconds=6)
    desk.sweep("resolve_unknown")

    def ended() -> bool:
        desk.apply_reports()
        return desk.ledger(campaign) == {"delivered": people}

    wait_until(ended)
    assert nhn.counts() == {digits(number): 1 for number in numbers}
    desk.check_books([campaign])


def test_a_refusal_among_many_requests_sends_nobody_twice(nhn: Nhn) -> None:
    desk, people = nhn.desk, 70
    numbers = desk.contacts(people)
    desk.simulator.faults(nhn.api_key, status_429=3)
    campaign = desk.launch()
    desk.send(campaign)
    taken = len(nhn.counts())
    assert desk.ledger(campaign) == {"accepted": taken, "withdrawn": people - taken}
    assert taken <= 61, "what had not begun waits"
    desk.skip(seconds=70)
    desk.settle(campaign)
    assert nhn.counts() == {digits(number): 1 for number in numbers}
    desk.check_books([campaign])
