"""Finding, grouping and acting on contacts in the browser: list, person, segments, opt-outs, privacy desk."""

import csv
import io
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import as_csv
from tests.stack import Camp, Stack, wait_for

SURNAMES = "김이박최정강조윤장임"
GIVEN = ["가온", "나래", "다솜", "라온", "마루", "바름", "새롬", "아름", "자람", "차온", "파란", "하늘"]
SOURCE = "상도동 주민 모임 명부"
PEOPLE = 120  # more than a page of the list
IN_SANGDO = PEOPLE // 3


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """A camp with more people than a page shows; a third lives in Sangdo-dong, half are members."""
    camp = Camp(stack, organization="연락처 화면 시험 캠프")
    rows = [person(number) for number in range(PEOPLE)]
    content = as_csv([["성명", "휴대폰", "주소", "태그"], *rows]).encode()
    done = camp.finished_import(camp.upload(content, source=SOURCE, legal_basis="consent"))
    assert (done["status"], done["counts"]["created"]) == ("completed", PEOPLE), done
    return camp


def person(number: int) -> list[str]:
    """A made-up person with a number as the simulator likes it; every name occurs once."""
    name = SURNAMES[number % 10] + GIVEN[number // 10]
    dong = "상도동" if number % 3 == 0 else "사당동"
    phone = f"010-{2000 + secrets.randbelow(7000)}-{secrets.randbelow(8000):04d}"
    return [name, phone, f"서울 동작구 {dong} {number + 1}", "당원" if number % 2 == 0 else "지지자"]


@pytest.fixture
def staff(visitor: Visitor, camp: Camp) -> Visitor:
    visitor.has_session_of(camp)
    return visitor


def matching(camp: Camp, **query: str) -> int:
    """How many contacts the API finds."""
    answer = camp.http.get("/contacts", params=query)
    return int(answer.json()["meta"]["total"]["value"])


def all_shown(visitor: Visitor, count: int) -> None:
    visitor.go("/contacts")
    visitor.sees("contact-total", f"{count}명")


def job_ends(visitor: Visitor, status: str) -> None:
    expect(visitor.at("job")).to_have_attribute("data-status", status)


def test_everybody_is_tagged_and_untagged_again_on_another_screen(staff: Visitor, camp: Camp) -> None:
    all_shown(staff, PEOPLE)
    staff.click("select-page")
    staff.sees("bulk-count", "100명")
    staff.click("bulk-everybody")
    staff.sees("bulk-count", f"{PEOPLE}명")
    staff.click("bulk-tag")
    staff.at("bulk-tags").fill("총회")
    staff.at("bulk-tags").press("Enter")
    staff.click("bulk-confirm")
    staff.click("nav-campaigns")
    job_ends(staff, "completed")
    staff.sees("job-note", f"{PEOPLE}명 바뀜")
    assert matching(camp, tag="총회") == PEOPLE
    staff.page.reload()
    staff.click("bulk-undo")
    job_ends(staff, "undone")
    assert matching(camp, tag="총회") == 0
    staff.click("job-dismiss")
    expect(staff.at("jobs-panel")).to_have_count(0)


def test_a_deletion_names_its_number_and_comes_back(staff: Visitor, camp: Camp) -> None:
    all_shown(staff, PEOPLE)
    staff.at("contact-search").fill("김하늘")
    expect(staff.at("contact-row")).to_have_count(1)
    staff.click("select-김하늘")
    staff.click("bulk-delete")
    expect(staff.page.get_by_role("alertdialog")).to_contain_text("1명을 삭제할까요?")
    staff.click("bulk-delete-confirm")
    job_ends(staff, "completed")
    expect(staff.at("contact-row")).to_have_count(0)
    staff.click("bulk-undo")
    job_ends(staff, "undone")
    expect(staff.at("contact-row")).to_have_count(1)
    assert matching(camp) == PEOPLE


def test_an_undo_that_is_over_before_it_is_seen_to_run_brings_the_person_back(
    staff: Visitor, camp: Camp
) -> None:
    all_shown(staff, PEOPLE)
    staff.at("contact-search").fill("최하늘")
    expect(staff.at("contact-row")).to_have_count(1)
    staff.click("select-최하늘")
    staff.click("bulk-delete")
    staff.click("bulk-delete-confirm")
    job_ends(staff, "completed")
    expect(staff.at("contact-row")).to_have_count(0)
    staff.page.route("**/contacts/bulk/*/undo", lambda route: answered_when_undone(route, camp))
    staff.click("bulk-undo")
    job_ends(staff, "undone")
    expect(staff.at("contact-row")).to_have_count(1)


def answered_when_undone(route: Route, camp: Camp) -> None:
    """The page hears that it is being undone only when that is over, so that its next look sees the end."""
    answer = route.fetch()
    job = route.request.url.rsplit("/", 2)[1]
    wait_for(lambda: camp.call("GET", f"/contacts/bulk/{job}")["status"] == "undone" or None)
    route.fulfill(response=answer)


def test_all_who_match_are_written_to(staff: Visitor) -> None:
    """Beyond the page that was chosen: the campaign is for whom the same conditions find."""
    all_shown(staff, PEOPLE)
    write_to_everybody(staff)
    expect(staff.at("audience-all")).to_be_checked()
    staff.sees("audience-count", f"{PEOPLE}")
    staff.go("/contacts?district=서울 동작구")
    staff.sees("contact-total", f"{PEOPLE}명 찾음")
    write_to_everybody(staff)
    expect(staff.at("audience-custom")).to_be_checked()
    staff.sees("audience-custom", "서울 동작구에 사는 사람")
    staff.sees("audience-count", f"{PEOPLE}")


def write_to_everybody(staff: Visitor) -> None:
    staff.click("select-page")
    staff.click("bulk-everybody")
    staff.click("selection-campaign")


def test_a_job_covers_nothing_on_a_phone(visit: Callable[..., Visitor], camp: Camp) -> None:
    """What it stands over could not be tapped until it is put away."""
    visitor = visit(width=390)
    visitor.has_session_of(camp)
    all_shown(visitor, PEOPLE)
    visitor.at("contact-search").fill("박하늘")
    expect(visitor.at("contact-row")).to_have_count(1)
    visitor.click("select-박하늘")
    visitor.click("bulk-tag")
    visitor.at("bulk-tags").fill("통화")
    visitor.at("bulk-tags").press("Enter")
    visitor.click("bulk-confirm")
    job_ends(visitor, "completed")
    expect(visitor.page.locator("#content")).to_be_focused()  # the bar is gone, and its button with it
    for handle in ("contact-total", "contact-create", "contact-import", "contact-search"):
        visitor.at(handle).click(trial=True, timeout=2_000)
    stands_above_the_menu(visitor)
    visitor.click("bulk-undo")
    job_ends(visitor, "undone")
    visitor.click("job-dismiss")


def stands_above_the_menu(visitor: Visitor) -> None:
    """The bar of the chosen, although the job's card makes the page longer than the window; and it offers
    everybody at once, because a phone's list has no box for the whole page."""
    visitor.at("contact-search").fill("")
    visitor.sees("contact-total", f"{PEOPLE}명")
    visitor.at("contact-scroller").get_by_role("checkbox").first.click()
    bar, menu = visitor.at("bulk-bar").bounding_box(), visitor.at("nav-more").bounding_box()
    assert bar is not None
    assert menu is not None
    assert bar["y"] + bar["height"] <= menu["y"]
    visitor.click("bulk-everybody")
    visitor.sees("bulk-count", f"{PEOPLE}명")
    visitor.at("bulk-bar").get_by_role("button", name="선택 해제").click()


def test_a_phone_shows_the_condition_that_is_on(visit: Callable[..., Visitor], camp: Camp) -> None:
    """The conditions stand in a row that is wider than the window."""
    visitor = visit(width=390)
    visitor.has_session_of(camp)
    done = camp.call("GET", "/contacts/imports")[0]
    visitor.go(f"/contacts?import_id={done['id']}&outcome=created")
    visitor.sees("filter-import", "새로 추가")
    expect(visitor.at("filter-import")).to_be_in_viewport(ratio=1)


def test_the_keyboard_finds_and_opens_a_person(staff: Visitor) -> None:
    all_shown(staff, PEOPLE)
    staff.page.keyboard.press("/")
    staff.page.keyboard.type("ㅂㅋㅋ", delay=20)  # nobody: the list says so
    expect(staff.page.get_by_text("찾는 사람이 없습니다")).to_be_visible()
    staff.at("contact-search").fill("ㅂㅅㄹ")
    expect(staff.at("contact-row")).to_have_count(1)
    expect(staff.at("contact-row").locator("mark")).to_have_text("박새롬")
    staff.page.keyboard.press("ArrowDown")
    staff.page.keyboard.press("Enter")
    expect(staff.at("contact-sheet")).to_contain_text("박새롬")


def test_a_view_keeps_tag_and_district(staff: Visitor) -> None:
    all_shown(staff, PEOPLE)
    staff.click("filter-tags")
    staff.click("tag-filter-당원")
    staff.page.keyboard.press("Escape")
    staff.click("filter-district")
    tree = staff.at("district-tree")
    tree.get_by_role("button", name="서울 펼치기").click()
    tree.get_by_role("button", name="동작구 펼치기").click()
    tree.get_by_test_id("district-서울 동작구 상도동").click()
    staff.sees("contact-total", f"{IN_SANGDO // 2}명 찾음")
    staff.click("view-save")
    staff.write(view_name="상도동 당원")
    staff.click("view-confirm")
    expect(staff.at("view-상도동 당원")).to_have_attribute("aria-pressed", "true")
    staff.click("view-all")
    staff.sees("contact-total", f"모두 {PEOPLE}명")
    staff.page.reload()
    staff.click("view-상도동 당원")
    staff.sees("contact-total", f"{IN_SANGDO // 2}명 찾음")


def test_an_export_wants_a_reason_and_arrives(staff: Visitor) -> None:
    all_shown(staff, PEOPLE)
    staff.at("contact-search").fill("최")
    staff.sees("contact-total", f"{PEOPLE // 10}명 찾음")
    staff.click("contact-export")
    staff.click("export-csv")
    expect(staff.at("export-confirm")).to_be_disabled()
    staff.write(export_reason="총회 명찰 인쇄")
    staff.click("export-confirm")
    job_ends(staff, "completed")
    text = staff.downloads("export-download").read_text(encoding="utf-8-sig")
    names = [row["이름"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(names) == sorted("최" + given for given in GIVEN)
    staff.go("/contacts/exports")
    staff.sees("export-line", "총회 명찰 인쇄")


def test_a_person_is_noted_corrected_explained_and_erased(staff: Visitor, camp: Camp) -> None:
    wanted = {
        "name": "한그루",
        "phones": ["010-3456-0001"],
        "source": "행사 방명록",
        "legal_basis": "consent",
    }
    one = camp.call("POST", "/contacts", json=wanted)
    staff.go(f"/contacts/{one['id']}")
    staff.sees("contact-reach", "보낼 수 있음")
    staff.write(note_text="저녁에 전화해 달라고 하심")
    staff.click("note-add")
    staff.sees("contact-timeline", "저녁에 전화해 달라고 하심")
    staff.click("contact-edit")
    staff.write(contact_form_name="한그루터기")
    staff.click("contact-form-save")
    expect(staff.at("contact-name")).to_have_text("한그루터기")
    expect(staff.at("timeline-changes").filter(has_text=re.compile("한그루.*한그루터기"))).to_have_count(1)
    staff.click("provenance-open")
    staff.sees("provenance-text", "행사 방명록")
    staff.page.keyboard.press("Escape")
    staff.click("contact-menu")
    staff.click("contact-erase")
    staff.write(erase_reason="본인이 삭제를 요구함")
    expect(staff.at("erase-confirm")).to_be_disabled()
    staff.write(erase_typed="파기")
    staff.click("erase-confirm")
    staff.sees("contact-total", f"모두 {PEOPLE}명")
    assert camp.http.get(f"/contacts/{one['id']}").status_code == 404


def test_a_segment_is_built_read_and_kept(staff: Visitor) -> None:
    staff.go("/segments/new")
    staff.sees("segment-sentence", "모든 연락처")
    staff.click("leaf-tag-open")
    staff.click("leaf-tag-당원")
    staff.sees("segment-count", f"{PEOPLE // 2}")
    staff.click("add-condition")
    staff.click("add-district")
    staff.click("leaf-district-open")
    tree = staff.at("district-tree")
    tree.get_by_role("button", name="서울 펼치기").click()
    tree.get_by_role("button", name="동작구 펼치기").click()
    tree.get_by_test_id("district-서울 동작구 상도동").click()
    staff.sees("segment-count", f"{IN_SANGDO // 2}")
    staff.sees("segment-sentence", "‘당원’ 태그가 있고, 서울 동작구 상도동에 사는 사람")
    staff.at("leaf-negate").last.click()
    staff.sees("segment-sentence", "‘당원’ 태그가 있고, 서울 동작구 상도동에 살지 않는 사람")
    staff.sees("segment-count", f"{PEOPLE // 2 - IN_SANGDO // 2}")
    staff.sees("segment-reach", "100%")
    staff.click("add-condition")
    staff.click("add-contacted")
    staff.click("leaf-ever")
    staff.sees("segment-sentence", "한 번이라도 메시지를 보낸 사람")
    staff.sees("segment-count", re.compile("^0"))
    staff.at("leaf-negate").last.click()
    staff.sees("segment-sentence", "한 번도 메시지를 보내지 않은 사람")
    staff.sees("segment-count", f"{PEOPLE // 2 - IN_SANGDO // 2}")
    staff.write(segment_name="사당동 당원")
    staff.click("segment-save")
    staff.sees("segment-card", f"{PEOPLE // 2 - IN_SANGDO // 2}명")
    staff.page.get_by_role("link", name="사당동 당원: 연락처 보기").click()
    staff.sees("contact-total", f"{PEOPLE // 2 - IN_SANGDO // 2}명 찾음")


def test_opt_outs_come_by_file_and_go_with_a_reason(staff: Visitor) -> None:
    staff.go("/opt-outs")
    staff.click("opt-out-file")
    rows = [["번호"], ["010-9876-5001"], ["010-9876-5002"], ["010-9876"], ["010-9876-5001"]]
    payload = FilePayload(name="거부.csv", mimeType="text/csv", buffer=as_csv(rows).encode("cp949"))
    staff.page.get_by_test_id("opt-out-file-input").set_input_files(payload)
    expect(staff.at("opt-out-file-result")).to_be_visible()
    assert staff.number("opt-out-file-added") == 2
    assert staff.number("opt-out-file-rejected") == 1
    staff.sees("opt-out-file-result", "전화번호 자릿수가 모자랍니다.")
    staff.click("opt-out-file-done")
    staff.choose("opt-out-source-filter", "파일")
    expect(staff.page.locator("main")).not_to_contain_text("import")
    lines = staff.page.get_by_role("row").filter(has_text="전체 거부")
    expect(lines).to_have_count(2)
    staff.write(opt_out_search="010-9876-5002")
    expect(lines).to_have_count(1)
    staff.click("opt-out-lift")
    expect(staff.at("lift-confirm")).to_be_disabled()
    staff.write(lift_reason="다시 받겠다고 전화하심")
    staff.click("lift-confirm")
    expect(lines).to_have_count(0)


def test_a_persons_page_says_in_words_how_they_refused(staff: Visitor, camp: Camp) -> None:
    phone = "010-9876-5003"
    person = {"name": "한마음", "phones": [phone], "source": "방명록", "legal_basis": "consent"}
    one = camp.call("POST", "/contacts", json=person)
    file = {"file": ("거부.csv", as_csv([["번호"], [phone]]).encode(), "text/csv")}
    camp.call("POST", "/opt-outs/import", files=file)
    staff.go(f"/contacts/{one['id']}")
    staff.sees("contact-timeline", re.compile("수신거부.*파일"))
    camp.call("DELETE", f"/contacts/{one['id']}")


def test_the_privacy_desk_answers_deletes_and_changes_the_key(staff: Visitor, camp: Camp) -> None:
    phone = camp.call("GET", "/contacts", params={"q": "이가온"})[0]["phones"][0]
    staff.go("/privacy")
    staff.write(privacy_lookup=phone)
    expect(staff.at("privacy-answer")).to_be_visible()
    staff.click("request-add")
    staff.write(request_phone=phone, request_detail="무엇을 갖고 있는지 알려 달라고 하심")
    staff.click("form-save")
    request = staff.at("request-line").filter(has_text="무엇을 갖고 있는지")
    expect(request).to_contain_text("10일 남음")
    request.get_by_test_id("request-answer").click()
    staff.write(answer_text="전화로 알려 드림")
    staff.click("form-save")
    expect(request).to_contain_text("답변함")
    staff.click("rule-add")
    staff.write(rule_days="0")
    staff.click("form-save")
    staff.click("rule-preview")
    staff.sees("rule-result", f"{matching(camp)}건")
    staff.click("rekey-start")
    staff.click("rekey-confirm")
    # "waiting": all is sealed anew, the old key stays until nobody can hold it any more.
    expect(staff.at("rekeying")).to_have_attribute("data-status", re.compile("waiting|done"))
    assert matching(camp, q="이가온") == 1


def test_the_builder_and_the_desk_fit_a_phone(visit: Callable[..., Visitor], camp: Camp) -> None:
    visitor = visit(width=390, dark=True)
    visitor.has_session_of(camp)
    segment = {"all": [{"tag": "당원"}, {"any": [{"created": {"from": "2026-01-01"}}, {"not": {"q": "김"}}]}]}
    made = camp.call("POST", "/segments", json={"name": "가" * 60, "filter": segment})
    for path in (f"/segments/{made['id']}", "/segments", "/privacy", "/contacts/exports", "/opt-outs"):
        visitor.go(path)
        expect(visitor.page.locator("main h1")).to_be_visible()
        expect(visitor.page.locator("main .animate-shimmer")).to_have_count(0)
        assert visitor.overflow() <= 0, path


def test_a_job_of_another_tab_is_found_in_the_log(staff: Visitor, camp: Camp) -> None:
    order = {"action": "tag", "tags": ["기록"], "target": {"q": "윤"}}
    started = camp.call("POST", "/contacts/bulk", json=order)

    def done() -> bool:
        return bool(camp.call("GET", f"/contacts/bulk/{started['id']}")["status"] == "completed")

    wait_for(done)
    staff.go("/contacts/exports")
    staff.click("tab-bulk")
    expect(staff.at("bulk-line").first).to_contain_text("기록")
    expect(staff.at("bulk-line").first).to_contain_text(f"{PEOPLE // 10}명 바뀜")
