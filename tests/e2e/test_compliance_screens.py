"""The election law in the browser: where the camp stands, the eight sends, approvals, freezes, evidence."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shared.kernel.clock import seoul_date, utc_now
from tests.e2e.browser import Visitor
from tests.e2e.colleagues import joins
from tests.e2e.lists import as_csv
from tests.stack import Camp, Stack

POLL_TEXT = "여론조사 지지율 1위, 감사합니다."
REASON = "선거관리위원회가 중지를 요청함"


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """A camp with one person to write to."""
    camp = Camp(stack, name="최소유", organization="선거법 화면 시험 캠프")
    phone = f"010{2000 + secrets.randbelow(7000)}{secrets.randbelow(8000):04d}"
    content = as_csv([["성명", "휴대폰"], ["남궁가온", phone]]).encode()
    camp.finished_import(camp.upload(content, source="시험", legal_basis="consent"))
    return camp


def landline() -> str:
    """A sender's number that the camp does not have yet."""
    return f"02{2000 + secrets.randbelow(7000)}{secrets.randbelow(10_000):04d}"


def draft(camp: Camp, body: str, name: str) -> str:
    sender = camp.call("POST", "/senders", json={"kind": "phone", "value": landline()})["id"]
    step = {"channel": "sms", "sender_id": sender, "body": body}
    wanted = {"name": name, "purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    campaign_id: str = camp.call("POST", "/campaigns", json=wanted)["id"]
    return campaign_id


def test_candidate_dates_and_the_eight_sends(visitor: Visitor, camp: Camp) -> None:
    visitor.logs_in(camp)
    visitor.click("nav-compliance")
    expect(visitor.at("today-electionText")).to_have_attribute("data-permission", "forbidden")
    visitor.click("compliance-tab-candidate")
    enter_the_candidate(visitor, camp)
    visitor.click("compliance-tab-overview")
    visitor.sees("standing-badge", "예비후보자")
    visitor.sees("days-left", "D-")
    visitor.sees("timeline", "여론조사 결과 공표 금지")
    # No number has been reported: the rule says so with its article.
    visitor.sees("today-electionText", "제25조의10")
    count_a_send_made_elsewhere(visitor)


def enter_the_candidate(visitor: Visitor, camp: Camp) -> None:
    day = camp.call("GET", "/elections/upcoming")[3]["election_day"]
    visitor.click("election-create")
    visitor.click(f"upcoming-{day}")
    visitor.click("form-save")
    expect(visitor.at("election-day")).to_have_count(0)
    # On whatever day this runs, the register of pre-candidates is open two months before.
    [election] = camp.call("GET", "/elections")
    soon = (seoul_date(utc_now()) + timedelta(days=60)).isoformat()
    wanted = {"kind": "governor", "name": election["name"], "election_day": soon}
    camp.call("PUT", f"/elections/{election['id']}", json=wanted)
    visitor.write(candidate_name="남궁후보", candidate_phone="02-123-4567", candidate_refusal="080-123-4567")
    yesterday = seoul_date(utc_now()) - timedelta(days=1)
    visitor.at("candidate-pre_registered_on").fill(yesterday.isoformat())
    visitor.click("candidate-save")
    expect(visitor.page.get_by_text("저장했습니다")).to_be_visible()
    saved = camp.call("GET", "/candidate")
    assert (saved["name"], saved["standing"]) == ("남궁후보", "pre_candidate")


def count_a_send_made_elsewhere(visitor: Visitor) -> None:
    visitor.sees("counter-left", "8회 남음")
    visitor.click("send-add")
    visitor.write(send_recipients="1200", send_note="문자 업체")
    visitor.click("form-save")
    visitor.sees("counter-left", "7회 남음")
    visitor.sees("send-line", "문자 업체")
    visitor.click("send-remove")
    visitor.click("send-remove-confirm")
    visitor.sees("counter-left", "8회 남음")


def test_every_rule_with_its_article_and_no_legal_advice(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    visitor.go("/compliance/rules")
    visitor.sees("no-legal-advice", "법률 자문이 아닙니다")
    rules = camp.call("GET", "/compliance/rules")["rules"]
    for rule in rules:
        visitor.sees(f"rule-{rule['id']}", rule["article"])
    visitor.write(rule_search="제82조의8")
    expect(visitor.page.locator("[data-testid^='rule-E']")).to_have_count(1)


def test_a_second_person_reads_and_decides(visit: Callable[..., Visitor], camp: Camp) -> None:
    admin = joins(camp, "admin", "한관리")
    campaign_id = draft(camp, POLL_TEXT, "지지율 안내")
    camp.call("POST", f"/campaigns/{campaign_id}/approvals", json={"note": "급합니다"})
    own = visit()
    own.has_session_of(camp)
    own.go("/compliance/approvals")
    own.click("approval-open")
    expect(own.at("approval-sheet")).to_contain_text("내가 요청한 것은 내가 승인할 수 없습니다")
    expect(own.at("approval-approve")).to_have_count(0)

    other = visit(width=390, dark=True)
    other.has_session_of(admin)
    other.go("/compliance/approvals")
    other.sees("approval-line", "최소유님이")
    other.click("approval-open")
    other.sees("approval-text", POLL_TEXT)
    other.sees("verdict-E13", "제108조")
    assert other.overflow() <= 0
    expect(other.at("approval-refuse")).to_be_disabled()
    other.write(decision_note="근거가 없습니다")
    other.click("approval-refuse")
    expect(other.at("approval-line")).to_have_count(0)
    told = camp.call("GET", f"/campaigns/{campaign_id}/approvals")[0]
    assert (told["state"], told["decision_note"]) == ("refused", "근거가 없습니다")


def test_a_freeze_stops_everything_and_stands_on_every_screen(
    visit: Callable[..., Visitor], camp: Camp
) -> None:
    waiting = draft(camp, "행사 안내입니다.", "멈춘 안내")
    visitor = visit(width=390)
    visitor.has_session_of(camp)
    visitor.go("/compliance/freezes")
    visitor.click("freeze-open")
    visitor.write(freeze_reason=REASON, freeze_ordered_by="동작구선관위 2026-1")
    visitor.click("freeze-confirm")
    visitor.sees("freeze-line", REASON)
    for path in ("/", "/contacts", "/inbox"):
        visitor.go(path)
        visitor.sees("freeze-banner", REASON)
        assert visitor.overflow() <= 0, path
    refused = camp.http.post(f"/campaigns/{waiting}/launch")
    assert refused.json()["error"]["details"][0]["rule"] == "E21"
    visitor.go("/compliance/freezes")
    visitor.click("freeze-lift")
    visitor.write(freeze_lift_reason="확인이 끝남")
    visitor.click("freeze-lift-confirm")
    expect(visitor.at("freeze-banner")).to_have_count(0)
    expect(visitor.at("freeze-line").first).to_have_attribute("data-lifted", "true")


def test_evidence_and_verdicts_of_a_launched_campaign(visitor: Visitor, camp: Camp) -> None:
    campaign_id = camp.launch("행사 안내입니다.", name="증거 시험", sender=landline())
    camp.finished_campaign(campaign_id)
    phone = camp.call("GET", "/contacts")[0]["phones"][0]
    visitor.has_session_of(camp)
    visitor.go(f"/campaigns/{campaign_id}")
    expect(visitor.at("check-launch")).to_be_visible()
    lines = visitor.downloads("evidence-download").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 2
    assert all(isinstance(json.loads(line), dict) for line in lines)
    for written in (phone, phone.replace("-", "")):
        assert written not in "".join(lines)
