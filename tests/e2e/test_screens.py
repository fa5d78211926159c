"""Every screen on a phone and at a desk, in both languages, light and dark."""

import re
import secrets
from collections.abc import Callable
from typing import Final, LiteralString

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import MessyList
from tests.stack import Camp, Stack, wait_for

WAITING: Final = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
USED_TOKENS: Final = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL"
HANGUL = re.compile("[가-힣]+")
# A variable's name, and the words that the law wants in a text.
QUOTED = {"이름", "선거운동정보", "광고", "무료수신거부"}
SCREENS = {
    "/": "대시보드",
    "/contacts": "연락처",
    "/contacts/imports": "업로드",
    "/contacts/import": "명단 올리기",
    "/contacts/exports": "내보내기와 일괄 작업",
    "/segments": "세그먼트",
    "/segments/new": "새 세그먼트",
    "/privacy": "개인정보 보호",
    "/campaigns": "캠페인",
    "/campaigns/new": "새 캠페인",
    "/inbox": "대화",
    "/opt-outs": "수신거부",
    "/compliance": "선거법 점검",
    "/compliance/candidate": "선거법 점검",
    "/compliance/approvals": "선거법 점검",
    "/compliance/freezes": "선거법 점검",
    "/compliance/rules": "선거법 점검",
    "/settings/senders": "발신번호와 카카오 채널",
    "/settings/templates": "템플릿",
    "/settings/carriers": "발송사 연결",
    "/settings/members": "구성원",
    "/settings/quota": "쿼터",
    "/help": "도움말",
}


@pytest.fixture(scope="module")
def busy_camp(stack: Stack) -> Camp:
    """A camp with people, a finished campaign and an opt-out."""
    camp = Camp(stack, organization="이름이 꽤 긴 서울특별시 동작구 상도동 국회의원 후보 선거대책본부")
    camp.finished_import(camp.upload(MessyList().file(), source="시험", legal_basis="consent"))
    camp.finished_campaign(camp.launch("#{이름}님, 긴 글도 화면 안에. " * 8, name="긴 이름 " * 12))
    camp.call("POST", "/opt-outs", json={"phone": "010-2222-3333", "reason": "전화로 요청"})
    return camp


@pytest.fixture(scope="module")
def empty_camp(stack: Stack) -> Camp:
    return Camp(stack, name="Tester", organization="Camp")


def settled(visitor: Visitor, path: str) -> None:
    """Opens a screen and waits until nothing is being loaded."""
    visitor.go(path)
    expect(visitor.at("tenant-name")).to_be_visible()
    expect(visitor.page.locator("main h1")).to_be_visible()
    expect(visitor.page.locator("main .animate-shimmer")).to_have_count(0)


def paths_of(camp: Camp) -> list[str]:
    """All screens, with those of one campaign and one person."""
    campaign, contact = camp.call("GET", "/campaigns")[0], camp.call("GET", "/contacts")[0]
    last_import = camp.call("GET", "/contacts/imports")[0]
    return [
        *SCREENS,
        f"/campaigns/{campaign['id']}",
        f"/contacts/{contact['id']}",
        f"/contacts/import?id={last_import['id']}",
    ]


def test_no_screen_is_wider_than_the_window_or_hard_to_read(
    visit: Callable[..., Visitor], busy_camp: Camp
) -> None:
    """On a phone in light, on a tablet in dark: the window changes on each screen, which is loaded once. No
    text is smaller than 12 px."""
    visitor = visit(width=390)
    for path in ("/login", "/signup", "/invite"):
        visitor.go(path)
        expect(visitor.page.locator("main")).to_be_visible()
        assert overflows(visitor) == {}, path
    visitor.has_session_of(busy_camp)
    for path in paths_of(busy_camp):
        settled(visitor, path)
        assert overflows(visitor) == {}, path
        assert visitor.too_small() == [], path
    visitor.go("/simulator/")
    expect(visitor.page.locator("h1")).to_be_visible()
    assert overflows(visitor) == {}


def overflows(visitor: Visitor) -> dict[int, int]:
    """The widths of window that are too narrow for the page, and by how many pixels. The window is a phone's
    again at the end, so that each screen is loaded on one.
    """
    found: dict[int, int] = {}
    for width in (390, 768, 390):
        visitor.becomes(width, dark=width == 768)
        found[width] = max(visitor.overflow(), found.get(width, 0))
    return {width: pixels for width, pixels in found.items() if pixels > 0}


def test_the_wizard_fits_a_phone(visit: Callable[..., Visitor], busy_camp: Camp) -> None:
    """Each of its steps, with a channel whose name is longer than the window is wide."""
    channel = {"kind": "kakao_channel", "value": "KA01PF" + "0" * 26, "label": "이름이 긴 카카오 채널"}
    busy_camp.call("POST", "/senders", json=channel)
    template = {"name": "안내", "channel": "kakao_alimtalk", "body": "#{이름}님, 안내입니다."}
    busy_camp.call("POST", "/templates", json=template)
    visitor = visit(width=390)
    visitor.has_session_of(busy_camp)
    visitor.go("/campaigns/new")
    visitor.write(campaign_name="안내")
    visitor.choose("campaign-purpose", "행사 안내")
    visitor.click("wizard-next")
    visitor.write(campaign_body="띄어쓰기없이길게쓴글도화면을넘기지않습니다" * 5)
    assert visitor.overflow() <= 0
    visitor.click("step-add")
    visitor.click("step-add-kakao")
    visitor.choose("template-select", "안내")
    visitor.click("wizard-next")
    visitor.sees("order-step-2", "이름이 긴 카카오 채널")
    assert visitor.overflow() <= 0
    visitor.click("wizard-next")
    visitor.sees("check-step-2", "안내입니다")
    assert visitor.overflow() <= 0


def test_english_says_everything_in_english(visitor: Visitor, empty_camp: Camp) -> None:
    visitor.logs_in(empty_camp)
    visitor.click("language-switch")
    visitor.click("language-en")
    visitor.sees("nav-contacts", "Contacts")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    for path, korean in SCREENS.items():
        settled(visitor, path)
        expect(visitor.page.locator("main h1")).not_to_have_text(korean)
        # Articles of Korean law are cited as they are called.
        visitor.page.add_style_tag(content="main [lang=ko] { display: none }")
        words = HANGUL.findall(visitor.page.locator("main").inner_text())
        assert [word for word in words if word not in QUOTED] == [], path
    visitor.go("/settings/senders")
    visitor.at("sender-create").first.click()
    visitor.write(sender_value="12")
    visitor.click("form-save")
    said = visitor.page.get_by_role("dialog")
    expect(said).to_contain_text(re.compile("number", re.IGNORECASE))
    assert HANGUL.findall(said.inner_text()) == [], "the server answers in the language of the screen"


def test_leaving_a_page_while_it_renews_the_session_keeps_the_session(
    visitor: Visitor, stack: Stack, empty_camp: Camp
) -> None:
    """A refresh token works once: an answer that comes when its page is gone must still be taken."""
    visitor.logs_in(empty_camp)
    with stack.superuser() as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM refresh_tokens WHERE used_at IS NULL FOR UPDATE")
        with visitor.page.expect_request("**/api/v1/auth/refresh"):
            visitor.page.goto(f"{visitor.url}/settings/quota", wait_until="commit")
        wait_for(lambda: counted(stack, WAITING) > 0)
        used = counted(stack, USED_TOKENS)
        visitor.page.goto("about:blank")
        connection.execute("COMMIT")
    wait_for(lambda: counted(stack, USED_TOKENS) > used)
    visitor.go("/settings/quota")
    expect(visitor.at("tenant-name")).to_be_visible()


def counted(stack: Stack, query: LiteralString) -> int:
    with stack.superuser() as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_dark_stays_dark(visit: Callable[..., Visitor], empty_camp: Camp) -> None:
    visitor = visit()
    visitor.logs_in(empty_camp)
    assert brightness(visitor) > 200
    visitor.click("theme-switch")
    visitor.click("theme-dark")
    expect(visitor.page.locator("html")).to_have_class(re.compile("dark"))
    assert brightness(visitor) < 60
    visitor.page.reload()
    expect(visitor.at("tenant-name")).to_be_visible()
    assert brightness(visitor) < 60


def brightness(visitor: Visitor) -> float:
    """Of the page's own background, 0 to 255, as the browser has painted it."""
    return float(
        visitor.page.evaluate(
            """() => {
              const canvas = document.createElement("canvas");
              const pen = canvas.getContext("2d");
              pen.fillStyle = getComputedStyle(document.body).backgroundColor;
              pen.fillRect(0, 0, 1, 1);
              const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
              return (r + g + b) / 3;
            }"""
        )
    )


READINGS = re.compile(r"/api/v1/(?!auth/|members/me)")
LISTS = ("/contacts", "/contacts/imports", "/opt-outs", "/segments", "/privacy", "/campaigns")


def test_a_list_that_cannot_be_read_says_so_within_five_seconds(visitor: Visitor, empty_camp: Camp) -> None:
    """First that it is asked again, then the error with a way to try once more; never bones for ever."""
    visitor.has_session_of(empty_camp)
    visitor.page.clock.install()
    visitor.page.route(READINGS, lambda route: route.fulfill(status=503, body="<html>"))
    for path in LISTS:
        with visitor.page.expect_response(READINGS):
            visitor.page.goto(f"{visitor.url}{path}")
        opened = visitor.page.evaluate("Date.now()")
        visitor.page.clock.pause_at((opened + 2_300) / 1000)
        tick_until(visitor, "waiting-failing")
        expect(visitor.at("waiting-failing").first).to_have_text("연결이 고르지 않아 다시 시도하고 있습니다.")
        visitor.page.clock.run_for(5_000)
        expect(visitor.page.locator("main [role=alert]").first).to_contain_text("불러오지 못했습니다")
        tick_while(visitor, "main .animate-shimmer")  # what was asked for later learns of its answer later
        expect(visitor.page.locator("main .animate-shimmer")).to_have_count(0)
        visitor.page.clock.resume()
    visitor.page.unroute(READINGS)
    visitor.page.get_by_role("button", name="다시 시도").click()
    expect(visitor.page.get_by_text("첫 캠페인을 만들어 보세요")).to_be_visible()


def test_a_wrong_password_and_a_lost_page_are_told_kindly(visitor: Visitor, empty_camp: Camp) -> None:
    visitor.go("/login")
    visitor.write(login_email=empty_camp.email, login_password=secrets.token_hex(8))
    visitor.click("login-submit")
    expect(visitor.page.get_by_role("alert").filter(has_text=HANGUL)).to_be_visible()
    visitor.go("/nowhere")
    expect(visitor.page.get_by_text("찾는 화면이 없습니다")).to_be_visible()


def tick_until(visitor: Visitor, test_id: str) -> None:
    """Lets the page's clock go on by a second at most, while answers come in their own time: the page learns
    of them by its timers."""
    for _ in range(100):
        if visitor.at(test_id).count():
            return
        visitor.page.clock.run_for(10)
        visitor.page.wait_for_timeout(50)


def tick_while(visitor: Visitor, selector: str) -> None:
    """Lets the page's clock go on while something is shown: five seconds at most."""
    for _ in range(100):
        if not visitor.page.locator(selector).count():
            return
        visitor.page.clock.run_for(50)
        visitor.page.wait_for_timeout(20)
