"""Two texts are written, tried on a part of the audience, and the better one goes to the rest."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import PEOPLE
from tests.stack import Camp, Stack, wait_for

TEXT_A = "#{이름}님, 토요일에 만나요. https://example.com/a"
TEXT_B = "#{이름}님, 토요일 두 시 구민회관! https://example.com/b"
LINK = re.compile(r"https?://\S+/l/[0-9A-Za-z]{11}")
OWN = "01044179801"
HANDSET = {"User-Agent": "Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 Chrome/131 Mobile"}


@pytest.fixture
def camp(stack: Stack) -> Camp:
    """A camp with seven reachable people and a number.

    One for each test: a second account would carry a share of the texts, and the test would read the other's.
    """
    camp = Camp(stack)
    for number, name in enumerate(PEOPLE):
        camp.call("POST", "/contacts", json={"name": name, "phones": [f"010-4417-7{number}01"]})
    camp.call(
        "POST", "/senders", json={"kind": "phone", "value": "02-1234-5678", "registered_on": "2026-01-05"}
    )
    return camp


def write_two_texts(visitor: Visitor, name: str, text_a: str = TEXT_A, text_b: str = TEXT_B) -> None:
    visitor.go("/campaigns/new")
    visitor.write(campaign_name=name)
    visitor.choose("campaign-purpose", "행사 안내")
    visitor.click("wizard-next")
    visitor.write(campaign_body=text_a)
    visitor.click("split-start")
    expect(visitor.at("campaign-body")).to_have_value(text_a)
    expect(visitor.at("wizard-next")).to_be_disabled()
    visitor.write(campaign_body="")
    expect(visitor.at("wizard-next")).to_be_disabled()
    visitor.write(campaign_body=text_b)
    visitor.sees("preview-text", "구민회관")
    visitor.click("preview-variant-a")
    expect(visitor.at("campaign-body")).to_have_value(text_a)
    visitor.sees("preview-text", "만나요")
    visitor.choose("split-share", "50%")
    visitor.sees("split-sizes", "A안 1명, B안 1명이 먼저 받고, 나머지 5명은")


def to_check(visitor: Visitor) -> None:
    visitor.click("wizard-next")
    visitor.click("wizard-next")
    visitor.sees("check-step-1", "만나요")
    visitor.sees("check-step-1b", "구민회관")


def launch(visitor: Visitor) -> None:
    visitor.click("launch-button")
    visitor.click("launch-confirm")
    expect(visitor.at("variants")).to_be_visible()


def texts_of(camp: Camp, api_key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = camp.console("GET", f"messages?api_key={api_key}&limit=100")["items"]
    return found


def open_the_link(camp: Camp, api_key: str, words: str) -> None:
    """Somebody who got this text taps its link."""
    [text] = [one["text"] for one in texts_of(camp, api_key) if words in one["text"] and one["to"] != OWN]
    found = LINK.search(text)
    assert found is not None
    assert httpx.get(found[0], headers=HANDSET).is_redirect


def try_text_b(visitor: Visitor, camp: Camp, api_key: str) -> None:
    """Staff send the second text to a phone of their own before anybody else gets it."""
    visitor.choose("test-send-step", re.compile("B안"))
    visitor.write(test_send_to=OWN)
    visitor.click("test-send-button")
    [text] = wait_for(lambda: texts_of(camp, api_key))
    assert "구민회관" in text["text"]


def test_a_person_chooses_the_better_text_for_the_rest(visitor: Visitor, camp: Camp) -> None:
    api_key = camp.connect_account(senders=["0212345678"])
    visitor.has_session_of(camp)
    write_two_texts(visitor, "문안 시험")
    visitor.click("draft-save")
    expect(visitor.page).to_have_url(re.compile("/edit$"))
    visitor.page.reload()
    visitor.click("wizard-next")
    visitor.click("variant-b")
    expect(visitor.at("campaign-body")).to_have_value(TEXT_B)
    to_check(visitor)
    visitor.sees("split-first", "1명씩")
    try_text_b(visitor, camp, api_key)
    launch(visitor)
    for variant in "ab":
        expect(visitor.at(f"variant-{variant}-delivered")).to_have_text("1")
    visitor.sees("variants-standing", "나머지 5명이 기다립니다")
    open_the_link(camp, api_key, "구민회관")
    expect(visitor.at("variant-b-rate")).to_have_text("100%")
    expect(visitor.at("variant-a-rate")).to_have_text("0%")
    expect(visitor.at("monitor-open-rate")).to_have_text("50%")
    visitor.click("variant-choose-b")
    visitor.click("variant-confirm")
    expect(visitor.at("variants")).to_have_attribute("data-chosen", "b")
    visitor.sees("variants-standing", "나머지 5명은 B안을 받습니다")
    expect(visitor.at("variant-choose-a")).to_have_count(0)
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    wait_for(lambda: len(texts_of(camp, api_key)) == len(PEOPLE) + 1)
    sent = texts_of(camp, api_key)
    assert sum("구민회관" in one["text"] for one in sent) == len(PEOPLE), (
        "all but text A's one, and the own phone"
    )


def test_the_rule_chooses_when_its_time_has_come(visitor: Visitor, camp: Camp, stack: Stack) -> None:
    """Nobody touches anything: a quarter of an hour after the trial its better text goes to the rest."""
    api_key = camp.connect_account(senders=["0212345678"])
    visitor.has_session_of(camp)
    write_two_texts(visitor, "자동 시험", f"{TEXT_A}?n=2", f"{TEXT_B}?n=2")
    visitor.click("split-auto")
    visitor.choose("split-after", re.compile("^15분"))
    visitor.write(split_minimum="1")
    to_check(visitor)
    visitor.click("launch-button")
    expect(visitor.page.get_by_role("alertdialog")).to_contain_text("자동으로 보냅니다")
    visitor.click("launch-confirm")
    for variant in "ab":
        expect(visitor.at(f"variant-{variant}-delivered")).to_have_text("1")
    open_the_link(camp, api_key, "구민회관")
    expect(visitor.at("variant-b-rate")).to_have_text("100%")
    visitor.sees("variants-standing", "열람률로 고릅니다")
    expect(visitor.at("variants")).not_to_have_attribute("data-chosen", "b")
    assert len(texts_of(camp, api_key)) == 2, "the rest waits"
    stack.set_clock_ahead(16 * 60)
    try:
        expect(visitor.at("variants")).to_have_attribute("data-chosen", "b")
        expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    finally:
        stack.set_clock_ahead(0)
    sent = wait_for(lambda: all_of(camp, api_key))
    assert sum("구민회관" in text for text in sent) == len(PEOPLE) - 1, "everybody but who tried text A"


def all_of(camp: Camp, api_key: str) -> list[str]:
    """The texts, once everybody has one."""
    found = [one["text"] for one in texts_of(camp, api_key)]
    return found if len(found) == len(PEOPLE) else []


def test_what_a_trial_needs_is_said_before_it_is_sent(visitor: Visitor, camp: Camp) -> None:
    """Openings cannot decide without a link or with too few people; a reviewed text is not tried."""
    visitor.has_session_of(camp)
    write_two_texts(visitor, "조건 시험")
    visitor.click("split-auto")
    visitor.sees("split-too-few", "1명이라 50명에 이를 수 없습니다")
    visitor.write(split_minimum="1")
    expect(visitor.at("split-too-few")).to_have_count(0)
    expect(visitor.at("wizard-next")).to_be_enabled()
    visitor.write(campaign_body="#{이름}님, 토요일에 만나요.")
    expect(visitor.at("wizard-next")).to_be_disabled()
    expect(visitor.page.get_by_text("두 문안에 넣을 링크")).to_be_visible()
    visitor.click("split-hand")
    expect(visitor.at("wizard-next")).to_be_enabled()
    visitor.click("step-add")
    visitor.click("step-add-kakao")
    visitor.click("step-tab-1")
    visitor.click("split-stop")
    expect(visitor.at("variant-b")).to_have_count(0)
    expect(visitor.at("campaign-body")).to_have_value("#{이름}님, 토요일에 만나요.")


def test_required_words_are_put_into_both_texts(visitor: Visitor, camp: Camp) -> None:
    candidate = {"name": "최시험", "refusal_number": "080-123-4567", "insert_wording": False}
    camp.call("PUT", "/candidate", json=candidate)
    visitor.has_session_of(camp)
    visitor.go("/campaigns/new")
    visitor.write(campaign_name="두 문안 인사")
    visitor.choose("campaign-purpose", "선거운동")
    visitor.click("wizard-next")
    visitor.write(campaign_body="기호 1번 최시험, 토요일에 만나요.")
    visitor.click("split-start")
    visitor.write(campaign_body="기호 1번 최시험, 구민회관입니다.")
    to_check(visitor)
    expect(visitor.at("verdict-E04").first).to_have_attribute("data-severity", "block")
    visitor.at("mend-insert-1").first.click()
    expect(visitor.at("verdict-E04")).to_have_count(0)
    for handle in ("check-step-1", "check-step-1b"):
        for words in ("(선거운동정보)", "무료수신거부 080-123-4567"):
            visitor.sees(handle, words)
