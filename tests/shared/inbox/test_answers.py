"""Answers leave exactly once, whatever dies, and say what became of them."""

import threading
from typing import Any

import pytest

from shared.inbox import outbox
from shared.messaging import delivering
from shared.messaging.gateways import CarrierRefused, SolapiGateway
from tests.shared.inbox.conftest import Inbox
from tests.shared.messaging.carrier_desks import CARRIERS, at_carrier
from tests.shared.messaging.desk import dying_before, phone, wait_until


@pytest.fixture
def number() -> str:
    return phone()


def fate(inbox: Inbox) -> tuple[str, str | None]:
    [answer] = [m for m in inbox.thread(inbox.one()) if m["direction"] == "out"]
    return answer["state"], answer["reason"]


def test_an_answer_goes_through_the_ledger_and_reports_its_fate(inbox: Inbox, number: str) -> None:
    contact = inbox.desk.contact(number, "박초록")
    inbox.writes(number, "언제 하나요?")
    made = inbox.reply(inbox.one(), "#{이름}님, 토요일 2시입니다.")
    assert (made["state"], made["direction"], made["text"]) == (
        "queued",
        "out",
        "박초록님, 토요일 2시입니다.",
    )
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["박초록님, 토요일 2시입니다."]

    def delivered() -> bool:
        inbox.desk.apply_reports()
        return fate(inbox) == ("delivered", None)

    wait_until(delivered)
    assert inbox.desk.quota()["used"] == 1
    kinds = [item["kind"] for item in inbox.ok("GET", f"/contacts/{contact}/timeline")]
    assert "message" in kinds
    assert inbox.one()["last"]["text"] == made["text"]


def test_the_same_key_is_the_same_answer_even_a_day_later(inbox: Inbox, number: str) -> None:
    inbox.writes(number, "질문")
    first = inbox.reply(inbox.one(), "답", key="k1")
    again = inbox.reply(inbox.one(), "답", key="k1")
    inbox.desk.camp.rows("DELETE FROM idempotency_keys RETURNING 1")
    later = inbox.reply(inbox.one(), "답", key="k1")
    other = inbox.reply(inbox.one(), "답", key="k2")
    assert first["id"] == again["id"] == later["id"] != other["id"]
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["답", "답"]


def test_two_workers_send_an_answer_once(inbox: Inbox, number: str) -> None:
    inbox.writes(number, "질문")
    made = inbox.reply(inbox.one(), "답")
    threads = [
        threading.Thread(target=outbox.advance, args=(inbox.desk.camp.tenant_id, made["id"], inbox.desk.now))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["답"]


def test_a_worker_that_dies_before_the_attempt_loses_nothing(
    inbox: Inbox, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.writes(number, "질문")
    inbox.reply(inbox.one(), "답")
    with dying_before(outbox, "_write", monkeypatch):
        inbox.send_waiting()
    assert fate(inbox)[0] == "queued"
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["답"]


@pytest.mark.parametrize("before_the_call", [True, False])
def test_a_worker_that_dies_at_the_call_sends_it_once(
    inbox: Inbox, number: str, monkeypatch: pytest.MonkeyPatch, before_the_call: bool
) -> None:
    inbox.writes(number, "질문")
    inbox.reply(inbox.one(), "답")
    place, name = (delivering, "deliver") if before_the_call else (delivering, "_store_answers")
    with dying_before(place, name, monkeypatch):
        inbox.send_waiting()
    assert fate(inbox)[0] == "sending"
    assert inbox.at_phone(number) == ([] if before_the_call else ["답"])
    for _ in range(6):
        inbox.desk.skip(seconds=70)
        inbox.desk.sweep("recover_sends")
        inbox.desk.sweep("resolve_unknown")
        inbox.send_waiting()
    assert inbox.at_phone(number) == ["답"]
    assert fate(inbox)[0] in ("sent", "delivered")
    assert inbox.desk.quota()["used"] == 1
    assert inbox.desk.quota()["reserved"] == 0


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("fault", ["reset_after_accept", "reset_before_accept"])
def test_a_lost_answer_is_looked_for_where_our_reference_is_not_carried(
    inbox: Inbox, number: str, carrier: str, fault: str
) -> None:
    """Taken or not, the citizen gets it once, and it does not stay unknown."""
    inbox.writes(number, "언제 하나요?")
    desk = at_carrier(inbox.desk, carrier)
    inbox.reply(inbox.one(), "토요일 2시입니다.")
    desk.simulator.faults(desk.api_key, **{fault: 1})
    inbox.send_waiting()
    assert fate(inbox) == ("unknown", None)
    for _ in range(3):
        desk.skip(minutes=7)
        desk.sweep("resolve_unknown")
        inbox.send_waiting()
    assert inbox.at_phone(number) == ["토요일 2시입니다."]

    def delivered() -> bool:
        desk.skip(hours=1)
        desk.sweep("reconcile_reports")
        return fate(inbox) == ("delivered", None)

    wait_until(delivered)


def test_a_carrier_that_is_busy_is_asked_again_and_then_given_up(inbox: Inbox, number: str) -> None:
    inbox.writes(number, "질문")
    inbox.send_waiting()
    inbox.reply(inbox.one(), "답")
    busy: list[Any] = []

    def refuse(*_: Any) -> Any:
        busy.append(1)
        raise CarrierRefused("RATE", retryable=True, retry_after=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SolapiGateway, "send", refuse)
        for _ in range(10):
            inbox.send_waiting()
            inbox.desk.skip(minutes=3)
    assert (len(busy), fate(inbox)) == (outbox.MOST_ATTEMPTS, ("given_up", "system"))
    assert inbox.desk.quota()["reserved"] == 0


def test_who_refuses_meanwhile_is_not_answered(inbox: Inbox, number: str) -> None:
    inbox.writes(number, "질문")
    inbox.reply(inbox.one(), "답")
    inbox.ok("POST", "/opt-outs", {"phone": number, "reason": "전화로 요청"}, 201)
    inbox.send_waiting()
    assert fate(inbox) == ("given_up", "opt_out")
    assert inbox.at_phone(number) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [("안녕하세요 😀", "😀"), ("가" * 1001, "2002"), ("", ""), ("   ", "")],
)
def test_what_no_phone_can_show_is_refused_with_a_sentence(
    inbox: Inbox, number: str, text: str, word: str
) -> None:
    inbox.writes(number, "질문")
    error = inbox.reply(inbox.one(), text, status=422)
    assert any(word in detail["message"] for detail in error["details"])
    assert inbox.send_waiting() == 0


def test_a_long_answer_becomes_an_lms_from_the_number_that_was_written_to(inbox: Inbox, number: str) -> None:
    other = {"kind": "phone", "value": "02-777-1234", "label": "둘째", "registered_on": "2026-01-02"}
    inbox.ok("POST", "/senders", other, 201)
    inbox.writes(number, "질문", to="027771234")
    inbox.reply(inbox.one(), "긴 답입니다. " * 20)
    inbox.send_waiting()
    [text] = [item for item in inbox.desk.texts() if item["to"] == number.replace("-", "")]
    assert (text["type"], text["from"]) == ("LMS", "027771234")


def test_beyond_the_quota_an_answer_is_refused_at_once(inbox: Inbox, number: str) -> None:
    inbox.writes(number, "질문")
    inbox.ok("PUT", "/quota", {"limit": 0})
    assert inbox.reply(inbox.one(), "답", status=409)["code"] == "QUOTA_EXCEEDED"
