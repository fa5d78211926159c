"""The main job as a newcomer does it, only in the browser: from a messy voter list to delivered messages."""

import csv
import io
import re
import secrets
from collections.abc import Callable

from playwright.sync_api import Response, expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import DUPLICATES, PEOPLE, REJECTED, MessyList
from tests.stack import Stack

TAG = "상도동"
SENDER = "02-1234-5678"
CHANNEL = "KA01PF260101000000000000000000E2"
TEXT = "#{이름}님, 토요일 10시 상도동 주민과의 대화에 모십니다."
LONG_TEXT = (
    f"{TEXT}\n장소는 상도1동 주민센터 3층 대강당이고, 끝나고 차와 다과가 있습니다. 이웃과 함께 오세요."
)
KAKAO_TEXT = "#{이름}님, 주민과의 대화 안내입니다."


def test_from_a_messy_list_to_delivered_messages(visitor: Visitor) -> None:
    people = MessyList()
    sign_up(visitor)
    import_the_list(visitor, people)
    search_as_you_type(visitor, people)
    look_at_a_person(visitor, people)
    register_senders_and_template(visitor)
    write_the_campaign(visitor)
    assert launch_with_a_double_click(visitor) == 1
    watch_it_arrive(visitor)
    read_it_on_the_phones(visitor, people)
    opt_out_on_the_phone(visitor, people)
    the_next_campaign_leaves_the_person_out(visitor, people)


def sign_up(visitor: Visitor) -> None:
    visitor.go("/signup")
    visitor.write(
        signup_organization="상도동 시험 캠프",
        signup_name="최시험",
        signup_email=f"newcomer-{secrets.token_hex(5)}@example.com",
        signup_password=secrets.token_urlsafe(12),
    )
    visitor.click("signup-submit")
    visitor.sees("tenant-name", "상도동 시험 캠프")
    visitor.sees("simulation-banner", "시뮬레이션")


def import_the_list(visitor: Visitor, people: MessyList) -> None:
    visitor.click("first-run-start")
    visitor.uploads("동작구 명단.csv", people.file())
    fields = {"성명": "이름", "휴대폰 번호": "휴대전화", "이메일": "이메일", "구분": "태그"}
    for header, field in fields.items():
        visitor.sees(f"mapping-{header}", field)
    visitor.sees("mapping-table", people.phone("홍길동"))
    visitor.at("import-tags").fill(TAG)
    visitor.at("import-tags").press("Enter")
    visitor.write(import_source="상도동 주민 모임 명부")
    visitor.choose("import-legal-basis", re.compile("^본인 동의"))
    visitor.click("mapping-confirm")
    expect(visitor.at("import-result")).to_be_visible()
    wanted = {"created": len(PEOPLE), "updated": 0, "duplicates": DUPLICATES, "rejected": REJECTED}
    assert {name: visitor.number(f"import-result-{name}") for name in wanted} == wanted
    expect(visitor.at("import-result")).not_to_contain_text("수집 출처", timeout=1)
    read_the_rejects(visitor)


def read_the_rejects(visitor: Visitor) -> None:
    text = visitor.downloads("import-rejects").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(row["성명"], row["row_number"], row["reason_text"]) for row in rows]
    assert told == [
        ("정우진", "8", "전화번호 자릿수가 모자랍니다."),
        ("강나래", "9", "전화번호에 글자가 들어 있습니다."),
    ]


def search_as_you_type(visitor: Visitor, people: MessyList) -> None:
    visitor.click("import-contacts-link")
    expect(visitor.at("contact-row")).to_have_count(len(PEOPLE))
    visitor.click("nav-contacts")
    visitor.sees("contact-total", f"모두 {len(PEOPLE)}명")
    for query in ("길동", "ㅎㄱㄷ", people.digits("홍길동")[-4:]):
        visitor.at("contact-search").fill("")
        expect(visitor.at("contact-row")).to_have_count(len(PEOPLE))
        visitor.at("contact-search").press_sequentially(query, delay=30)
        expect(visitor.at("contact-row")).to_have_count(1)
        visitor.sees("contact-row", "홍길동")


def look_at_a_person(visitor: Visitor, people: MessyList) -> None:
    visitor.at("contact-row").click()
    sheet = visitor.at("contact-sheet")
    for shown in ("홍길동", people.phone("홍길동"), "gildong.hong@example.com", "서울 동작구 상도동 1-1"):
        expect(sheet).to_contain_text(shown)
    expect(sheet.get_by_test_id("contact-timeline")).to_contain_text("동작구 명단.csv")
    visitor.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def register_senders_and_template(visitor: Visitor) -> None:
    visitor.click("nav-senders")
    visitor.at("sender-create").first.click()
    visitor.write(sender_value=SENDER, sender_label="상도동 사무소")
    visitor.click("form-save")
    expect(visitor.page.get_by_text(SENDER)).to_be_visible()
    visitor.at("sender-create").first.click()
    visitor.click("sender-kind-kakao")
    visitor.write(sender_value=CHANNEL, sender_label="상도동 캠프")
    visitor.click("form-save")
    expect(visitor.page.get_by_text(CHANNEL)).to_be_visible()
    visitor.click("nav-templates")
    visitor.at("template-create").first.click()
    visitor.write(template_name="주민과의 대화", template_body=KAKAO_TEXT)
    visitor.click("form-save")
    expect(visitor.page.get_by_text("주민과의 대화").first).to_be_visible()
    expect(visitor.at("template-name")).to_be_hidden()


def write_the_campaign(visitor: Visitor) -> None:
    choose_the_audience(visitor, "주민과의 대화 초대")
    visitor.click("wizard-next")
    write_the_text(visitor)
    visitor.click("step-add")
    visitor.click("step-add-kakao")
    visitor.choose("template-select", "주민과의 대화")
    visitor.click("wizard-next")
    visitor.sees("order-step-1", "문자")
    visitor.sees("order-step-2", "상도동 캠프")
    visitor.click("wizard-next")
    for step, shown in enumerate(("장소는 상도1동", "안내입니다"), 1):
        visitor.sees(f"check-step-{step}", shown)
        visitor.sees(f"check-step-{step}", re.compile(f"({'|'.join(PEOPLE)})님,"))
    visitor.sees("compliance", "전기통신사업법 제84조의2")  # a warning: the number's day of registration


def choose_the_audience(visitor: Visitor, name: str) -> None:
    visitor.click("nav-campaigns")
    visitor.at("campaign-create").first.click()
    visitor.write(campaign_name=name)
    visitor.choose("campaign-purpose", "행사 안내")
    visitor.click("audience-tags")
    visitor.click("include-당원")
    visitor.sees("audience-count", "5")
    visitor.click("include-당원")
    visitor.click(f"include-{TAG}")
    visitor.sees("audience-count", str(len(PEOPLE)))


def write_the_text(visitor: Visitor) -> None:
    """Every name has three syllables, so that the size does not depend on whose it is."""
    short, long = (len(text.replace("#{이름}", "홍길동").encode("cp949")) for text in (TEXT, LONG_TEXT))
    assert short <= 90 < long
    visitor.write(campaign_body=TEXT)
    visitor.sees("message-kind", "SMS")
    visitor.sees("byte-counter", f"{short} / 90바이트")
    visitor.write(campaign_body=LONG_TEXT)
    visitor.sees("message-kind", "LMS")
    visitor.sees("byte-counter", f"{long} / 2,000바이트")
    expect(visitor.at("campaign-subject")).to_be_visible()
    visitor.sees("preview-text", re.compile(f"({'|'.join(PEOPLE)})님, 토요일"))


def launch_with_a_double_click(visitor: Visitor) -> int:
    """How many launches the server has accepted."""
    accepted: list[Response] = []

    def listen(response: Response) -> None:
        if response.url.endswith("/launch") and response.ok:
            accepted.append(response)

    visitor.page.on("response", listen)
    visitor.click("launch-button")
    visitor.at("launch-confirm").dblclick()
    expect(visitor.at("campaign-status")).to_be_visible()
    visitor.page.remove_listener("response", listen)
    return len(accepted)


def watch_it_arrive(visitor: Visitor) -> None:
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    expect(visitor.at("monitor-delivered")).to_have_text(str(len(PEOPLE) - 1))
    expect(visitor.at("monitor-failed")).to_have_text("1")
    expect(visitor.at("monitor-rate")).to_have_text("85.7%")  # six of seven
    visitor.sees("monitor-fallback", "2명에게 이어 보냄 · 1명에게 다시 닿음")
    visitor.click("ledger-failed")
    expect(visitor.at("ledger")).not_to_contain_text("홍길동")
    visitor.sees("ledger", "최민서")
    visitor.sees("ledger", "없는 번호")
    visitor.click("nav-campaigns")
    expect(visitor.page.get_by_role("link", name="주민과의 대화 초대")).to_have_count(1)


def read_it_on_the_phones(visitor: Visitor, people: MessyList) -> None:
    open_phone(visitor, people.digits("박지훈"))
    bubbles = visitor.page.locator(".bubble.out")
    expect(bubbles).to_have_count(2)
    expect(bubbles.nth(0)).to_have_class(re.compile("failed"))
    expect(bubbles.nth(1).locator(".kakao-body")).to_have_text("박지훈님, 주민과의 대화 안내입니다.")
    open_phone(visitor, people.digits("홍길동"))
    expect(bubbles).to_have_count(1)
    expect(bubbles.first).to_contain_text("홍길동님, 토요일 10시")


def open_phone(visitor: Visitor, digits: str) -> None:
    visitor.go(f"/simulator/#{digits}")
    expect(visitor.page.locator("#number")).to_have_text(f"{digits[:3]}-{digits[3:7]}-{digits[7:]}")


def opt_out_on_the_phone(visitor: Visitor, people: MessyList) -> None:
    visitor.page.locator("#opt-out").click()
    expect(visitor.page.locator(".bubble.in")).to_have_text(re.compile("수신거부"))
    expect(visitor.page.locator("#opt-out")).to_contain_text("해제")
    visitor.go("/opt-outs")
    expect(visitor.page.get_by_role("row").nth(1)).to_contain_text("문자로 거부")
    visitor.click("nav-contacts")
    visitor.at("contact-search").fill("홍길동")
    expect(visitor.at("contact-row")).to_have_count(1)
    visitor.sees("contact-row", "수신거부")
    visitor.at("contact-row").click()
    visitor.sees("contact-timeline", "답장")
    visitor.sees("contact-timeline", "문자로 거부")
    visitor.page.keyboard.press("Escape")


def the_next_campaign_leaves_the_person_out(visitor: Visitor, people: MessyList) -> None:
    choose_the_audience(visitor, "두 번째 안내")
    visitor.click("wizard-next")
    visitor.write(campaign_body="#{이름}님, 내일 뵙겠습니다.")
    visitor.click("wizard-next")
    visitor.click("wizard-next")
    assert launch_with_a_double_click(visitor) == 1
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    reached = visitor.number("monitor-delivered")
    assert reached == len(PEOPLE) - 3, "all but the opted-out person and the two numbers where texts fail"
    open_phone(visitor, people.digits("김하늘"))
    expect(visitor.page.locator(".bubble.out")).to_have_count(2)
    open_phone(visitor, people.digits("홍길동"))
    bubbles = visitor.page.locator(".bubble.out")
    expect(bubbles).to_have_count(2)
    expect(bubbles.nth(0)).to_contain_text("토요일 10시")
    expect(bubbles.nth(1)).to_contain_text("수신거부가 처리되었습니다")


def test_an_invited_member_comes_in_by_the_link(visit: Callable[..., Visitor], stack: Stack) -> None:
    owner, invited = visit(), visit()
    sign_up(owner)
    owner.click("nav-members")
    owner.at("member-invite").first.click()
    email = f"staff-{secrets.token_hex(5)}@example.com"
    owner.write(invite_name="한실무", invite_email=email)
    owner.click("form-save")
    link = owner.at("invitation-url").inner_text()
    path, _, token = link.partition("#token=")
    assert path.endswith("/invite")
    assert len(token) > 20
    invited.go(f"/invite#token={token}")
    invited.write(invite_name="한실무", invite_password=secrets.token_urlsafe(12))
    assert invited.page.url == f"{stack.url}/invite", "the token has left the address bar"
    invited.click("invite-submit")
    invited.sees("tenant-name", "상도동 시험 캠프")
    expect(invited.at("nav-senders")).to_be_visible()
    expect(invited.at("nav-members")).to_have_count(0)
    invited.go("/settings/members")
    expect(invited.page.get_by_text("소유자와 관리자만")).to_be_visible()
    expect(invited.at("member-invite")).to_have_count(0)
    again = visit()
    again.go(f"/invite#token={token}")
    again.write(invite_name="남", invite_password=secrets.token_urlsafe(12))
    again.click("invite-submit")
    expect(again.page.get_by_role("alert").first).to_be_visible()
    expect(again.at("tenant-name")).to_have_count(0)
