"""What camps upload, from the API to contacts: workbooks, mappings, consents, refused columns, origins."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from shared.kernel.clock import SEOUL
from tests.factories import Camp
from tests.functions.contacts.test_imports import Drain, look
from tests.workbooks import xls, xlsx

ORIGIN = {"source": "2026 행사 명부", "legal_basis": "consent"}
LIST: list[list[Any]] = [["이름", "휴대폰"], ["홍길동", "010-2345-6789"], ["김철수", 1034567890]]


def imported(camp: Camp, drain: Drain, content: bytes | str, **options: Any) -> dict[str, Any]:
    """Uploads a file of which nothing is told but these options, and waits."""
    data = content.encode() if isinstance(content, str) else content
    answer = camp.api.upload("/contacts/imports", data, **options)
    assert answer.status_code == 202, answer.text
    drain()
    return look(camp, answer.json["data"]["id"])


def confirm(camp: Camp, drain: Drain, waiting: dict[str, Any], **body: Any) -> dict[str, Any]:
    """Confirms the proposed mapping (or another one) with an origin, and waits."""
    mapping = {column["header"]: column["field"] for column in waiting["columns"]}
    answer = camp.api.post(
        f"/contacts/imports/{waiting['id']}/mapping", {"mapping": mapping, **ORIGIN, **body}
    )
    assert answer.status_code == 202, answer.text
    drain()
    return look(camp, waiting["id"])


def refused(camp: Camp, waiting: dict[str, Any], **body: Any) -> Any:
    mapping = {column["header"]: column["field"] for column in waiting["columns"]}
    return camp.api.post(f"/contacts/imports/{waiting['id']}/mapping", {"mapping": mapping, **body}).json[
        "error"
    ]


def codes(item: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in item["warnings"]]


def people(camp: Camp) -> list[tuple[str, list[str]]]:
    found = camp.api.get("/contacts", params={"limit": "100"}).json["data"]
    return sorted((contact["name"], contact["phones"]) for contact in found)


def customs(camp: Camp, name: str) -> dict[str, str]:
    (contact,) = camp.api.get("/contacts", params={"q": name}).json["data"]
    custom: dict[str, str] = camp.api.get(f"/contacts/{contact['id']}").json["data"]["custom"]
    return custom


NAMES = ["강감찬", "을지문덕", "연개소문", "김유신", "최무선", "장보고"]
BOTH = [("김철수", ["010-3456-7890"]), ("홍길동", ["010-2345-6789"])]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_workbook_becomes_contacts(camp: Camp, workers: Drain, make: Callable[..., bytes]) -> None:
    done = imported(camp, workers, make(LIST), **ORIGIN)
    assert (done["status"], done["counts"]["created"], done["counts"]["repaired"]) == ("completed", 2, 1)
    assert (done["sheet"], done["sheets"]) == ("명단", [{"name": "명단", "rows": 2, "hidden": False}])
    assert people(camp) == BOTH


def _hide(book: openpyxl.Workbook) -> None:
    sheet = book["명단"]
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("C3:D3")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["F"].hidden = True


def test_a_real_workbook_with_everything(camp: Camp, workers: Drain) -> None:
    """Notes above, two header rows, a spacer column, a hidden row and column, a total row."""
    rows: list[list[Any]] = [
        ["2026년 행사 참석자"],
        [],
        ["성명", None, "연락처", None, "주소", "내부 메모"],
        [None, None, "휴대폰", "이메일"],
        ["홍길동 님", None, "010-2345-6789(본인)", "HONG@naver.con", "서울시 마포구", "비밀"],
        ["숨은이", None, "010-9999-8888", None, None, None],
        ["김철수", None, 1034567890, None, None, None],
        ["합계", None, "2명"],
    ]
    done = imported(camp, workers, xlsx(rows, _hide), **ORIGIN)
    assert done["status"] == "completed", done
    assert [(column["header"], column["field"]) for column in done["columns"]] == [
        ("성명", "name"), ("연락처 / 휴대폰", "phone"), ("연락처 / 이메일", "email"), ("주소", "address"),
        ("내부 메모", "ignore"),
    ]  # fmt: skip
    assert [column["hidden"] for column in done["columns"]] == [False] * 4 + [True]
    assert codes(done) == ["hidden_column", "hidden_row", "total_row"]
    assert people(camp) == BOTH


def test_several_sheets_wait_for_a_choice_and_another_is_read(camp: Camp, workers: Drain) -> None:
    other = [["성함", "이메일"], ["이영희", "lee@naver.com"]]
    waiting = imported(camp, workers, xlsx({"합정동": LIST, "망원동": other, "통계": [["계", 3]]}), **ORIGIN)
    assert (waiting["status"], waiting["sheet"], codes(waiting)) == (
        "awaiting_mapping",
        "합정동",
        ["choose_sheet"],
    )
    assert [(sheet["name"], sheet["rows"]) for sheet in waiting["sheets"]] == [
        ("합정동", 3), ("망원동", 2), ("통계", 1),
    ]  # fmt: skip
    assert refused(camp, waiting, sheet="없음")["details"][0]["field"] == "sheet"
    again = confirm(camp, workers, waiting, sheet="망원동", mapping={})
    assert (again["status"], again["sheet"]) == ("awaiting_mapping", "망원동")
    assert [column["header"] for column in again["columns"]] == ["성함", "이메일"]
    assert again["counts"]["rows"] == 1
    done = confirm(camp, workers, again, sheet="망원동")
    assert (done["status"], people(camp)) == ("completed", [("이영희", [])])


def test_a_sheet_may_be_named_with_the_upload(camp: Camp, workers: Drain) -> None:
    book = xlsx({"합정동": LIST, "망원동": [["성함", "휴대폰"], ["이영희", "010-4567-8901"]]})
    assert imported(camp, workers, book, sheet="망원동", **ORIGIN)["status"] == "completed"
    assert people(camp) == [("이영희", ["010-4567-8901"])]
    assert imported(camp, workers, book, sheet="없음", **ORIGIN)["error"]["code"] == "unknown_sheet"


@pytest.mark.parametrize("told", [{}, {"source": "명부"}, {"legal_basis": "consent"}])
def test_a_list_of_unknown_origin_waits(camp: Camp, workers: Drain, told: dict[str, str]) -> None:
    waiting = imported(camp, workers, xlsx(LIST), **told)
    assert (waiting["status"], codes(waiting), people(camp)) == ("awaiting_mapping", ["no_source"], [])
    missing = {"source", "legal_basis"} - set(told)
    assert {detail["field"] for detail in refused(camp, waiting)["details"]} == missing
    done = confirm(camp, workers, waiting)
    assert (done["status"], codes(done), people(camp)) == ("completed", [], BOTH)


def test_a_legal_basis_is_one_of_the_laws(camp: Camp) -> None:
    answer = camp.api.upload("/contacts/imports", b"a,b\n", source="명부", legal_basis="그냥")
    assert answer.status_code == 422


def test_sensitive_columns_need_their_own_consent(camp: Camp, workers: Drain) -> None:
    content = "이름,휴대폰,지지정당\n홍길동,010-2345-6789,무소속\n"
    done = imported(camp, workers, content, **ORIGIN)
    assert (done["status"], codes(done)) == ("completed", ["sensitive_column"])
    assert [column["sensitive"] for column in done["columns"]] == [False, False, True]
    assert customs(camp, "홍길동") == {}
    mapping = {"이름": "name", "휴대폰": "phone", "지지정당": "custom:지지정당"}
    waiting = imported(camp, workers, content, mapping=mapping, **ORIGIN)
    assert waiting["status"] == "awaiting_mapping"
    without = confirm(camp, workers, waiting)
    assert (without["columns"][2]["field"], codes(without)) == ("ignore", ["sensitive_column"])
    assert customs(camp, "홍길동") == {}
    consented = {"sensitive_consent": {"지지정당": True}}
    done = imported(camp, workers, content, mapping=mapping, **consented, **ORIGIN)
    assert done["status"] == "completed"
    assert customs(camp, "홍길동") == {"지지정당": "무소속"}
    (field,) = camp.api.get("/custom-fields").json["data"]
    assert (field["label"], field["sensitive"]) == ("지지정당", True)


@pytest.mark.parametrize(
    ("header", "values", "code"),
    [
        ("주민등록번호", ["800101-1234568", ""], "resident_number"),
        ("식별", ["800101-1234568", "900229-1111111", "750505-1222226"], "resident_number"),
        ("여권번호", ["M12345678", ""], "unique_identifier"),
        ("기타", ["M12345678", "M123A4567"], "unique_identifier"),
        ("기타", ["11-15-123456-78", "28-99-654321-01"], "unique_identifier"),
        ("기타", ["4111 1111 1111 1111", "5500-0000-0000-0004"], "financial_number"),
        ("기타", ["110-123-456789", "302-1234-5678-91"], "financial_number"),
    ],
)
def test_a_refused_column_stays_out_and_is_not_kept(
    camp: Camp, workers: Drain, header: str, values: list[str], code: str
) -> None:
    rows = [f"{NAMES[i]},{value},010-2345-67{i:02}" for i, value in enumerate([*values, "", ""])]
    rows.append(f"못쓰는,{values[0]},번호없음")
    done = imported(camp, workers, f"이름,{header},휴대폰\n" + "\n".join(rows), **ORIGIN)
    assert (done["status"], codes(done)) == ("completed", ["refused_column"])
    column = done["columns"][1]
    assert (column["refused"], column["field"], column["samples"]) == (code, "ignore", [])
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (len(rows) - 1, 1)
    (reject,) = camp.api.get(f"/contacts/imports/{done['id']}/rejected-rows").json["data"]
    assert reject["cells"] == ["못쓰는", "", "번호없음"]
    mapping = {"이름": "name", "휴대폰": "phone", header: "custom:몰래"}
    again = imported(camp, workers, f"이름,{header},휴대폰\n" + "\n".join(rows), mapping=mapping, **ORIGIN)
    assert again["columns"][1]["field"] == "ignore"
    assert customs(camp, NAMES[0]) == {}


def test_a_mapping_is_remembered_for_the_same_headers(
    camp: Camp, new_camp: Callable[[], Camp], workers: Drain
) -> None:
    content = "가,나,다\n이것,010-2345-6789,첫째\n저것,010-3456-7890,둘째\n"
    waiting = imported(camp, workers, content, **ORIGIN)
    assert (waiting["status"], waiting["remembered"]) == ("awaiting_mapping", False)
    confirm(camp, workers, waiting, mapping={"가": "name", "나": "phone", "다": "custom:순서"})
    turned = "다,나,가\n셋째,010-4567-8901,그것\n"
    done = imported(camp, workers, turned, **ORIGIN)
    assert (done["status"], done["remembered"]) == ("completed", True)
    assert {column["header"]: (column["field"], column["confidence"]) for column in done["columns"]} == {
        "가": ("name", 1.0), "나": ("phone", 1.0), "다": ("custom:순서", 1.0),
    }  # fmt: skip
    assert customs(camp, "그것") == {"순서": "셋째"}
    other = imported(new_camp(), workers, content, **ORIGIN)
    assert (other["status"], other["remembered"]) == ("awaiting_mapping", False)
    stored = camp.rows("SELECT mapping_sealed FROM import_mappings")
    assert not any(b"custom" in row["mapping_sealed"] for row in stored)


def generated(count: int = 60) -> str:
    return "이름,휴대폰\n" + "".join(f"사람{i},010-2345-{i:04}\n" for i in range(count))


def test_a_list_that_looks_made_up_needs_an_admins_reason(camp: Camp, workers: Drain) -> None:
    waiting = imported(camp, workers, generated(), **ORIGIN)
    assert (waiting["status"], codes(waiting)) == ("awaiting_mapping", ["generated"])
    assert waiting["generated"]["share"] == 1.0
    assert waiting["generated"]["examples_masked"] == ["010-2345-00**"]
    assert refused(camp, waiting)["details"][0]["field"] == "generated_reason"
    staff = camp.member("staff")
    assert refused(staff, waiting, generated_reason="괜찮아 보임")["code"] == "FORBIDDEN"
    assert people(camp) == []
    done = confirm(camp, workers, waiting, generated_reason="통신사에서 연속으로 개통한 당직 전화")
    assert (done["status"], done["counts"]["created"]) == ("completed", 60)
    (line,) = camp.rows(
        "SELECT member_id, target FROM audit_log WHERE action = 'import.generated_list_accepted'"
    )
    assert (line["member_id"], line["target"]) == (camp.member_id, done["id"])


def test_custom_fields_are_listed_made_and_taken_off(
    camp: Camp, new_camp: Callable[[], Camp], workers: Drain
) -> None:
    made = camp.api.post("/custom-fields", {"label": " 소속 단체 ", "sensitive": False})
    assert (made.status_code, made.json["data"]["label"]) == (201, "소속 단체")
    assert camp.api.post("/custom-fields", {"label": "소속 단체"}).json["error"]["code"] == "CONFLICT"
    assert camp.api.post("/custom-fields", {"label": "종교"}).json["data"]["sensitive"] is True
    assert camp.api.post("/custom-fields", {"label": " "}).status_code == 422
    other = new_camp()
    assert other.api.get("/custom-fields").json["data"] == []
    path = f"/custom-fields/{made.json['data']['id']}"
    assert other.api.delete(path).json["error"]["code"] == "NOT_FOUND"
    assert camp.member("staff").api.delete(path).json["error"]["code"] == "FORBIDDEN"
    assert camp.api.delete(path).status_code == 204
    assert [field["label"] for field in camp.api.get("/custom-fields").json["data"]] == ["종교"]


def rejects_file(camp: Camp, import_id: str) -> bytes:
    return bytes(camp.api.get(f"/contacts/imports/{import_id}/rejects").content)


BAD = (
    "이름,휴대폰,메모\n홍길동,010-2345-6789,\n김철수,+공일공,-메모\n이영희,010-234,'작은따옴표\n"
    '최수식,=1+1,@줄\n박민수,,"-1\n+2"\n'
)


def test_rejected_rows_can_be_looked_at_page_by_page(
    camp: Camp, new_camp: Callable[[], Camp], workers: Drain
) -> None:
    done = imported(camp, workers, BAD, **ORIGIN)
    path = f"/contacts/imports/{done['id']}/rejected-rows"
    first = camp.api.get(path, params={"limit": "3"}).json
    assert [(row["row_number"], row["reason"]) for row in first["data"]] == [
        (3, "phone_letters"), (4, "phone_too_short"), (5, "formula"),
    ]  # fmt: skip
    assert "글자" in first["data"][0]["message"]
    assert first["data"][0]["cells"] == ["김철수", "+공일공", "-메모"]
    cursor = first["meta"]["next_cursor"]
    rest = camp.api.get(path, params={"cursor": str(cursor)}).json["data"]
    assert [row["row_number"] for row in rest] == [6]
    assert new_camp().api.get(path).json["error"]["code"] == "NOT_FOUND"


def test_the_rejects_file_comes_back_as_it_was(camp: Camp, workers: Drain) -> None:
    """Untouched it gives the same rejects; mended it is imported, and nothing of ours is taken for data."""
    done = imported(camp, workers, BAD, **ORIGIN)
    file = rejects_file(camp, done["id"])
    again = imported(camp, workers, file, **ORIGIN)
    assert (again["counts"]["rows"], again["counts"]["rejected"]) == (4, 4)
    assert [column["header"] for column in again["columns"]] == ["이름", "휴대폰", "메모"]
    once, twice = (
        list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        for data in (file, rejects_file(camp, again["id"]))
    )
    assert [row[:3] + row[4:] for row in twice] == [row[:3] + row[4:] for row in once]
    mended = (
        file.decode("utf-8-sig").replace("'+공일공", "010-3456-7890").replace("010-234,", "010-4567-8901,")
    )
    last = imported(camp, workers, mended, mends=done["id"], **ORIGIN)
    assert (last["counts"]["created"], last["counts"]["rejected"]) == (2, 2)
    assert (last["options"]["mends"], last["mended_by"]) == (done["id"], [])
    assert look(camp, done["id"])["mended_by"] == [last["id"]]
    notes = {c["name"]: c["note"] for c in camp.api.get("/contacts").json["data"]}
    assert (notes["김철수"], notes["이영희"]) == ("-메모", "'작은따옴표")


def test_only_rows_of_an_own_import_can_be_mended(
    camp: Camp, new_camp: Callable[[], Camp], workers: Drain
) -> None:
    done = imported(camp, workers, BAD, **ORIGIN)
    answer = new_camp().api.upload("/contacts/imports", BAD.encode(), mends=done["id"], **ORIGIN)
    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "options.mends")


def test_a_file_that_changes_its_encoding_names_the_row(camp: Camp, workers: Drain) -> None:
    rows = "".join(f"똠방각{i},010-2345-{i * 7919 % 10_000:04}\n" for i in range(900))
    content = ("이름,휴대폰\n" + rows).encode() + "김철수,010-3456-7890\n".encode("cp949")
    done = imported(camp, workers, content, **ORIGIN)
    assert (done["status"], done["error"]["code"]) == ("failed", "mixed_encoding")
    assert "902행" in done["error"]["message"]
    assert people(camp) == []


def test_marks_clear_and_consent_columns_are_kept(camp: Camp, workers: Drain) -> None:
    content = "이름,휴대폰,수신거부,동의일시\n홍길동,010-2345-6789,Y,2026.3.5\n"
    done = imported(camp, workers, content, **ORIGIN)
    assert [column["field"] for column in done["columns"]] == ["name", "phone", "opt_out", "consent_at"]
    assert codes(done) == [], "what is taken as refusals needs no warning"
    assert customs(camp, "홍길동") == {"수신거부": "Y", "동의 일시": "2026.3.5"}
    columns = {"이름": "name", "휴대폰": "phone", "수신거부": "ignore", "동의일시": "ignore"}
    assert codes(imported(camp, workers, content, mapping=columns, **ORIGIN)) == ["opt_out_column"]


@pytest.mark.parametrize(
    ("written", "kept"), [("26/05/03", "26/05/03"), ("260503", "260503"), ("46145", "2026-05-03")]
)
def test_a_day_of_consent_is_of_this_century(camp: Camp, workers: Drain, written: str, kept: str) -> None:
    """A birth in 26 would be 1926; nobody consented then. A spreadsheet's day number is shown as the day."""
    content = f"이름,휴대폰,수신동의,동의일\n홍길동,010-2345-6789,O,{written}\n"
    imported(camp, workers, content, **ORIGIN)
    (person,) = camp.api.get("/contacts?q=홍길동").json["data"]
    (consent,) = camp.api.get(f"/contacts/{person['id']}/consents").json["data"]
    assert datetime.fromisoformat(consent["given_at"]).astimezone(SEOUL).date() == date(2026, 5, 3)
    assert customs(camp, "홍길동")["동의 일시"] == kept
