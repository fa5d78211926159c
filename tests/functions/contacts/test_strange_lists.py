"""Lists as offices keep them, and hostile requests: nothing lost in silence, nobody's number mixed up."""

import json
from typing import Any

import pytest

from tests.factories import Camp
from tests.functions.contacts.test_any_file import ORIGIN, codes, confirm, imported
from tests.functions.contacts.test_imports import Drain
from tests.workbooks import xlsx


def contacts(camp: Camp, **query: str) -> dict[str, dict[str, Any]]:
    found = camp.api.get("/contacts", params={"limit": "100", **query}).json["data"]
    return {one["name"]: camp.api.get(f"/contacts/{one['id']}").json["data"] for one in found}


def test_a_party_list_keeps_every_word_and_gives_nobody_anothers_number(camp: Camp, workers: Drain) -> None:
    rows: list[list[Any]] = [
        ["연번", "성명", "휴대전화", "추천인", None, "우편번호", "주소", "이메일", "비고"],
        [None, None, None, "성명", "연락처", None, None, None, None],
        [
            1,
            "홍길동 시의원",
            "처 010-2345-6789",
            "박추천",
            "010-9999-1111",
            "06912",
            "서울특별시 동작구 상도동 1",
            "hong@zz",
            None,
        ],
        [2, "김철수 본부장", "010-3456-7890", "박추천", "010-9999-1111", None, None, None, "수신거부"],
    ]
    done = imported(camp, workers, xlsx(rows), **ORIGIN)
    assert (done["status"], done["counts"]["created"], done["counts"]["shared_phones"]) == ("completed", 2, 0)
    people = contacts(camp)
    hong, kim = people["홍길동"], people["김철수"]
    assert (hong["phones"], hong["note"], hong["custom"]["추천인 / 연락처"]) == (
        ["010-2345-6789"], "시의원", "010-9999-1111",
    )  # fmt: skip
    assert contacts(camp, filter=json.dumps({"district": "서울 동작구"})).keys() == {"홍길동"}
    assert (hong["opted_out"], kim["opted_out"], kim["note"]) == (False, True, "수신거부\n본부장")
    (row,) = camp.api.get(f"/contacts/imports/{done['id']}/rows", params={"outcome": "repaired"}).json["data"]
    assert {(each["field"], each["before"], each["after"]) for each in row["repairs"]} == {
        ("phone", "처 010-2345-6789", "010-2345-6789"), ("email", "hong@zz", ""),
    }  # fmt: skip


def test_two_lists_side_by_side_wait_for_a_person(camp: Camp, workers: Drain) -> None:
    content = "성명,휴대폰,,성명,휴대폰\n홍길동,010-2345-6789,,김철수,010-3456-7890\n"
    waiting = imported(camp, workers, content, **ORIGIN)
    assert (waiting["status"], codes(waiting)) == ("awaiting_mapping", ["side_by_side"])
    done = confirm(camp, workers, waiting)
    assert (done["status"], codes(done)) == ("completed", [])
    assert {name: one["phones"] for name, one in contacts(camp).items()} == {"홍길동": ["010-2345-6789"]}


def test_a_page_that_is_called_xls_is_a_list(camp: Camp, workers: Drain) -> None:
    page = "<html><body><table><tr><th>이름<th>휴대폰<tr><td>홍길동<td>010-2345-6789</table></body></html>"
    done = imported(camp, workers, page.encode("cp949"), **ORIGIN)
    assert (done["status"], [*contacts(camp)]) == ("completed", ["홍길동"])


def test_one_name_with_titles_masked_or_whole_is_one_person(camp: Camp, workers: Drain) -> None:
    names = ["홍길동", "홍길동 감사", "홍길동 본부장님", "홍OO", "홍ㅇ동", "홍\u200b길동"]
    content = "이름,휴대폰\n" + "".join(f"{name},010-2345-6789\n" for name in names)
    counts = imported(camp, workers, content, **ORIGIN)["counts"]
    assert (counts["created"], counts["duplicate_rows"], counts["shared_phones"]) == (1, 5, 0)


def test_the_rows_of_one_person_lose_nothing_of_each_other(camp: Camp, workers: Drain) -> None:
    content = "이름,휴대폰,기수,회비\n김OO,010-2345-6789,35,\n김철수,010-2345-6789,,완납\n"
    assert imported(camp, workers, content, **ORIGIN)["counts"]["created"] == 1
    one = contacts(camp)["김철수"]
    assert (one["custom"], one["aliases"]) == ({"기수": "35", "회비": "완납"}, ["김OO"])


def test_what_a_list_gave_can_be_edited_and_saved(camp: Camp, workers: Drain) -> None:
    label = "개인정보 수집에 동의하시는지와 동의하지 않으시는 까닭을 이 칸에 자유롭게 적어 주세요(쉰 자 넘게)"
    done = imported(
        camp, workers, f"이름,휴대폰,주소,{label}\n홍길동,010-2345-6789,{'가' * 900},예\n".encode(), **ORIGIN
    )
    assert done["status"] == "completed"
    one = contacts(camp)["홍길동"]
    sent = ("name", "phones", "emails", "kakao_ids", "tags", "address", "note", "birth", "custom")
    answer = camp.api.put(f"/contacts/{one['id']}", {field: one[field] for field in sent})
    assert (answer.status_code, answer.json.get("data", {}).get("custom")) == (200, {**one["custom"]}), (
        answer.text
    )


@pytest.mark.parametrize(
    "told",
    [
        {"source": "명\x00부", "legal_basis": "consent"},
        {"source": "명부\ud800", "legal_basis": "consent"},
        {"tags": ["당\x00원"], **ORIGIN},
        {"mapping": {"이름": "custom:라\x00벨", "휴대폰": "phone"}, **ORIGIN},
    ],
)
def test_words_that_no_database_takes_are_taken_without_them(
    camp: Camp, workers: Drain, told: dict[str, Any]
) -> None:
    # As a client sends it: escaped, so that the bytes of the form are text.
    boundary = "b"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="options"\r\n\r\n{json.dumps(told)}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        f"이름,휴대폰\n홍길동,010-2345-6789\n\r\n--{boundary}--\r\n"
    ).encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = camp.api.call("POST", "/contacts/imports", body, headers=headers)
    assert answer.status_code == 202, answer.text
    workers()
    done = camp.api.get(f"/contacts/imports/{answer.json['data']['id']}").json["data"]
    assert (done["status"], done["counts"]["created"]) == ("completed", 1)


@pytest.mark.parametrize(
    "query",
    [
        "tag=%00",
        "q=%23%00",
        "filter=%7B%22tag%22%3A%22a%5Cu0000%22%7D",
        "filter=%7B%22tag%22%3A%22%5Cud800%22%7D",
    ],
)
def test_no_question_breaks_the_list(camp: Camp, query: str) -> None:
    assert camp.api.get("/contacts", query_string=query).status_code in (200, 422)


def test_a_title_typed_behind_a_name_is_kept(camp: Camp) -> None:
    made = camp.api.post(
        "/contacts", {"name": "홍길동 위원장님", "phones": ["010-2345-6789"], "note": "오전"}
    ).json["data"]
    assert (made["name"], made["note"]) == ("홍길동", "오전\n위원장")


def test_what_no_list_may_hold_nobody_types_either(camp: Camp) -> None:
    number = "８００１０１－１２３４５６１"
    body = {"name": "홍길동", "note": f"주민 {number}", "custom": {"여권": "여권 M12345678"}}
    refused = camp.api.post("/contacts", body)
    assert (refused.status_code, [each["field"] for each in refused.json["error"]["details"]]) == (
        422,
        ["custom.여권", "note"],
    )
    made = camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]}).json["data"]["id"]
    assert camp.api.put(f"/contacts/{made}", {"address": number}).status_code == 422
    assert camp.api.post(f"/contacts/{made}/notes", {"text": f"확인함 {number}"}).status_code == 422


def test_a_contact_column_may_hold_whatever_reaches_the_person(camp: Camp, workers: Drain) -> None:
    rows = ["홍길동,hong@naver.com,", "김철수,010-3456-7890 / kim@naver.com,", "이영희,,010-4567-8901"]
    mapping = {"이름": "name", "연락처": "phone", "카톡": "kakao_id"}
    content = "\n".join(["이름,연락처,카톡", *rows])
    assert imported(camp, workers, content, mapping=mapping, **ORIGIN)["counts"]["created"] == 3
    found = {name: (one["phones"], one["emails"]) for name, one in contacts(camp).items()}
    assert found == {
        "홍길동": ([], ["hong@naver.com"]),
        "김철수": (["010-3456-7890"], ["kim@naver.com"]),
        "이영희": (["010-4567-8901"], []),
    }
    refused = "연락처\n010-3456-7890 / kim@naver.com\nhong @ naver.com\n"
    assert camp.api.upload("/opt-outs/import", refused.encode()).json["data"]["added"] == 3


@pytest.mark.parametrize("on_existing", ["fill", "overwrite"])
def test_a_masked_name_gives_way_to_the_whole_one_and_never_takes_its_place(
    camp: Camp, workers: Drain, on_existing: str
) -> None:
    for name in ("홍*동", "홍길동", "홍OO"):
        imported(camp, workers, f"이름,휴대폰\n{name},010-2345-6789\n", on_existing=on_existing, **ORIGIN)
    assert [*contacts(camp)] == ["홍길동"]
    last = camp.api.get("/contacts/imports").json["data"][1]["id"]
    assert camp.api.post(f"/contacts/imports/{last}/undo").status_code == 202
    workers()
    assert [*contacts(camp)] == ["홍*동"]
