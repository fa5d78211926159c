"""Whom the network act wants told of their consent: listed with deadline and words, and noted once told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.stack import Camp, Stack


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """홍길동 agreed 20 days ago, 김하늘 yesterday and withdrew, 이서연 two years ago and was told."""
    camp = Camp(stack)
    agree(camp, "홍길동", "010-4420-7101", days=20)
    withdrawn = agree(camp, "김하늘", "010-4420-7102", days=1)
    camp.call("POST", f"/contacts/{withdrawn[0]}/consents/{withdrawn[1]}/withdraw", json={})
    old = agree(camp, "이서연", "010-4420-7103", days=720)
    camp.call("POST", "/compliance/notices", json={"what": "given", "consent_ids": [old[1]]})
    return camp


def agree(camp: Camp, name: str, number: str, days: int) -> tuple[str, str]:
    """A person who agreed to advertising so long ago: ids of the contact and the consent."""
    contact = camp.call("POST", "/contacts", json={"name": name, "phones": [number]})["id"]
    consent = {
        "purpose": "advertising",
        "channel": "all",
        "method": "web",
        "text": "광고성 정보 수신에 동의합니다.",
        "given_at": (datetime.now(UTC) - timedelta(days=days)).isoformat(),
    }
    return contact, camp.call("POST", f"/contacts/{contact}/consents", json=consent)["id"]


def test_who_must_be_told_what_is_listed_and_noted(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    visitor.go("/compliance")
    visitor.click("notices-open")
    results, confirmations = visitor.at("notices-results"), visitor.at("notices-confirmations")
    expect(results.get_by_test_id("notice-line")).to_have_count(3)
    expect(results.get_by_test_id("notice-line").first).to_contain_text("홍길동")
    expect(results.get_by_test_id("notice-line").first).to_contain_text("기한이 6일 지남")
    withdrawn = results.locator('[data-what="withdrawn"]')
    expect(withdrawn).to_contain_text("[시험 캠프]")
    expect(withdrawn).to_contain_text("수신 동의 철회가 처리되었습니다")
    expect(confirmations.get_by_test_id("notice-line")).to_have_count(1)
    expect(confirmations).to_contain_text("이서연")
    expect(visitor.at("notices-told-results")).to_be_disabled()
    withdrawn.get_by_role("checkbox").click()
    visitor.click("notices-told-results")
    visitor.click("notices-confirm")
    expect(results.get_by_test_id("notice-line")).to_have_count(2)
    visitor.click("notices-all-results")
    visitor.click("notices-told-results")
    visitor.click("notices-confirm")
    expect(results).to_contain_text("알릴 결과가 없습니다")
    visitor.click("notices-all-confirmations")
    visitor.click("notices-told-confirmations")
    visitor.click("notices-confirm")
    expect(confirmations).to_contain_text("확인할 동의가 없습니다")


def test_the_notices_fit_a_phone(visit: Callable[..., Visitor], camp: Camp) -> None:
    phone: Visitor = visit(width=390, dark=True)
    agree(camp, "박지훈", "010-4420-7104", days=2)
    phone.has_session_of(camp)
    phone.go("/compliance/notices")
    expect(phone.at("notice-line")).to_have_count(1)
    assert phone.overflow() <= 0
