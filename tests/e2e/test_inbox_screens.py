"""Answering people in the browser: list, conversation, opt-out by keyword, all of it live."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.colleagues import joins
from tests.e2e.lists import as_csv
from tests.stack import Camp, Stack, wait_for

ASKING, REFUSING, WALKING, TIRED = "남궁가온", "독고나래", "선우다솜", "제갈라온"
QUESTION = "토요일에 주차할 수 있나요?"


@dataclass(frozen=True)
class Talk:
    """A camp that texted four people, and how they write back."""

    camp: Camp
    phones: dict[str, str]

    def says(self, name: str, text: str) -> None:
        """Types an answer on the person's virtual phone."""
        phone = f"{self.camp.stack.url}/simulator/api/phones/{self.phones[name]}"
        thread = httpx.get(f"{phone}/messages").json()["threads"][0]["id"]
        answer = httpx.post(f"{phone}/replies", json={"thread": thread, "text": text})
        assert answer.is_success, answer.text

    def phone_shows(self, name: str, text: str) -> bool:
        phone = f"{self.camp.stack.url}/simulator/api/phones/{self.phones[name]}"
        return text in httpx.get(f"{phone}/messages").text

    def opt_outs(self) -> int:
        return len(self.camp.call("GET", "/opt-outs"))


@pytest.fixture(scope="module")
def talk(stack: Stack) -> Talk:
    camp = Camp(stack, name="최소유", organization="대화 화면 시험 캠프")
    phones = {
        name: f"010{2000 + secrets.randbelow(7000)}{secrets.randbelow(8000):04d}"
        for name in (ASKING, REFUSING, WALKING, TIRED)
    }
    content = as_csv([["성명", "휴대폰"], *([name, phone] for name, phone in phones.items())]).encode()
    camp.finished_import(camp.upload(content, source="시험", legal_basis="consent"))
    camp.finished_campaign(camp.launch("#{이름}님, 주민과의 대화에 모십니다.", name="주민과의 대화"))
    return Talk(camp, phones)


def opens(visitor: Visitor, name: str) -> None:
    visitor.at("conversation-line").filter(has_text=name).click()
    visitor.sees("conversation-title", name)


def test_a_question_is_read_assigned_answered_and_closed(visitor: Visitor, talk: Talk) -> None:
    talk.says(ASKING, QUESTION)
    visitor.logs_in(talk.camp)
    visitor.sees("nav-unread", "1")
    visitor.click("nav-inbox")
    visitor.sees("conversation-line", QUESTION)
    opens(visitor, ASKING)
    visitor.sees("message-campaign", f"{ASKING}님, 주민과의 대화에 모십니다.")
    expect(visitor.at("message-campaign")).to_have_attribute("data-state", "delivered")
    visitor.sees("thread", QUESTION)
    expect(visitor.at("nav-unread")).to_have_count(0)

    visitor.click("conversation-assign")
    visitor.click("assign-me")
    visitor.sees("conversation-assign", "최소유")
    visitor.click("inbox-filter-unassigned")
    expect(visitor.at("conversation-line")).to_have_count(0)
    visitor.click("inbox-filter-mine")
    visitor.sees("conversation-line", ASKING)

    write_a_canned_reply(visitor)
    visitor.sees("reply-kind", "단문")
    visitor.at("reply-text").press("Control+Enter")
    answer = visitor.at("message-message").filter(has_text="주차장은 구청 뒤에 있습니다.")
    expect(answer).to_have_attribute("data-state", "delivered")
    expect(answer).to_contain_text(f"{ASKING}님")
    expect(visitor.at("reply-text")).to_have_value("")
    assert talk.phone_shows(ASKING, "주차장은 구청 뒤에 있습니다.")
    closed_and_opened_by_keys(visitor, talk)


def write_a_canned_reply(visitor: Visitor) -> None:
    visitor.click("canned-open")
    visitor.click("canned-new")
    visitor.write(canned_title="주차", canned_body="#{이름}님, 주차장은 구청 뒤에 있습니다.")
    visitor.click("form-save")
    expect(visitor.at("canned-title")).to_have_count(0)
    visitor.click("canned-open")
    visitor.click("canned-주차")
    expect(visitor.at("reply-text")).to_have_value("#{이름}님, 주차장은 구청 뒤에 있습니다.")


def closed_and_opened_by_keys(visitor: Visitor, talk: Talk) -> None:
    """E closes; a new text opens it again and appears without a reload."""
    visitor.at("reply-text").press("Escape")
    visitor.page.keyboard.press("e")
    expect(visitor.at("conversation")).to_have_attribute("data-status", "closed")
    visitor.click("inbox-filter-closed")
    visitor.sees("conversation-line", ASKING)
    talk.says(ASKING, "고맙습니다!")
    visitor.sees("thread", "고맙습니다!")
    expect(visitor.at("conversation")).to_have_attribute("data-status", "open")


def test_what_a_phone_cannot_show_is_not_sent(visitor: Visitor, talk: Talk) -> None:
    talk.says(WALKING, "걸어가도 되나요")
    visitor.has_session_of(talk.camp)
    visitor.go("/inbox")
    visitor.write(inbox_search=WALKING)
    expect(visitor.at("conversation-line")).to_have_count(1)
    opens(visitor, WALKING)
    visitor.write(reply_text="네, 오세요 🎉")
    visitor.sees("reply-unsendable", "🎉")
    expect(visitor.at("reply-send")).to_be_disabled()
    visitor.write(reply_text="가" * 46)
    visitor.sees("reply-kind", "장문")
    visitor.sees("reply-bytes", "92")
    visitor.write(inbox_search="이런사람없음")
    expect(visitor.page.get_by_text("조건에 맞는 대화가 없습니다")).to_be_visible()


def test_a_refusal_bars_and_is_undone_with_one_click(visit: Callable[..., Visitor], talk: Talk) -> None:
    staff = joins(talk.camp, "staff", "한직원")
    talk.says(REFUSING, "수신거부")
    wait_for(lambda: talk.opt_outs() == 1)
    helper = visit()
    helper.has_session_of(staff)
    helper.go("/inbox")
    opens(helper, REFUSING)
    helper.sees("message-refusal", "수신거부")
    expect(helper.at("reply-text")).to_have_count(0)
    expect(helper.at("opt-out-undo")).to_have_count(0)
    helper.sees("deciders", "최소유")

    owner = visit()
    owner.has_session_of(talk.camp)
    owner.go("/inbox")
    opens(owner, REFUSING)
    owner.sees("message-confirmation", "수신거부가 처리되었습니다")
    owner.click("opt-out-undo")
    expect(owner.at("reply-text")).to_be_visible()
    assert talk.opt_outs() == 0
    owner.page.get_by_role("button", name="다시 거부로").click()
    expect(owner.at("opted-out")).to_be_visible()
    assert talk.opt_outs() == 1


def test_a_refusal_in_ones_own_words_is_put_on_the_list_from_the_conversation(
    visitor: Visitor, talk: Talk
) -> None:
    before = talk.opt_outs()
    talk.says(TIRED, "이제 이런 글은 사양하겠습니다")
    visitor.has_session_of(talk.camp)
    visitor.go("/inbox")
    opens(visitor, TIRED)
    visitor.click("conversation-opt-out")
    visitor.page.keyboard.press("Escape")  # opened by mistake: nothing happened
    expect(visitor.at("conversation-opt-out-confirm")).to_have_count(0)
    expect(visitor.at("conversation-opt-out")).to_be_focused()
    expect(visitor.at("reply-text")).to_be_visible()
    assert talk.opt_outs() == before
    visitor.click("conversation-opt-out")
    visitor.click("conversation-opt-out-confirm")
    expect(visitor.at("opted-out")).to_be_visible()
    expect(visitor.at("conversation-opt-out")).to_have_count(0)
    assert talk.opt_outs() == before + 1


def test_on_a_phone_the_list_and_the_conversation_take_turns(
    visit: Callable[..., Visitor], talk: Talk
) -> None:
    talk.says(WALKING, "띄어쓰기없이길게쓴답장도화면을넘기지않습니다" * 4)
    visitor = visit(width=390, dark=True)
    visitor.logs_in(talk.camp)
    visitor.page.locator("nav a[href='/inbox']").filter(visible=True).click()
    expect(visitor.at("inbox-list")).to_be_visible()
    expect(visitor.at("conversation")).to_have_count(0)
    opens(visitor, WALKING)
    expect(visitor.at("inbox-list")).to_have_count(0)
    visitor.sees("thread", "띄어쓰기없이")
    assert visitor.overflow() <= 0
    box = visitor.at("reply-send").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900, "the answer box is in sight"
    visitor.click("conversation-back")
    expect(visitor.at("inbox-list")).to_be_visible()
