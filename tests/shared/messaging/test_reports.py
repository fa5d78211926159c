"""Delivery reports: late, double, out of order, forged; and what a failed step leads to."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import settling
from tests.shared.messaging.desk import HTTP, Desk, dying_before, phone, wait_until


def account(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = desk.ok("GET", "/carrier-accounts")[0]
    return found


def call(desk: Desk, items: list[dict[str, Any]], *, secret: str | None = None) -> int:
    """A report call as the carrier makes it; the answer's status."""
    from shared.messaging import accounts

    with desk.camp.transaction() as connection:
        opened = accounts.for_sending(connection, desk.camp.cipher)
    given = opened.credentials.webhook_secret if secret is None else secret
    digest = hashlib.sha1(given.encode(), usedforsecurity=False).hexdigest()
    url = account(desk)["hooks"]["reports"]
    headers = {"X-Solapi-Secret": digest, "X-Solapi-Event-Name": "SINGLE-REPORT"}
    return HTTP.post(url, content=json.dumps(items), headers=headers).status_code


def report(reference: UUID, code: str, **more: Any) -> dict[str, Any]:
    return {
        "messageId": f"M4V{reference.hex}",
        "statusCode": code,
        "customFields": {"ref": str(reference)},
        **more,
    }


def sent_message(desk: Desk) -> tuple[UUID, UUID]:
    """A campaign with one message that the carrier took and never reports about."""
    desk.contact(phone("9004"))
    campaign = desk.launch()
    desk.send(campaign)
    [row] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    return campaign, row["id"]


def test_double_and_late_reports_change_nothing(desk: Desk) -> None:
    campaign, message = sent_message(desk)
    for code in ("4000", "4000", "3043", "3000"):
        assert call(desk, [report(message, code)]) == 200
        desk.apply_reports()
    assert desk.ledger(campaign) == {"delivered": 1}
    assert desk.stats(campaign)["delivered"] == 1
    points = desk.ok("GET", f"/campaigns/{campaign}/series")["points"]
    assert sum(point["delivered"] for point in points) == 1
    desk.check_books([campaign])


def test_one_call_may_say_everything_about_a_message(desk: Desk) -> None:
    campaign, message = sent_message(desk)
    call(desk, [report(message, code) for code in ("3000", "4000", "3043")])
    assert desk.apply_reports() == 1
    assert desk.apply_reports() == 0
    assert desk.ledger(campaign) == {"delivered": 1}


@pytest.mark.parametrize("suffix", ["9009", "9010", "9011"])
def test_the_simulators_disorder_is_harmless(desk: Desk, suffix: str) -> None:
    desk.contact(phone(suffix))
    campaign = desk.launch()
    desk.settle(campaign)
    wait_until(lambda: not desk.apply_reports())
    assert desk.ledger(campaign) == {"delivered": 1}
    desk.check_books([campaign])


def test_a_report_is_matched_by_the_carriers_id_too(desk: Desk) -> None:
    campaign, _ = sent_message(desk)
    [row] = desk.camp.rows("SELECT carrier_message_id AS id FROM messages WHERE campaign_id = %s", campaign)
    call(desk, [{"messageId": row["id"], "statusCode": "4000"}])
    desk.apply_reports()
    assert desk.ledger(campaign) == {"delivered": 1}


def test_forged_and_foreign_calls_are_refused(desk: Desk, new_desk: Any) -> None:
    campaign, message = sent_message(desk)
    assert call(desk, [report(message, "4000")], secret="guessed") == 403
    key = account(desk)["account_key"]
    base = desk.settings.public_url
    assert HTTP.post(f"{base}/hooks/simulator/{key[:-2]}00/reports", content=b"[]").status_code == 404
    assert HTTP.post(f"{base}/hooks/simulator/nonsense/reports", content=b"[]").status_code == 404
    assert HTTP.post(f"{base}/hooks/solapi/{key}/reports", content=b"[]").status_code == 404
    assert desk.apply_reports() == 0
    other = new_desk()
    other.contact(phone())
    other.launch()
    assert call(other, [report(message, "4000")]) == 200
    other.apply_reports()
    assert desk.ledger(campaign) == {"accepted": 1}, "another camp's account may not touch our message"


def test_a_call_that_makes_no_sense_is_put_aside(desk: Desk) -> None:
    campaign, message = sent_message(desk)
    assert call(desk, [report(message, "4000"), {"nonsense": 1}]) == 200
    assert call(desk, "text") == 200  # type: ignore[arg-type]
    desk.apply_reports()
    assert desk.apply_reports() == 0
    assert desk.ledger(campaign) == {"delivered": 1}


def test_calls_are_stored_sealed(desk: Desk) -> None:
    _, message = sent_message(desk)
    call(desk, [report(message, "4000", to="01012345678")])
    [row] = desk.camp.rows("SELECT body_sealed FROM report_inbox")
    assert b"01012345678" not in bytes(row["body_sealed"])


def test_a_failed_text_goes_on_by_kakao(desk: Desk) -> None:
    desk.contact(phone("9012"), name="이바다")
    desk.contact(phone("0001"))
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "#{이름}님께 알려 드립니다."))
    desk.settle(campaign)
    stats = desk.stats(campaign)
    assert stats["delivered"] == 2
    assert stats["fallback"] == {"started": 1, "delivered": 1, "failed": 0}
    assert [(step["sent"], step["delivered"], step["failed"]) for step in stats["steps"]] == [
        (2, 1, 1),
        (1, 1, 0),
    ]
    kakao = [text for text in desk.texts() if text["type"] == "ATA"]
    assert [text["text"] for text in kakao] == ["이바다님께 알려 드립니다."]
    assert desk.quota()["used"] == 3
    desk.check_books([campaign])


def test_a_failed_kakao_goes_on_by_text(desk: Desk) -> None:
    desk.contact(phone("9007"))
    campaign = desk.launch(desk.step("kakao_alimtalk", "안내드립니다."), desk.step())
    desk.settle(campaign)
    assert desk.stats(campaign)["fallback"]["delivered"] == 1
    assert [text["type"] for text in desk.texts()] == ["ATA", "SMS"]
    desk.check_books([campaign])


@pytest.mark.parametrize(("end", "texts"), [("4000", ["ATA"]), ("3104", ["ATA", "SMS"])])
def test_sent_but_unconfirmed_is_waited_for_before_the_fallback(
    desk: Desk, end: str, texts: list[str]
) -> None:
    """Kakao's 3005 is no end: whoever got a text now might get the Kakao message too."""
    desk.contact(phone("9004"))
    campaign = desk.launch(desk.step("kakao_alimtalk", "안내드립니다."), desk.step())
    desk.send(campaign)
    [message] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    for hours in (0, 1, 24):
        desk.skip(hours=hours)
        call(desk, [report(message["id"], "3005")])
        desk.apply_reports()
        assert (desk.send(campaign), desk.counts(campaign)["sent"]) == (0, 1)
    call(desk, [report(message["id"], end), report(message["id"], "3005")])
    desk.apply_reports()
    desk.send(campaign)
    desk.send(campaign)
    assert [text["type"] for text in desk.texts()] == texts
    desk.check_books([campaign])


def test_unconfirmed_for_three_days_gets_no_second_message(desk: Desk) -> None:
    desk.contact(phone("9004"))
    campaign = desk.launch(desk.step("kakao_alimtalk", "안내드립니다."), desk.step())
    desk.send(campaign)
    [message] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    call(desk, [report(message["id"], "3005")])
    desk.apply_reports()
    desk.skip(hours=73)
    assert desk.sweep("expire_unreported") == 1
    assert desk.send(campaign) == 0
    assert desk.stats(campaign)["reasons"] == [{"reason": "unreported", "count": 1}]
    assert [text["type"] for text in desk.texts()] == ["ATA"]
    desk.check_books([campaign])


def test_the_next_step_waits_as_long_as_it_should(desk: Desk) -> None:
    desk.contact(phone("9001"))
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내드립니다.", wait_seconds=600))
    desk.send(campaign)
    wait_until(lambda: desk.apply_reports() > 0 and desk.counts(campaign)["queued"] == 1)
    assert desk.send(campaign) == 0
    desk.skip(seconds=601)
    assert desk.send(campaign) == 1


def test_without_quota_the_next_step_does_not_start(desk: Desk) -> None:
    desk.contact(phone("9012"))
    desk.ok("PUT", "/quota", {"limit": 1})
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내드립니다."))
    desk.settle(campaign)
    assert desk.stats(campaign)["reasons"] == [{"reason": "quota", "count": 1}]
    assert desk.quota()["used"] == 1
    desk.check_books([campaign])


def test_a_silent_carrier_is_asked_and_after_three_days_given_up(desk: Desk) -> None:
    campaign, _ = sent_message(desk)
    assert desk.sweep("reconcile_reports") == 0
    desk.skip(seconds=61)
    assert desk.sweep("reconcile_reports") == 1
    assert desk.counts(campaign)["sent"] == 1
    desk.skip(hours=73)
    assert desk.sweep("expire_unreported") == 1
    assert desk.stats(campaign)["reasons"] == [{"reason": "unreported", "count": 1}]
    desk.check_books([campaign])


def test_a_look_up_that_fails_teaches_nothing(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_before_accept=1)
    desk.send(campaign)
    desk.skip(seconds=300)
    desk.simulator.put(desk.api_key, api_secret="changed").raise_for_status()
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["unknown"] == 2, "an unanswered question is not an answer"


def test_a_lost_report_actor_is_made_good(desk: Desk, monkeypatch: Any) -> None:
    campaign, message = sent_message(desk)
    call(desk, [report(message, "4000")])
    with dying_before(settling, "apply", monkeypatch):
        desk.apply_reports()
    assert desk.apply_reports() == 1, "the call was not marked as applied"
    assert desk.ledger(campaign) == {"delivered": 1}


def inbound(desk: Desk, number: str, text: str, message_id: str = "MO1") -> None:
    from shared.messaging import accounts

    with desk.camp.transaction() as connection:
        secret = accounts.for_sending(connection, desk.camp.cipher).credentials.webhook_secret
    digest = hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()
    body = json.dumps({"from": number, "to": "0212345678", "text": text, "provider_msg_id": message_id})
    url = account(desk)["hooks"]["inbound"]
    assert HTTP.post(url, content=body, headers={"X-Solapi-Secret": digest}).status_code == 200
    desk.apply_reports()


def test_a_reply_that_refuses_opts_out_and_others_join_the_timeline(desk: Desk) -> None:
    number = phone()
    contact = desk.contact(number)
    desk.launch()
    inbound(desk, number.replace("-", ""), "언제 하나요?")
    assert desk.ok("GET", "/opt-outs") == []
    inbound(desk, number.replace("-", ""), "수신거부", "MO2")
    inbound(desk, number.replace("-", ""), "수신거부", "MO2")
    [opt_out] = desk.ok("GET", "/opt-outs")
    assert opt_out["value_masked"] == f"010-****-{number[-4:]}"
    assert desk.ok("GET", f"/contacts/{contact}")["opted_out"]
    timeline = desk.ok("GET", f"/contacts/{contact}/timeline")
    texts = [item["detail"].get("text") for item in timeline if item["kind"] == "inbound"]
    assert sorted(texts) == ["수신거부", "언제 하나요?"]
    assert [item["kind"] for item in timeline].count("opt_out") == 1
