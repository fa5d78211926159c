"""What must not be sent is refused by its name before it leaves; what makes no sense changes nothing."""

from typing import Any
from uuid import uuid4

import pytest

from shared.messaging import accounts
from tests.shared.messaging.desk import HTTP, Desk, phone
from tests.shared.messaging.test_reports import call, report, sent_message

MEGABYTE = 1024 * 1024


def refusal(desk: Desk, *steps: dict[str, Any]) -> tuple[int, str, list[tuple[str, str]]]:
    """Launching such a campaign: (status, error code, the rules with their words)."""
    desk.contacts(1)
    answer = desk.camp.api.in_language("en").post(f"/campaigns/{desk.campaign(*steps)}/launch")
    error = answer.json.get("error") or {}
    details = [(d.get("rule", ""), d["message"]) for d in error.get("details", [])]
    return answer.status_code, error.get("code", ""), details


@pytest.mark.parametrize(
    ("channel", "body", "words"),
    [
        ("lms", "가" * 1000 + "a", "2001"),
        ("sms", "안녕하세요 🎉", "🎉"),
        ("lms", "오늘 만나요 😀", "😀"),
        ("sms", "#{없는변수}님, 안녕하세요", "없는변수"),
        ("lms", "#{이름}님과 #{별명}", "별명"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_by_its_name(
    desk: Desk, channel: str, body: str, words: str
) -> None:
    status, code, details = refusal(desk, desk.step(channel, body))
    assert (status, code) == (409, "COMPLIANCE_BLOCKED")
    assert any(rule == "V01" and words in message for rule, message in details), details
    assert_nothing_left(desk)


def test_a_kakao_template_with_a_variable_nobody_has_is_refused(desk: Desk) -> None:
    draft = {"name": "안내", "channel": "kakao_alimtalk", "body": "#{이름}님, #{예약번호} 안내"}
    template = desk.ok("POST", "/templates", draft, 201)
    step = {
        "channel": "kakao_alimtalk",
        "sender_id": desk.sender("kakao_channel"),
        "template_id": template["id"],
    }
    status, code, details = refusal(desk, step)
    assert (status, code) == (409, "COMPLIANCE_BLOCKED")
    assert any("예약번호" in message for _, message in details), details
    assert_nothing_left(desk)


def test_a_text_of_exactly_2000_bytes_leaves(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.launch(desk.step("lms", "가" * 1000))
    desk.settle(campaign)
    assert desk.ledger(campaign) == {"delivered": 1}


def test_who_has_no_phone_is_no_recipient(desk: Desk) -> None:
    made = {"name": "박메일", "emails": ["someone@example.com"]}
    desk.ok("POST", "/contacts", made, 201)
    campaign = desk.campaign()
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "CONFLICT")
    desk.contact(phone())
    sent = desk.launch()
    desk.settle(sent)
    assert desk.counts(sent)["recipients"] == 1
    assert desk.received()["total"] == 1


def test_a_report_of_ten_megabytes_is_refused_and_not_kept(desk: Desk) -> None:
    campaign, message = sent_message(desk)
    body = [{**report(message, "4000"), "text": "가" * (4 * MEGABYTE)}]
    assert call(desk, body) == 413
    assert desk.camp.rows("SELECT id FROM report_inbox WHERE kind = 'reports'") == []
    assert desk.ledger(campaign) == {"accepted": 1}


def test_a_report_of_a_message_that_nobody_sent_changes_nothing(desk: Desk) -> None:
    campaign, _ = sent_message(desk)
    before = desk.quota()
    strangers = [report(uuid4(), "4000"), report(uuid4(), "3104"), {"messageId": "M4V", "statusCode": "4000"}]
    assert call(desk, strangers) == 200
    assert desk.apply_reports() == 1
    assert desk.ledger(campaign) == {"accepted": 1}
    assert desk.quota() == before


@pytest.mark.parametrize("digest", ["", "0" * 40, "ungültig".encode().hex()])
def test_a_call_without_the_secret_is_refused_and_not_kept(desk: Desk, digest: str) -> None:
    campaign, _ = sent_message(desk)
    with desk.camp.transaction() as connection:
        account = accounts.for_sending(connection, desk.camp.cipher)
    url = accounts.hooks(account.carrier, account.account_key).reports
    headers = {"X-Solapi-Event-Name": "SINGLE-REPORT", **({"X-Solapi-Secret": digest} if digest else {})}
    assert HTTP.post(url, content=b"[]", headers=headers).status_code == 403
    assert desk.camp.rows("SELECT id FROM report_inbox") == []
    assert desk.ledger(campaign) == {"accepted": 1}


def assert_nothing_left(desk: Desk) -> None:
    assert desk.received()["total"] == 0
    assert desk.quota()["reserved"] == desk.quota()["used"] == 0
