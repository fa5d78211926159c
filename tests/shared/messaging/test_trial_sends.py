"""A test send obeys the law and refusals like any other message, and happens once."""

from typing import Any
from uuid import UUID

from tests.factories import fresh_address
from tests.shared.messaging.desk import Desk, phone


def try_it(desk: Desk, campaign: UUID, number: str, key: str | None = None) -> Any:
    headers = fresh_address() | ({"Idempotency-Key": key} if key else {})
    return desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": number}, headers=headers)


def audited(desk: Desk) -> int:
    return len(desk.camp.rows("SELECT 1 AS one FROM audit_log WHERE action = 'campaign.test_sent'"))


def test_a_test_send_arrives_counts_and_is_audited(desk: Desk) -> None:
    number = phone()
    answer = try_it(desk, desk.campaign(), number)
    assert answer.json["data"]["state"] == "accepted"
    assert desk.received()["counts"] == {number.replace("-", ""): 1}
    quota = desk.quota()
    assert (quota["used"], quota["reserved"]) == (1, 0)
    assert audited(desk) == 1


def test_the_same_key_sends_once(desk: Desk) -> None:
    campaign, number = desk.campaign(), phone()
    answers = [try_it(desk, campaign, number, "once") for _ in range(2)]
    assert answers[0].json["data"] == answers[1].json["data"]
    assert desk.received()["total"] == 1


def test_nobody_who_refused_gets_a_test(desk: Desk) -> None:
    refused, other = phone(), phone()
    desk.ok("POST", "/contacts", {"name": "김하늘", "phones": [refused, other]}, 201)
    desk.ok("POST", "/opt-outs", {"phone": refused}, 201)
    campaign = desk.campaign()
    assert [try_it(desk, campaign, number).status_code for number in (refused, other)] == [409, 409]
    assert desk.quota()["used"] == desk.quota()["reserved"] == 0
    assert audited(desk) == 0


def test_what_the_law_forbids_is_not_tried_either(desk: Desk) -> None:
    desk.candidate(refusal_number="")
    answer = try_it(desk, desk.campaign(purpose="election_campaign"), phone())
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "COMPLIANCE_BLOCKED")
    assert [detail["rule"] for detail in answer.json["error"]["details"]] == ["E04"]


def test_tests_are_no_automatic_sends(desk: Desk) -> None:
    desk.contacts(1)
    desk.candidate()
    body = "(선거운동정보) 예비후보 홍길동 02-1234-5678 불법수집정보 신고 118 무료수신거부 080-123-4567"
    election = {"purpose": "election_campaign"}
    for _ in range(8):
        desk.launch(desk.step(body=body), **election)
    assert try_it(desk, desk.campaign(desk.step(body=body), **election), phone()).status_code == 200
