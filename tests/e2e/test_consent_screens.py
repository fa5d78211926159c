"""Consents taken back on a person's page: what the screen says, and what it offers next."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import MessyList
from tests.stack import Camp, Stack

GIVEN = {
    "purpose": "advertising",
    "channel": "all",
    "method": "paper",
    "text": "문자로 소식을 받는 데 동의합니다.",
    "given_at": "2026-03-01T00:00:00+09:00",
}
SOURCE = {"source": "방명록", "legal_basis": "consent"}


@pytest.fixture
def camp(stack: Stack) -> Camp:
    return Camp(stack)


def person_with_two_consents(camp: Camp, purpose: str = "advertising") -> str:
    """A person who agreed to the same twice; the id."""
    person = {"name": "한마음", "phones": [MessyList().phone("홍길동")], **SOURCE}
    contact_id: str = camp.call("POST", "/contacts", json=person)["id"]
    for _ in range(2):
        camp.call("POST", f"/contacts/{contact_id}/consents", json={**GIVEN, "purpose": purpose})
    return contact_id


def test_a_consent_is_taken_back_and_what_follows_has_a_button(visitor: Visitor, camp: Camp) -> None:
    """The twin ends with it, the timeline says what happened, and the question can be answered."""
    contact_id = person_with_two_consents(camp)
    visitor.has_session_of(camp)
    visitor.go(f"/contacts/{contact_id}")
    visitor.at("consent-withdraw").first.click()
    visitor.click("consent-withdraw-opt-out")
    visitor.click("consent-withdraw-confirm")
    expect(visitor.at("consent-withdraw")).to_have_count(0)
    visitor.sees("contact-consents", "같은 동의를 철회해 끝남")
    visitor.sees("contact-timeline", re.compile("동의 철회.*홍보성 정보"))
    expect(visitor.at("contact-timeline")).not_to_contain_text("consent_withdrawn")
    assert camp.call("GET", "/opt-outs") == []
    visitor.page.get_by_role("button", name="수신거부 등록").click()
    visitor.sees("contact-reach", "수신거부")
    visitor.click("provenance-open")
    visitor.sees("provenance-sheet", "같은 동의를 철회해 끝남")


def test_who_was_opted_out_with_it_is_not_asked_again(visitor: Visitor, camp: Camp) -> None:
    contact_id = person_with_two_consents(camp, "processing")
    visitor.has_session_of(camp)
    visitor.go(f"/contacts/{contact_id}")
    visitor.at("consent-withdraw").first.click()
    visitor.click("consent-withdraw-confirm")
    visitor.sees("contact-reach", "수신거부")
    offered = visitor.page.get_by_role("button", name="완전히 파기")
    expect(offered).to_be_visible()
    expect(visitor.page.get_by_role("button", name="수신거부 등록")).to_have_count(0)
    offered.click()
    expect(visitor.at("erase-reason")).to_be_visible()


def test_what_a_stranger_left_is_erased_by_their_number(visitor: Visitor, camp: Camp) -> None:
    phone = MessyList().phone("홍길동")
    camp.call("POST", "/opt-outs", json={"phone": phone})
    visitor.has_session_of(camp)
    visitor.go("/privacy")
    visitor.write(privacy_lookup=phone)
    visitor.sees("privacy-answer", "수신거부로 등록되어")
    visitor.click("privacy-erase-number")
    expect(visitor.at("erase-confirm")).to_be_disabled()
    visitor.write(erase_reason="본인이 전화로 요구함", erase_typed="파기")
    visitor.click("erase-confirm")
    visitor.sees("privacy-answer", "파기했습니다")
    visitor.sees("request-line", "본인이 전화로 요구함")
