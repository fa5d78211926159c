"""A brand message is written with its button, keeps Kakao's hours, and has a text behind it for strangers."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.e2e.browser import Visitor
from tests.e2e.wizard import begin, camp_with_people
from tests.stack import Camp, Stack

LINK = "https://camp.example/pledges"


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    return camp_with_people(stack, kakao=True)


def tomorrow_at(hour: int) -> str:
    """As the date field has it."""
    day = datetime.now(ZoneInfo("Asia/Seoul")) + timedelta(days=1)
    return day.strftime(f"%Y-%m-%dT{hour:02d}:00")


def write_text_and_brand(visitor: Visitor) -> None:
    visitor.write(campaign_body="#{이름}님, 문자로 전합니다.")
    visitor.click("step-add")
    visitor.click("step-add-brand")
    visitor.write(brand_body="#{이름}님, 골목 소식 🙂")
    visitor.sees("brand-counter", "1,300자")
    visitor.click("button-add")
    expect(visitor.at("wizard-next")).to_be_disabled()
    visitor.write(button_name_1="공약 보기", button_link_1="camp.example")
    expect(visitor.at("wizard-next")).to_be_disabled()
    visitor.write(button_link_1=LINK)
    expect(visitor.at("wizard-next")).to_be_enabled()


def test_a_brand_message_goes_first_and_waits_for_its_hours(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    begin(visitor, "채널 소식")
    write_text_and_brand(visitor)
    preview = visitor.at("phone-preview")
    visitor.page.get_by_role("radio", name="2. 브랜드메시지").click()
    expect(preview.get_by_test_id("preview-text")).to_contain_text(re.compile(r"님, 골목 소식 🙂"))
    expect(preview.get_by_test_id("preview-button")).to_have_text("공약 보기")
    visitor.click("wizard-next")
    visitor.click("move-up-2")
    visitor.click("schedule-later")
    visitor.write(schedule_at=tomorrow_at(22))
    visitor.click("wizard-next")
    visitor.sees("check-kind-1", "브랜드메시지")
    visitor.sees("check-step-1", "공약 보기")
    visitor.sees("check-kind-2", "SMS")
    expect(visitor.at("verdict-A06")).to_have_attribute("data-severity", "block")
    expect(visitor.at("launch-button")).to_be_disabled()
    visitor.click("mend-reschedule-1")
    expect(visitor.at("verdict-A06")).to_have_count(0)
    visitor.click("launch-button")
    visitor.click("launch-confirm")
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "scheduled")
    change_the_words_of_those_who_wait(visitor)
    [kept] = [one for one in camp.call("GET", "/campaigns") if one["name"] == "채널 소식"]
    brand, text = camp.call("GET", f"/campaigns/{kept['id']}")["steps"]
    assert (brand["channel"], brand["body"], text["channel"]) == ("kakao_brand", "바꾼 소식 🙂", "sms")
    assert [(one["name"], one["link_mobile"]) for one in brand["buttons"]] == [("공약 보기", LINK)]


def change_the_words_of_those_who_wait(visitor: Visitor) -> None:
    visitor.click("content-replace")
    visitor.write(brand_body="바꾼 소식 🙂")
    visitor.click("content-save")
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "paused")


def test_a_saved_brand_text_is_taken_with_its_button(visitor: Visitor, camp: Camp) -> None:
    button = {"name": "신청하기", "type": "WL", "link_mobile": LINK}
    saved = {"name": "모임 안내", "channel": "kakao_brand", "body": "모임에 오세요", "buttons": [button]}
    camp.call("POST", "/templates", json=saved)
    visitor.has_session_of(camp)
    begin(visitor, "모임")
    visitor.click("step-add")
    visitor.click("step-add-brand")
    visitor.page.get_by_role("button", name="템플릿에서 가져오기").click()
    visitor.page.get_by_role("menuitem", name="모임 안내").click()
    expect(visitor.at("brand-body")).to_have_value("모임에 오세요")
    expect(visitor.at("button-name-1")).to_have_value("신청하기")


def picture(width: int, height: int) -> FilePayload:
    content = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 160)).save(content, "PNG")
    return FilePayload(name="포스터.png", mimeType="image/png", buffer=content.getvalue())


def test_a_picture_stands_in_the_bubble_and_in_the_saved_text(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    visitor.go("/settings/templates")
    visitor.click("template-create")
    visitor.page.get_by_role("combobox").first.click()
    visitor.page.get_by_role("option", name="브랜드메시지").click()
    visitor.write(template_name="포스터", template_body="모임에 오세요")
    put_a_picture(visitor)
    visitor.click("form-save")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.at("picture-shown")).to_be_visible()
    begin(visitor, "포스터")
    visitor.click("step-add")
    visitor.click("step-add-brand")
    visitor.page.get_by_role("button", name="템플릿에서 가져오기").click()
    visitor.page.get_by_role("menuitem", name="포스터").click()
    expect(visitor.at("picture-link")).to_have_value(LINK)
    visitor.page.get_by_role("radio", name="2. 브랜드메시지").click()
    expect(visitor.at("phone-preview").get_by_test_id("picture-shown")).to_be_visible()
    visitor.page.get_by_role("radio", name="와이드형").click()
    visitor.write(brand_body="한\n두\n세")
    visitor.sees("brand-counter", "76자")
    visitor.sees("brand-lines", "두 줄")
    visitor.write(brand_body="모임에 오세요")
    visitor.page.get_by_role("tab").first.click()
    visitor.write(campaign_body="문자로 전합니다")
    visitor.click("wizard-next")
    visitor.click("move-up-2")
    visitor.click("schedule-later")
    visitor.write(schedule_at=tomorrow_at(10))
    visitor.click("wizard-next")
    expect(visitor.at("check-step-1").get_by_test_id("picture-shown")).to_be_visible()
    visitor.click("launch-button")
    visitor.click("launch-confirm")
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "scheduled")
    [kept] = [one for one in camp.call("GET", "/campaigns") if one["name"] == "포스터"]
    first, _ = camp.call("GET", f"/campaigns/{kept['id']}")["steps"]
    assert (first["image_link"], first["image_wide"], bool(first["image_id"])) == (LINK, True, True)


def put_a_picture(visitor: Visitor) -> None:
    """A small one is refused, a tall one is taken."""
    visitor.page.get_by_test_id("picture-input").set_input_files(picture(300, 200))
    visitor.sees("picture-refused", "500픽셀")
    visitor.page.get_by_test_id("picture-input").set_input_files(picture(700, 1400))
    visitor.sees("picture-chosen", re.compile(r"\d+×\d+"))
    visitor.write(picture_link="camp.example")
    expect(visitor.page.get_by_text("http:// 나 https:// 로 시작하는 주소")).to_be_visible()
    visitor.write(picture_link=LINK)
