"""A campaign is mended before it goes, approved by a second person, and followed to its proof."""

import io
import json
import re

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import PEOPLE
from tests.e2e.wizard import begin, camp_with_people, to_check
from tests.stack import Camp, Stack

POLL = "#{이름}님, 여론조사 결과를 알려 드립니다."


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    return camp_with_people(stack, kakao=True)


def picture() -> FilePayload:
    """A PNG larger than any phone takes."""
    content = io.BytesIO()
    Image.new("RGB", (1600, 1200), (200, 60, 40)).save(content, "PNG")
    return FilePayload(name="포스터.png", mimeType="image/png", buffer=content.getvalue())


def test_a_picture_message_is_mended_previewed_sent_and_proved(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    begin(visitor, "그림 안내")
    write_it_with_a_picture(visitor)
    step_through_the_people(visitor)
    to_check(visitor)
    visitor.sees("check-kind-1", "MMS")
    visitor.sees("check-cost-1", re.compile(rf"110.*모두 ₩{110 * len(PEOPLE)}"))
    visitor.sees("check-step-1", re.compile(r"/l/"))  # everybody's own address to refuse
    visitor.click("launch-button")
    visitor.click("launch-confirm")
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    visitor.sees("monitor-spent", re.compile(r"₩[1-9]"))
    visitor.sees("monitor-spend", "MMS")
    visitor.sees("check-launch", "발송을 시작할 때")
    search_the_ledger(visitor)
    lines = visitor.downloads("evidence-download").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["kind"] == "seal"


def write_it_with_a_picture(visitor: Visitor) -> None:
    visitor.write(campaign_body="#{이름}님, 토요일에 만나요 😊✅")
    visitor.sees("unsendable", "^^")
    expect(visitor.at("wizard-next")).to_be_disabled()
    visitor.click("unsendable-replace")
    expect(visitor.at("campaign-body")).to_have_value("#{이름}님, 토요일에 만나요 ^^√")
    visitor.click("variable-수신거부링크")
    visitor.click("picture-switch")
    expect(visitor.at("wizard-next")).to_be_disabled()
    broken = FilePayload(name="가짜.png", mimeType="image/png", buffer=b"no picture")
    visitor.page.get_by_test_id("picture-input").set_input_files(broken)
    visitor.sees("picture-refused", "이미지 파일")
    visitor.page.get_by_test_id("picture-input").set_input_files(picture())
    visitor.sees("picture-chosen", re.compile(r"\d+×\d+"))
    expect(visitor.at("phone-preview").get_by_test_id("picture-shown")).to_be_visible()
    visitor.sees("message-kind", "MMS")


def step_through_the_people(visitor: Visitor) -> None:
    visitor.sees("preview-total", f"{len(PEOPLE)}번째")
    seen: set[str] = set()
    for _ in PEOPLE:
        shown = visitor.at("preview-text")
        expect(shown).to_contain_text(re.compile(f"({'|'.join(set(PEOPLE) - seen)})님"))
        seen |= {name for name in PEOPLE if name in shown.inner_text()}
        if len(seen) < len(PEOPLE):
            visitor.click("preview-next")
    expect(visitor.at("preview-next")).to_be_disabled()
    visitor.at("preview-row").fill("1")
    visitor.at("preview-row").press("Enter")
    expect(visitor.at("preview-previous")).to_be_disabled()


def search_the_ledger(visitor: Visitor) -> None:
    visitor.at("ledger-search").fill("길동")
    visitor.sees("ledger", "홍길동")
    expect(visitor.at("ledger")).not_to_contain_text("김하늘")
    visitor.click("ledger-unknown")
    visitor.sees("ledger", "조건에 맞는 메시지가 없습니다")


def test_a_declaration_mends_what_a_rule_found(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    begin(visitor, "조사 인용")
    visitor.write(campaign_body=POLL)
    to_check(visitor)
    visitor.click("declare-poll_reference")
    visitor.at("declared-poll_reference").fill("제12345호")
    expect(visitor.at("verdict-E13")).to_have_count(0)
    expect(visitor.at("launch-button")).to_be_enabled()
    visitor.click("draft-save")
    expect(visitor.page).to_have_url(re.compile("/edit$"))
    visitor.page.reload()
    expect(visitor.at("campaign-name")).to_have_value("조사 인용")
    for _ in range(3):
        visitor.click("wizard-next")
    visitor.sees("declarations", "1가지")


def test_required_words_are_put_in_with_one_click(visitor: Visitor, camp: Camp) -> None:
    """What 공직선거법 제82조의5 asks of an election text is offered; what only the camp knows has a link."""
    candidate = {"name": "최시험", "refusal_number": "080-123-4567", "insert_wording": False}
    camp.call("PUT", "/candidate", json=candidate)
    visitor.has_session_of(camp)
    begin(visitor, "인사", "선거운동")
    visitor.write(campaign_body="기호 1번 최시험입니다.")
    to_check(visitor)
    expect(visitor.at("verdict-E04")).to_have_attribute("data-severity", "block")
    expect(visitor.at("verdict-E01").get_by_test_id("open-candidate")).to_have_attribute(
        "href", "/compliance"
    )
    expect(visitor.at("launch-button")).to_be_disabled()
    visitor.click("mend-insert-1")
    expect(visitor.at("verdict-E04")).to_have_count(0)
    for words in ("(선거운동정보)", "불법수집정보 신고 118", "무료수신거부 080-123-4567"):
        visitor.sees("check-step-1", words)
    expect(visitor.at("launch-button")).to_be_disabled()


def test_carriers_ask_for_their_own_keys_and_prices_are_kept(visitor: Visitor, camp: Camp) -> None:
    camp.connect_account()
    visitor.has_session_of(camp)
    visitor.go("/settings/carriers")
    visitor.at("prices-edit").first.click()
    visitor.write(price_sms="9")
    visitor.click("prices-save")
    expect(visitor.at("carrier-prices").filter(has_text="₩9")).to_be_visible()
    visitor.at("carrier-create").first.click()
    visitor.choose("carrier-select", re.compile("SENS"))
    expect(visitor.at("carrier-sms_service")).to_be_visible()
    visitor.choose("carrier-select", "알리고")
    expect(visitor.at("carrier-user_id")).to_be_visible()
    visitor.click("form-save")
    expect(visitor.page.get_by_role("alert")).to_be_visible()


def test_a_template_keeps_its_versions_and_is_handed_in(visitor: Visitor, camp: Camp) -> None:
    camp.connect_account()
    template = {"name": "안내", "channel": "kakao_alimtalk", "body": "#{이름}님, 첫 안내입니다."}
    made = camp.call("POST", "/templates", json=template)
    camp.call("PUT", f"/templates/{made['id']}", json={**template, "body": "#{이름}님, 고친 안내입니다."})
    visitor.has_session_of(camp)
    visitor.go("/settings/templates")
    expect(visitor.at("template-status")).to_have_attribute("data-status", "pending")
    visitor.click("template-versions")
    expect(visitor.at("template-version")).to_have_count(2)
    visitor.sees("versions-sheet", "첫 안내입니다")
    visitor.page.keyboard.press("Escape")
    expect(visitor.at("versions-sheet")).to_be_hidden()
    visitor.click("template-hand-in")
    visitor.click("form-save")
    said = visitor.page.get_by_role("dialog").get_by_role("alert")
    expect(said).to_contain_text("발송사가 템플릿을 받지 않았습니다")  # it does not know the channel
