"""Files of contacts: made in the background, harmless in an office program, audited, gone after a day."""

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import python_calamine

from functions.contacts.expire_exports import expire_exports
from shared.contacts.spreadsheet_text import harmless, restored
from shared.selections import exports
from tests.factories import Camp
from tests.functions.contacts.exporting import (
    actions,
    content,
    lines,
    look,
    made,
    order,
    person,
    sheet,
    start,
    stored,
)

Drain = Callable[[], None]


FIELDS: dict[str, Any] = {
    "emails": ["a@b.kr"],
    "kakao_ids": ["honggd"],
    "tags": ["당원", "행사"],
    "address": '서울시 마포구, "망원동"',
    "note": "첫 줄\n둘째 줄",
    "birth": "1970-01-02",
    "custom": {"직업": "교사"},
}


def test_a_csv_holds_what_the_contacts_hold(camp: Camp) -> None:
    person(camp, "홍길동", "010-2345-6789", **FIELDS)
    person(camp, "김철수", "010-2345-6780")
    header, hong, kim = lines(camp, made(camp))
    assert header == ["이름", "전화번호", "이메일", "카카오 아이디", "주소", "생년월일", "태그", "메모"]
    assert hong == [
        "홍길동", "010-2345-6789", "a@b.kr", "honggd", '서울시 마포구, "망원동"', "1970-01-02", "당원, 행사",
        "첫 줄\n둘째 줄",
    ]  # fmt: skip
    assert kim == ["김철수", "010-2345-6780", *[""] * 6]


def test_a_workbook_holds_the_same_as_text(camp: Camp) -> None:
    person(camp, "홍길동", "010-2345-6789", **FIELDS)
    columns = ["phones", "name", "note", "custom:직업", "id"]
    header, hong = sheet(camp, made(camp, format="xlsx", columns=columns))
    assert header == ["전화번호", "이름", "메모", "직업", "연락처 ID"]
    assert hong[:4] == ["010-2345-6789", "홍길동", "첫 줄\n둘째 줄", "교사"]
    assert all(isinstance(cell, str) for cell in hong)


DANGEROUS = [
    *("=1+1", "+82 1", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\n=1", "'=1"),
    *("＝1+1", "＋1", "－2", "＠SUM(A1)", " =1+1", "\u3000＝1", "\u00a0=1", "' =1"),
]
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("dangerous", DANGEROUS)
def test_no_cell_is_a_formula(camp: Camp, dangerous: str) -> None:
    label = f"{dangerous.strip()}직업"
    person(camp, "홍길동", "010-2345-6789", custom={label: dangerous}, address=dangerous, tags=[dangerous])
    columns = [f"custom:{label}", "address", "name", "tags"]
    header, row = lines(camp, made(camp, columns=columns))
    assert not any(cell.startswith(BEGINNINGS) for cell in (header[0], row[3]))
    csv_cells = row[:2]
    assert not any(cell.lstrip(" \u3000\u00a0").startswith(BEGINNINGS) for cell in csv_cells)
    assert [restored(cell).strip() for cell in csv_cells] == [dangerous.strip()] * 2
    book = openpyxl.load_workbook(io.BytesIO(content(camp, made(camp, format="xlsx", columns=columns))))
    for cell in list(book.worksheets[0].iter_rows())[1][:2]:
        assert cell.data_type != "f"
        value = str(cell.value)
        assert value.strip() == dangerous.strip()
        assert cell.quotePrefix or not value.startswith(BEGINNINGS), "safe when edited"


@pytest.mark.parametrize("cell", [*DANGEROUS, "\r=1", "'", "''", "'가", "가=1", "", " 가", "\u3000"])
def test_every_cell_comes_back_from_text(cell: str) -> None:
    assert not harmless(cell).startswith(BEGINNINGS)
    assert restored(harmless(cell)) == cell


def test_a_workbook_takes_what_xml_does_not(camp: Camp) -> None:
    odd = "<b>&amp; \x01\x0b _x0041_ ]]> 가"
    person(camp, "홍길동", "010-2345-6789", custom={"직업": odd})
    data = content(camp, made(camp, format="xlsx", columns=["custom:직업", "name"]))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.get_sheet_by_index(0).to_python()[1] == ["<b>&amp;  _x0041_ ]]> 가", "홍길동"]


def test_a_workbook_goes_on_in_the_next_sheet(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.selections import export_files

    monkeypatch.setattr(export_files, "MAX_ROWS", 3)
    for n, name in enumerate("가나다라마"):
        person(camp, f"사람{name}", f"010-2000-000{n}")
    book = openpyxl.load_workbook(io.BytesIO(content(camp, made(camp, format="xlsx", columns=["name"]))))
    found = [[row[0].value for row in one.iter_rows()] for one in book.worksheets]
    assert found == [["이름", "사람가", "사람나"], ["이름", "사람다", "사람라"], ["이름", "사람마"]]


LIST = (
    "성명,휴대폰,이메일,주소,생년월일,태그,메모,직업,카카오 아이디\r\n"
    '홍길동,"010-2345-6789, 02-345-6789",hong@naver.com,"서울시 마포구, ""망원동""",1970-01-02,"당원,행사",'
    '"첫 줄\n둘째 줄",교사,honggd\r\n'
    "김철수,010-2345-6780,kim@naver.com; kim@daum.net,,,,,,\r\n"
    "박세리,010-2345-6781,,-마포,,행사,- 전화 바람,@농부,\r\n"
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_and_is_imported_again_changes_nothing(
    camp: Camp, workers: Drain, kind: str
) -> None:
    def imported(data: bytes, name: str, **more: str) -> dict[str, Any]:
        options = {"source": "명부", "legal_basis": "consent", **more}
        import_id = camp.api.upload("/contacts/imports", data, name, **options).json["data"]["id"]
        workers()
        done: dict[str, Any] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
        assert done["status"] == "completed", done
        counts: dict[str, Any] = done["counts"]
        return counts

    assert imported(LIST.encode(), "명단.csv")["created"] == 3
    before = [whole(camp, contact["id"]) for contact in camp.api.get("/contacts").json["data"]]
    assert {contact["name"]: contact["note"] for contact in before}["박세리"] == "- 전화 바람"
    counts = imported(content(camp, made(camp, format=kind)), f"명단.{kind}", on_existing="overwrite")
    assert {name: count for name, count in counts.items() if count} == {"rows": 3, "unchanged": 3}
    assert [whole(camp, contact["id"]) for contact in before] == before


def whole(camp: Camp, contact_id: str) -> dict[str, Any]:
    found: dict[str, Any] = camp.api.get(f"/contacts/{contact_id}").json["data"]
    return found


def test_it_is_audited_with_reason_and_size(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LARGE", 1)
    person(camp, "홍길동", "010-2345-6789")
    content(camp, made(camp))
    assert actions(camp) == ["requested", "completed", "downloaded"]
    [line] = camp.rows("SELECT * FROM audit_log WHERE action = 'contacts.export_requested'")
    assert (line["member_id"], line["detail"]["rows"], line["detail"]["reason"]) == (
        camp.member_id, 1, "선거사무소 보고",
    )  # fmt: skip
    person(camp, "김철수", "010-2345-6780")
    start(camp)
    assert actions(camp)[-2:] == ["requested", "large"], "many people at once: an entry of its own kind"


def test_only_admins_export_and_only_with_a_reason(camp: Camp) -> None:
    person(camp, "홍길동", "010-2345-6789")
    export_id = made(camp)
    staff, admin = camp.member("staff"), camp.member("admin")
    assert order(staff).status_code == 403
    for path in ("", f"/{export_id}", f"/{export_id}/download"):
        assert staff.api.get(f"/contacts/exports{path}").status_code == 403
        assert staff.api.with_token(None).get(f"/contacts/exports{path}").status_code == 401
    assert lines(admin, made(admin))[1][0] == "홍길동"
    for reason in (None, "", " "):
        assert order(camp, reason=reason).status_code == 422
    assert actions(staff).count("requested") == 2


@pytest.mark.parametrize(
    "more",
    [
        {"columns": ["password"]},
        {"columns": ["name", "name"]},
        {"columns": ["custom:"]},
        {"format": "pdf"},
        {"segment_id": "01a1fcb5-9b64-7687-aeb8-dac5837e6064"},
        {"target": None},
    ],
)
def test_what_makes_no_sense_is_refused(camp: Camp, more: dict[str, Any]) -> None:
    body = {"target": {}, "format": "csv", "reason": "보고", **more}
    body = {name: value for name, value in body.items() if value is not None}
    assert camp.api.post("/contacts/exports", body).status_code == 422


def test_a_segment_or_a_filter_may_stand_alone(camp: Camp) -> None:
    person(camp, "홍길동", "010-2345-6789", tags=["당원"])
    person(camp, "김철수", "010-2345-6780")
    segment = camp.api.post("/segments", {"name": "당원", "filter": {"tag": "당원"}}).json["data"]["id"]
    for whom in ({"segment_id": segment}, {"filter": {"tag": "당원"}}):
        body = {**whom, "format": "csv", "reason": "보고"}
        export_id = camp.api.post("/contacts/exports", body).json["data"]["id"]
        exports.make(camp.tenant_id, UUID(export_id))
        assert [row[0] for row in lines(camp, export_id)] == ["이름", "홍길동"]


def test_who_is_deleted_meanwhile_is_left_out(camp: Camp) -> None:
    gone = person(camp, "홍길동", "010-2345-6789")
    person(camp, "김철수", "010-2345-6780")
    export_id = start(camp)
    camp.api.delete(f"/contacts/{gone}")
    person(camp, "이늦음", "010-2345-6781")
    exports.make(camp.tenant_id, UUID(export_id))
    assert [row[0] for row in lines(camp, export_id)] == ["이름", "김철수"]
    assert (look(camp, export_id)["total"], look(camp, export_id)["rows"]) == (2, 1)


def test_a_member_who_was_disabled_gets_no_file(camp: Camp) -> None:
    person(camp, "홍길동", "010-2345-6789")
    admin = camp.member("admin")
    export_id = start(admin)
    camp.api.put(f"/members/{admin.member_id}", {"status": "disabled"})
    exports.make(camp.tenant_id, UUID(export_id))
    assert (look(camp, export_id)["status"], stored(camp)) == ("failed", [])


def test_the_file_is_sealed_and_goes_after_a_day(camp: Camp, workers: Drain) -> None:
    person(camp, "홍길동", "010-2345-6789")
    export_id = made(camp)
    [file] = stored(camp)
    for plain in ("홍길동", "2345", "이름"):
        assert plain.encode() not in file.read_bytes()
    expire_exports()
    workers()
    assert stored(camp) == [file], "not before its time"
    with camp.transaction() as connection:
        connection.execute("UPDATE exports SET expires_at = now()")
    assert camp.api.get(f"/contacts/exports/{export_id}/download").status_code == 409
    assert look(camp, export_id)["status"] == "expired"
    expire_exports()
    workers()
    assert stored(camp) == []
    assert look(camp, export_id)["download_url"] is None


def test_nobody_gets_another_camps_file(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    person(camp, "홍길동", "010-2345-6789")
    export_id = made(camp)
    other = new_camp()
    assert other.api.get(f"/contacts/exports/{export_id}").status_code == 404
    assert other.api.get(f"/contacts/exports/{export_id}/download").status_code == 404
    assert other.api.get("/contacts/exports").json["data"] == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind: str, tmp_path: Path) -> None:
    from shared.selections.export_files import open_file

    def peak(rows: int) -> int:
        with (tmp_path / "file").open("wb") as target:
            tracemalloc.start()
            file = open_file(kind, target, ["이름", "전화번호"])
            for _ in range(rows // 1000):
                file.add([["홍길동", "010-2345-6789"]] * 1000)
            file.close()
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    assert peak(50_000) < peak(5_000) + 300_000
