"""The opt-out list: by hand and by file, per channel, found again, taken back with a reason."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from falcon import testing

from shared.messaging import opt_outs
from tests.factories import Camp

Drain = Callable[[], None]


def add(camp: Camp, **draft: Any) -> dict[str, Any]:
    answer = camp.api.post("/opt-outs", {"reason": "전화로 요청", **draft})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def listed(camp: Camp, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = camp.api.get("/opt-outs", params=query).json["data"]
    return found


def upload(camp: Camp, content: bytes, name: str = "거부.csv", **options: str) -> testing.Result:
    return camp.api.upload("/opt-outs/import", content, name, **options)


def taken(camp: Camp, content: bytes | str, name: str = "거부.csv", **options: str) -> tuple[int, int, int]:
    data = content.encode() if isinstance(content, str) else content
    answer = upload(camp, data, name, **options)
    assert answer.status_code == 200, answer.text
    told = answer.json["data"]
    return told["added"], told["known"], told["rejected_total"]


def test_one_point_may_be_barred_on_several_channels(camp: Camp) -> None:
    add(camp, phone="010-2345-6789", channel="sms")
    add(camp, phone="010-2345-6789", channel="kakao")
    again = add(camp, phone="010-2345-6789", channel="sms")
    assert [(row["channel"], row["source"]) for row in listed(camp)] == [("kakao", "hand"), ("sms", "hand")]
    assert again["value_masked"] == "010-****-6789"
    contact = camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]}).json["data"]
    assert (contact["phones"], contact["opted_out"]) == (["010-2345-6789"], True), "no point is doubled"
    assert len(contact["points"]) == 1


def test_addresses_and_ids_are_masked(camp: Camp) -> None:
    assert add(camp, email="Hong@Naver.com", channel="email")["value_masked"] == "ho**@naver.com"
    assert add(camp, kakao_id="honggd", channel="kakao")["value_masked"] == "ho****"


def test_a_contact_is_opted_out_by_all_its_points(camp: Camp) -> None:
    contact = {"name": "홍길동", "phones": ["010-2345-6789", "02-345-6789"], "emails": ["a@b.kr"]}
    contact_id = camp.api.post("/contacts", contact).json["data"]["id"]
    add(camp, contact_id=contact_id, channel="sms")
    assert {row["kind"] for row in listed(camp)} == {"phone"}
    add(camp, contact_id=contact_id)
    assert len(listed(camp, channel="all")) == 3
    events = camp.api.get(f"/contacts/{contact_id}/timeline").json["data"]
    assert {event["detail"].get("channel") for event in events if event["kind"] == "opt_out"} == {
        "all",
        "sms",
    }


def test_one_of_a_family_refuses_on_its_phone(camp: Camp, workers: Drain) -> None:
    table = "이름,휴대전화\r\n김철수,010-2345-6789\r\n박영희,010-2345-6789\r\n"
    camp.api.upload("/contacts/imports", table.encode(), source="명부", legal_basis="consent")
    workers()
    [sharer] = [one for one in camp.api.get("/contacts").json["data"] if not one["phones"]]
    assert add(camp, contact_id=sharer["id"], channel="sms")["value_masked"] == "010-****-6789"
    nobody = camp.api.post("/contacts", {"name": "최없음"}).json["data"]["id"]
    assert camp.api.post("/opt-outs", {"contact_id": nobody}).status_code == 422


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"phone": "010-2345-6789", "email": "a@b.kr"},
        {"phone": "123"},
        {"phone": "010-2345-6789, 010-2345-6780"},
        {"email": "nobody"},
        {"kakao_id": "한글"},
        {"phone": "010-2345-6789", "channel": "fax"},
    ],
)
def test_what_makes_no_sense_is_refused(camp: Camp, draft: dict[str, Any]) -> None:
    assert camp.api.post("/opt-outs", {"reason": "요청", **draft}).status_code == 422


def test_taking_back_is_an_admins_and_is_audited(camp: Camp) -> None:
    given = add(camp, phone="010-2345-6789")["id"]
    assert (
        camp.member("staff").api.call("DELETE", f"/opt-outs/{given}", {"reason": "본인"}).status_code == 403
    )
    assert camp.api.call("DELETE", f"/opt-outs/{given}", {"reason": "본인이 전화함"}).status_code == 204
    [line] = camp.rows("SELECT * FROM audit_log WHERE action = 'opt_out.removed'")
    assert line["detail"] == {"reason": "본인이 전화함", "channel": "all"}
    assert listed(camp) == []
    again = add(camp, phone="010-2345-6789")["id"]
    assert camp.api.call("DELETE", f"/opt-outs/{again}", {"reason": "x" * 1000}).status_code == 422
    assert camp.api.delete(f"/opt-outs/{again}").status_code == 204, "nobody has to say why"
    assert len(camp.rows("SELECT 1 FROM audit_log WHERE action = 'opt_out.removed'")) == 2


def test_it_is_found_by_number_address_or_name(camp: Camp) -> None:
    camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]})
    add(camp, phone="010-2345-6789")
    add(camp, phone="010-9999-1234")
    add(camp, email="a@b.kr")
    for q, count in (
        ("010-9999-1234", 1),
        ("홍길동", 1),
        ("6789", 1),
        ("a@b.kr", 1),
        ("김철수", 0),
        ("???", 0),
    ):
        assert len(listed(camp, q=q)) == count, q
    assert len(listed(camp, q="홍길동", channel="sms")) == 0
    assert len(listed(camp, source="file")) == 0


def test_a_whole_point_finds_what_its_holder_opted_out_of(camp: Camp) -> None:
    """Whole values are no search terms: whoever types an address means its holder, by every point."""
    points = {"phones": ["010-2345-6789"], "emails": ["hong@naver.com"], "kakao_ids": ["honggd"]}
    camp.api.post("/contacts", {"name": "홍길동", **points})
    camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-7777-1234"]})
    add(camp, phone="010-2345-6789")
    add(camp, phone="010-7777-1234", channel="sms")
    for q, lasts in (
        ("hong@naver.com", {"6789"}),
        ("honggd", {"6789"}),
        ("홍길동 hong@naver.com", {"6789"}),
        ("홍길동", {"6789", "1234"}),
        ("홍길동 010-7777-1234", {"1234"}),
        ("other@naver.com", set()),
    ):
        assert {row["value_masked"][-4:] for row in listed(camp, q=q)} == lasts, q


def test_the_list_goes_on_page_by_page(camp: Camp) -> None:
    taken(camp, "\n".join(f"010-2000-{n:04d}" for n in range(5)))
    first = camp.api.get("/opt-outs", params={"limit": "3"}).json
    rest = camp.api.get("/opt-outs", params={"limit": "3", "cursor": first["meta"]["next_cursor"]}).json
    ids = [row["id"] for row in [*first["data"], *rest["data"]]]
    assert len(set(ids)) == 5
    assert rest["meta"]["next_cursor"] is None


def test_numbers_alone_are_a_file(camp: Camp) -> None:
    assert taken(camp, "010-2345-6789\n010-2345-6780\n01023456789\n", "거부.txt") == (2, 0, 0)
    assert taken(camp, "010-2345-6789\n") == (0, 1, 0)
    assert {row["source"] for row in listed(camp)} == {"file"}


def test_the_right_columns_are_found_and_bad_rows_are_told(camp: Camp) -> None:
    content = (
        "순번,이름,휴대폰,이메일,접수일\r\n"
        "1,홍길동,010-2345-6789,,2026-11-01\r\n"
        "2,김철수,,kim@naver.com,2026-11-02\r\n"
        "3,이영희,010-****-1234,,2026-11-02\r\n"
        "4,,,,\r\n"
        "5,박민수,010-2345-6780,park@daum.net,2026-11-03\r\n"
    )
    answer = upload(camp, content.encode("cp949"), channel="sms", reason="080 접수")
    told = answer.json["data"]
    assert (told["added"], told["known"]) == (4, 0)
    assert [(one["row"], one["reason"]) for one in told["rejected"]] == [
        (4, "phone_masked"), (5, "no_contact_point"),
    ]  # fmt: skip
    assert {(row["channel"], row["reason"]) for row in listed(camp)} == {("sms", "080 접수")}
    [line] = camp.rows("SELECT * FROM audit_log WHERE action = 'opt_outs.added'")
    assert line["detail"] == {"source": "file", "count": 4}


def test_a_workbook_is_a_file(camp: Camp) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["이름", "전화"])
    book.active.append(["홍길동", 1023456789])
    book.active.append(["김철수", "010-2345-6780"])
    out = io.BytesIO()
    book.save(out)
    assert taken(camp, out.getvalue(), "거부.xlsx") == (2, 0, 0)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "이름\n홍길동\n".encode(), b"PK\x03\x04oops"]
)
def test_what_holds_no_numbers_is_refused_with_a_sentence(camp: Camp, content: bytes) -> None:
    answer = upload(camp, content)
    assert answer.status_code == 422
    assert answer.json["error"]["message"]
    assert listed(camp) == []


def test_a_file_without_end_is_refused(camp: Camp) -> None:
    assert upload(camp, b"010-2345-6789\n" * 900_000).status_code == 413
    assert upload(camp, b"", channel="fax").status_code == 422


def test_it_survives_deletion_and_comes_back_with_an_import(camp: Camp, workers: Drain) -> None:
    contact = camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]}).json["data"]["id"]
    add(camp, contact_id=contact)
    assert camp.api.delete(f"/contacts/{contact}").status_code == 204
    content = "성명,휴대폰\r\n홍길동,010-2345-6789\r\n".encode()
    camp.api.upload("/contacts/imports", content, source="명부", legal_basis="consent")
    workers()
    [again] = camp.api.get("/contacts").json["data"]
    assert again["opted_out"]


def test_lists_mark_refusals_and_carriers_tell_theirs(camp: Camp) -> None:
    cipher = camp.cipher
    contact = camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]}).json["data"]["id"]
    numbers = ["+821023456789", "+821023456780", "+821023456789"]
    hashes = [cipher.point_hash("phone", number) for number in numbers]
    masked = [opt_outs.seal_masked(cipher, "phone", number) for number in numbers]
    with camp.transaction() as connection:
        given = (camp.member_id, ["phone"] * 3, hashes, masked)
        assert opt_outs.from_import(connection, *given) == 2
        assert opt_outs.from_import(connection, *given) == 0
        assert opt_outs.take_from_carrier(connection, cipher, [*numbers, "+821023456781"]) == 1
    assert sorted(row["source"] for row in listed(camp)) == ["carrier", "file", "file"]
    events = camp.api.get(f"/contacts/{contact}/timeline").json["data"]
    assert [event["detail"]["reason"] for event in events if event["kind"] == "opt_out"] == ["file"]


def test_nobody_sees_another_camps_opt_outs(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    given = add(camp, phone="010-2345-6789")["id"]
    other = new_camp()
    assert listed(other, q="010-2345-6789") == []
    assert other.api.call("DELETE", f"/opt-outs/{given}", {"reason": "본인"}).status_code == 404
    assert len(listed(camp)) == 1
