"""The screens around imports as a volunteer uses them: a workbook, its result, the way back, duplicates."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e import workbook as book
from tests.e2e.browser import Visitor
from tests.e2e.lists import MessyList, as_csv
from tests.stack import Camp, Stack, wait_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOURCE = "2026 상도동 주민 모임 명부"


@pytest.fixture
def camp(stack: Stack) -> Camp:
    return Camp(stack)


def test_a_workbook_comes_in_and_goes_again(visitor: Visitor, camp: Camp) -> None:
    people = MessyList()
    visitor.has_session_of(camp)
    upload_the_workbook(visitor, people)
    answer_what_is_asked(visitor)
    read_the_result(visitor)
    read_the_rows(visitor, people)
    undo_after_an_edit(visitor, camp)


def upload_the_workbook(visitor: Visitor, people: MessyList) -> None:
    visitor.go("/contacts/import")
    file = FilePayload(name="상도동 명단_최종.xlsx", mimeType=XLSX, buffer=book.workbook(people))
    visitor.at("import-file-input").set_input_files(file)
    visitor.sees("sheet-choice", book.OTHER_SHEET)
    visitor.sees(f"sheet-{book.HIDDEN_SHEET}", "숨김")
    visitor.click(f"sheet-{book.OTHER_SHEET}")
    expect(visitor.at("mapping-주소")).to_have_count(0)  # that sheet has names and numbers only
    visitor.click(f"sheet-{book.SHEET}")
    for header, field in {"성명": "이름", "휴대폰": "휴대전화", "이메일": "이메일", "주소": "주소"}.items():
        visitor.sees(f"mapping-{header}", field)
    visitor.sees("refused-주민등록번호", "제24조의2")
    expect(visitor.at("mapping-주민등록번호")).to_have_count(0)
    expect(visitor.at("mapping-table")).not_to_contain_text("1234568")


def answer_what_is_asked(visitor: Visitor) -> None:
    """Nothing starts without the answers that the law asks for, and none is lost by leaving the page."""
    visitor.click("take-지지성향")
    visitor.click("mapping-confirm")
    for need in ("민감정보 동의", "출처", "수집 근거"):
        visitor.sees("mapping-needs", need)
    visitor.write(import_source=SOURCE)
    visitor.choose("import-legal-basis", re.compile("^본인 동의"))
    visitor.page.reload()
    expect(visitor.at("import-source")).to_have_value(SOURCE)
    visitor.sees("import-legal-basis", "본인 동의")
    visitor.click("mapping-confirm")
    expect(visitor.at("consent-지지성향")).to_be_focused()
    visitor.page.keyboard.press("Space")
    visitor.click("mapping-confirm")


def read_the_result(visitor: Visitor) -> None:
    expect(visitor.at("import-result")).to_be_visible()
    wanted = {
        "created": len(book.CREATED),
        "updated": 0,
        "duplicates": book.DUPLICATES,
        "rejected": book.REJECTED,
    }
    assert {name: visitor.number(f"import-result-{name}") for name in wanted} == wanted
    visitor.click("import-people-created")
    expect(visitor.at("contact-row")).to_have_count(len(book.CREATED))
    visitor.page.go_back()
    visitor.click("import-campaign")
    visitor.sees("audience-custom", "‘상도동 명단_최종.xlsx’ 명단에 있는 사람")
    visitor.sees("audience-count", str(len(book.CREATED)))
    visitor.page.go_back()


def read_the_rows(visitor: Visitor, people: MessyList) -> None:
    """Each number leads to exactly those rows, with the row's number in the sheet."""
    visitor.click("import-task-rejected")
    expect(visitor.at("import-row")).to_have_count(book.REJECTED)
    visitor.sees("import-row", "8번째 줄")
    visitor.sees("import-row", "전화번호 자릿수가 모자랍니다.")
    visitor.sees("import-row", "정우진")
    visitor.click("rows-tab-duplicate")
    visitor.sees("import-row", "7번째 줄")
    visitor.click("rows-tab-repaired")
    repaired = visitor.at("import-row").filter(has_text=book.REPAIRED_PHONE)
    expect(repaired).to_contain_text(people.phone(book.REPAIRED_PHONE))
    written = repaired.get_by_test_id("row-repairs")
    expect(written).to_contain_text(people.digits(book.REPAIRED_PHONE)[1:])
    visitor.page.go_back()


def undo_after_an_edit(visitor: Visitor, camp: Camp) -> None:
    """Who was edited since stays; the others go, and the history says so."""
    edited = camp.call("GET", "/contacts?q=홍길동")[0]["id"]
    camp.call("PUT", f"/contacts/{edited}", json={"note": "토요일에 만남"})
    visitor.click("import-undo")
    gone = len(book.CREATED) - 1
    assert (visitor.number("undo-remove"), visitor.number("undo-keep")) == (gone, 1)
    expect(visitor.at("undo-confirm")).to_be_disabled()
    visitor.write(undo_word="되돌리기")
    visitor.click("undo-confirm")
    expect(visitor.at("import-undone")).to_be_visible()
    assert (visitor.number("undo-remove"), visitor.number("undo-keep")) == (gone, 1)
    visitor.click("undo-kept-link")
    visitor.sees("import-row", "홍길동")
    visitor.click("nav-imports")
    expect(visitor.at("import-item")).to_have_attribute("data-status", "undone")
    left = camp.call("GET", "/contacts")
    assert [contact["name"] for contact in left] == ["홍길동"]


def test_the_keyboard_comes_back_to_the_column(visitor: Visitor, camp: Camp) -> None:
    """Whoever made a field of the camp's own, or thought better of it, goes on with the column."""
    rows = [["성명", "휴대폰", "차량"], ["홍길동", MessyList().phone("홍길동"), "있음"]]
    waiting = camp.upload(as_csv(rows).encode(), confirm_mapping=True)
    assert camp.finished_import(waiting)["status"] == "awaiting_mapping"
    visitor.has_session_of(camp)
    visitor.go(f"/contacts/import?id={waiting}")
    visitor.choose("mapping-차량", "새 항목 만들기…")
    expect(visitor.at("custom-field-label")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.at("mapping-차량")).to_be_focused()
    visitor.choose("mapping-차량", "새 항목 만들기…")
    visitor.write(custom_field_label="차량 봉사")
    visitor.click("custom-field-save")
    visitor.sees("mapping-차량", "차량 봉사")
    expect(visitor.at("mapping-차량")).to_be_focused()


def test_a_known_list_is_remembered_and_shows_what_it_changes(visitor: Visitor, camp: Camp) -> None:
    """The same headers again: the columns stand as last time, and each change shows before and after."""
    people = MessyList()
    rows = [["성명", "휴대폰", "주소"], ["홍길동", people.phone("홍길동"), "상도동 1"]]
    camp.finished_import(
        camp.upload(
            as_csv(rows).encode(),
            source=SOURCE,
            legal_basis="consent",
            mapping={"성명": "name", "휴대폰": "phone", "주소": "address"},
        )
    )
    visitor.has_session_of(camp)
    visitor.go("/contacts/import")
    rows[1][2] = "상도동 19"
    visitor.uploads("다시.csv", as_csv(rows).encode())
    visitor.sees("mapping-주소", "주소")
    visitor.click("on-existing-overwrite")
    visitor.write(import_source=SOURCE)
    visitor.choose("import-legal-basis", re.compile("^본인 동의"))
    visitor.click("mapping-confirm")
    visitor.click("import-rows-updated")
    visitor.sees("import-row", "상도동 1")
    visitor.sees("import-row", "상도동 19")


def test_mended_rows_know_where_they_come_from(visitor: Visitor, camp: Camp) -> None:
    """Whoever mends the rejected rows need not answer again what was answered for the list."""
    people = MessyList()
    rows = [["성명", "휴대폰"], ["홍길동", people.phone("홍길동")], ["김하늘", "010-12"]]
    options = {"source": SOURCE, "legal_basis": "consent", "tags": ["주민"]}
    import_id = camp.upload(as_csv(rows).encode(), **options)
    assert camp.finished_import(import_id)["counts"]["rejected"] == 1
    visitor.has_session_of(camp)
    visitor.go(f"/contacts/import?id={import_id}")
    mended = visitor.downloads("import-rejects").read_text(encoding="utf-8-sig")
    mended = mended.replace("010-12", people.phone("김하늘"))
    visitor.click("import-upload-mended")
    expect(visitor.at("import-mended")).to_be_visible()
    visitor.uploads("고친 줄.csv", mended.encode("cp949"))
    expect(visitor.at("import-source")).to_have_value(SOURCE)
    visitor.click("mapping-confirm")
    expect(visitor.at("import-result")).to_be_visible()
    tagged = camp.call("GET", "/contacts?tag=주민")
    assert {person["name"] for person in tagged} == {"홍길동", "김하늘"}
    visitor.click("import-mendsLine")
    expect(visitor.at("import-task-rejected")).to_be_visible()
    visitor.click("import-mendedLine")
    expect(visitor.at("import-mendsLine")).to_be_visible()


def test_duplicates_are_reviewed_by_keyboard(visitor: Visitor, camp: Camp) -> None:
    pairs = similar_people(camp)
    visitor.has_session_of(camp)
    visitor.go("/contacts/duplicates")
    visitor.at("duplicates-scan").first.click()
    expect(visitor.at("duplicate-pair")).to_be_visible()
    visitor.sees("duplicates-progress", f"0쌍 정리 · {pairs}쌍 남음")
    first = visitor.at("duplicate-pair").get_attribute("data-pair")
    visitor.page.keyboard.press("j")
    expect(visitor.at("duplicate-pair")).not_to_have_attribute("data-pair", str(first))
    visitor.page.keyboard.press("k")
    expect(visitor.at("duplicate-pair")).to_have_attribute("data-pair", str(first))
    choose_a_field(visitor)
    merge_and_take_back(visitor, camp, str(first), pairs)
    keep_the_other_apart(visitor, camp, pairs)


def test_a_result_says_who_refuses_and_who_agreed(visitor: Visitor, camp: Camp) -> None:
    people = MessyList()
    header = ["성명", "휴대폰", "개인정보 수집 동의", "수신거부"]
    rows = [
        [name, people.phone(name), "동의", "Y" if name == "이서연" else ""] for name in ("홍길동", "이서연")
    ]
    file = as_csv([header, *rows]).encode()
    mapping = dict(zip(header, ("name", "phone", "consented", "opt_out"), strict=True))
    import_id = camp.upload(file, source=SOURCE, legal_basis="consent", mapping=mapping)
    camp.finished_import(import_id)
    visitor.has_session_of(camp)
    visitor.go(f"/contacts/import?id={import_id}")
    visitor.sees("import-consents", "2줄")
    visitor.sees("import-task-refusals", "수신거부로 적힌 1줄")
    visitor.click("import-task-refusals")
    expect(visitor.page.get_by_role("row").filter(has_text="전체 거부")).to_have_count(1)


def test_a_familys_number_is_no_certainty(visitor: Visitor, camp: Camp) -> None:
    """Who lives together and shares a number is alike in all but the name, which is what tells them apart."""
    home = [MessyList().phone("홍길동"), "서울 동작구 상도동 1-1", "1971-03-05"]
    rows = [["성명", "휴대폰", "주소", "생년월일"], ["홍유수", *home], ["홍예숙", *home]]
    camp.finished_import(camp.upload(as_csv(rows).encode(), source=SOURCE, legal_basis="consent"))
    pair = wait_for(lambda: camp.call("GET", "/contacts/duplicates") or None, 30)[0]
    assert pair["score"] > 0.9
    visitor.has_session_of(camp)
    visitor.go("/contacts/duplicates")
    visitor.sees("duplicate-pair", "잘 살펴보세요")
    visitor.sees("duplicate-pair", "가족이 번호를 함께 쓰는 경우")


def similar_people(camp: Camp) -> int:
    """Two pairs; how many. Their numbers are one digit off and the names a syllable."""
    people = MessyList()
    families = (
        ("홍길동", "홍길둥", "서울 동작구 상도동 1-1", "1971-03-05"),
        ("이서연", "이소연", "부산 해운대구 우동 77", "1988-11-23"),
    )
    for name, typo, address, birth in families:
        digits = people.digits(name)
        other = f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}"
        for written, phone in ((name, digits), (typo, other)):
            person = {"name": written, "phones": [phone], "address": address, "birth": birth}
            camp.call("POST", "/contacts", json=person)
    return len(families)


def choose_a_field(visitor: Visitor) -> None:
    """The arrow steps to the first field that differs, 2 takes the right one's value."""
    name = visitor.at("field-name")
    expect(name).to_have_attribute("data-chosen", "left")
    expect(name.locator("mark")).to_have_count(2)
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("2")
    expect(name).to_have_attribute("data-chosen", "right")


def merge_and_take_back(visitor: Visitor, camp: Camp, pair: str, pairs: int) -> None:
    chosen = visitor.at("choose-name-right").inner_text().strip()
    visitor.page.keyboard.press("m")
    visitor.sees("duplicates-progress", f"1쌍 정리 · {pairs - 1}쌍 남음")
    names = wait_for(lambda: names_of(camp, 2 * pairs - 1), 20)
    assert chosen in names
    visitor.page.keyboard.press("u")
    visitor.sees("duplicates-progress", f"0쌍 정리 · {pairs}쌍 남음")
    expect(visitor.at("duplicate-pair")).to_have_attribute("data-pair", pair)
    wait_for(lambda: names_of(camp, 2 * pairs), 20)


def keep_the_other_apart(visitor: Visitor, camp: Camp, pairs: int) -> None:
    """Both are two people: nothing is left, nobody is gone, and another search does not ask again."""
    visitor.page.keyboard.press("n")
    visitor.sees("duplicates-progress", f"1쌍 정리 · {pairs - 1}쌍 남음")
    # A second press before the next pair is drawn is about nobody.
    visitor.page.evaluate(
        "for (let i = 0; i < 2; i++) dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyN'}))"
    )
    expect(visitor.at("duplicates-empty")).to_be_visible()
    wait_for(lambda: camp.call("GET", "/contacts/duplicates") == [] or None, 20)
    visitor.at("duplicates-scan").first.click()
    wait_for(lambda: not camp.call("GET", "/contacts/duplicates/status")["running"] or None, 30)
    visitor.page.reload()
    expect(visitor.at("duplicates-empty")).to_be_visible()
    assert len(camp.call("GET", "/contacts")) == 2 * pairs


def names_of(camp: Camp, how_many: int) -> list[str] | None:
    """Everybody's name once there are so many."""
    found: list[dict[str, Any]] = camp.call("GET", "/contacts")
    return [contact["name"] for contact in found] if len(found) == how_many else None


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
def test_the_screens_fit(visit: Callable[..., Visitor], camp: Camp, width: int, dark: bool) -> None:
    """Mapping, result, rows, history and review, on a phone and on a desk: nothing is wider than it."""
    people = MessyList()
    import_id = camp.upload(people.file(), source=SOURCE, legal_basis="consent")
    assert camp.finished_import(import_id)["status"] == "completed"
    waiting = camp.upload(people.file(), confirm_mapping=True)
    similar_people(camp)
    camp.call("POST", "/contacts/duplicates/scan")
    visitor = visit(width=width, dark=dark)
    visitor.has_session_of(camp)
    places = {
        f"/contacts/import?id={waiting}": "mapping-table",
        f"/contacts/import?id={import_id}": "import-result",
        f"/contacts/imports/{import_id}/rows?outcome=rejected": "import-rows",
        "/contacts/imports": "import-history",
        "/contacts/import": "imports-waiting",
        "/contacts/duplicates": "duplicate-pair",
    }
    wait_for(lambda: camp.call("GET", "/contacts/duplicates") or None, 30)
    for path, handle in places.items():
        visitor.go(path)
        expect(visitor.at(handle)).to_be_visible()
        assert visitor.overflow() <= 0, path
