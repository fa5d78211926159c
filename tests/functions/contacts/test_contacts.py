"""List, search, create, edit, merge, delete, tags, timeline."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import Camp

HONG = {
    "name": "홍길동",
    "phones": ["010-2345-6789"],
    "emails": ["Gildong@Naver.con"],
    "kakao_ids": ["gildong77"],
    "tags": ["당원", "동작구"],
    "address": "서울특별시 동작구 상도로 1",
    "note": "행사에서 만남",
    "custom": {"직업": "의적"},
}


def create(camp: Camp, **fields: Any) -> dict[str, Any]:
    answer = camp.api.post("/contacts", fields)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def found(camp: Camp, query: str, **options: Any) -> list[str]:
    answer = camp.api.get("/contacts", params={"q": query, **options})
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json["data"]]


def test_a_contact_comes_back_as_it_was_given_normalised(camp: Camp) -> None:
    contact = create(camp, **HONG)
    read = camp.api.get(f"/contacts/{contact['id']}").json["data"]
    assert read["phones"] == ["010-2345-6789"]
    assert read["emails"] == ["gildong@naver.com"]
    assert read["custom"] == {"직업": "의적"}
    assert read["opted_out"] is False
    assert [point["kind"] for point in read["points"]] == ["phone", "kakao_id", "email"]


@pytest.mark.parametrize(
    "query",
    ["홍길동", "길동", "홍", "동", "ㅎㄱㄷ", "6789", "2345", "010-2345-6789", "01023456789", "2345-6789",
     "gildong@naver.com", "gildong", "gildong77", "홍길동 6789"],
)  # fmt: skip
def test_a_contact_is_found_by(camp: Camp, query: str) -> None:
    create(camp, **HONG)
    create(camp, name="김철수", phones=["010-8888-1111"])
    assert found(camp, query) == ["홍길동"]


@pytest.mark.parametrize("query", ["임꺽정", "홍철", "9999", "010-2345-6780", "???", "gildong8"])
def test_a_contact_is_not_found_by(camp: Camp, query: str) -> None:
    create(camp, **HONG)
    assert found(camp, query) == []


def test_tags_filter_together_with_words(camp: Camp) -> None:
    create(camp, **HONG)
    create(camp, name="홍범도", tags=["당원"])
    assert found(camp, "홍", tag="당원") == ["홍범도", "홍길동"]
    assert found(camp, "홍", tag=["당원", "동작구"]) == ["홍길동"]


def test_a_segment_filters_together_with_words(camp: Camp) -> None:
    for name, tags in (("홍길동", ["당원"]), ("홍범도", ["당원", "탈당"]), ("김철수", ["당원"])):
        create(camp, name=name, tags=tags)
    wanted = {"all": [{"tag": "당원"}, {"not": {"tag": "탈당"}}]}
    segment_id = camp.api.post("/segments", {"name": "남은 당원", "filter": wanted}).json["data"]["id"]
    assert found(camp, "", segment_id=segment_id) == ["김철수", "홍길동"]
    assert found(camp, "홍", segment_id=segment_id) == ["홍길동"]
    first = camp.api.get("/contacts", params={"segment_id": segment_id, "limit": 1}).json
    assert first["meta"]["total"] == {"value": 2, "relation": "eq"}
    assert found(camp, "", segment_id=segment_id, cursor=first["meta"]["next_cursor"]) == ["홍길동"]
    assert camp.api.get("/contacts", params={"segment_id": str(uuid4())}).status_code == 404


def test_pages_follow_a_cursor_without_gaps_or_doubles(camp: Camp) -> None:
    names = [f"이번{letter}" for letter in "가나다라마바사"]
    for name in names:
        create(camp, name=name, tags=["모두"])
    for params in ({}, {"tag": "모두"}, {"q": "이번"}):
        seen: list[str] = []
        cursor = None
        while True:
            page = camp.api.get(
                "/contacts", params={**params, "limit": 3, **({"cursor": cursor} if cursor else {})}
            )
            seen += [item["name"] for item in page.json["data"]]
            cursor = page.json["meta"]["next_cursor"]
            if cursor is None:
                break
        assert seen == names[::-1]
        assert page.json["meta"]["total"] == {"value": 7, "relation": "eq"}


def test_a_phone_belongs_to_one_contact(camp: Camp) -> None:
    first = create(camp, **HONG)
    taken = camp.api.post("/contacts", {"name": "다른 사람", "phones": ["01023456789"]})
    assert (taken.status_code, taken.json["error"]["code"]) == (409, "CONFLICT")
    assert first["id"] in taken.json["error"]["details"][0]["message"]
    assert found(camp, "다른") == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"phones": ["전화없음요"]}, "phones.0"), ({"emails": ["no-at"]}, "emails.0"), ({}, None),
     ({"name": "가", "tags": [""]}, "tags.0"), ({"name": "가", "age": 3}, "age")],
)  # fmt: skip
def test_bad_values_are_named(camp: Camp, fields: dict[str, Any], field: str | None) -> None:
    answer = camp.api.post("/contacts", fields)
    assert answer.status_code == 422
    named = [detail.get("field") for detail in answer.json["error"]["details"]]
    assert named == ([field] if field else [])


def test_an_edit_changes_only_what_was_sent(camp: Camp) -> None:
    contact = create(camp, **HONG)
    edited = camp.api.put(f"/contacts/{contact['id']}", {"name": "홍길순", "phones": ["01098765432"]}).json[
        "data"
    ]
    assert (edited["name"], edited["phones"]) == ("홍길순", ["010-9876-5432"])
    assert edited["emails"] == contact["emails"]
    assert found(camp, "홍길동") == []
    assert found(camp, "6789") == []
    assert found(camp, "5432") == ["홍길순"]


def test_delete_erases_personal_data_and_keeps_the_row(camp: Camp) -> None:
    contact = create(camp, **HONG)
    assert camp.api.delete(f"/contacts/{contact['id']}").status_code == 204
    assert camp.api.get(f"/contacts/{contact['id']}").status_code == 404
    assert found(camp, "홍길동") == []
    row = camp.rows("SELECT name_sealed, note_sealed FROM contacts WHERE id = %s", contact["id"])[0]
    assert row == {"name_sealed": None, "note_sealed": None}
    assert camp.rows("SELECT 1 FROM contact_points WHERE contact_id = %s", contact["id"]) == []


def test_merge_joins_points_and_fills_gaps(camp: Camp) -> None:
    kept = create(camp, name="홍길동", phones=["01022223333"], tags=["가"])
    other = create(camp, name="홍 길동", phones=["01044445555"], tags=["나"], note="메모")
    answer = camp.api.post("/contacts/merges", {"keep_id": kept["id"], "merge_ids": [other["id"]]})
    merged = answer.json["data"]["contact"]
    assert sorted(merged["phones"]) == ["010-2222-3333", "010-4444-5555"]
    assert (merged["tags"], merged["note"]) == (["가", "나"], "메모")
    assert camp.api.get(f"/contacts/{other['id']}").status_code == 404
    assert found(camp, "4444") == ["홍길동"]
    kinds = [item["kind"] for item in camp.api.get(f"/contacts/{kept['id']}/timeline").json["data"]]
    assert kinds == ["merged", "created", "created"]


def test_merging_a_foreign_or_same_contact_is_refused(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    kept = create(camp, name="홍길동")
    foreign = create(new_camp(), name="남의 사람")
    for merge_ids, status in (([foreign["id"]], 404), ([kept["id"]], 422), ([], 422)):
        answer = camp.api.post("/contacts/merges", {"keep_id": kept["id"], "merge_ids": merge_ids})
        assert answer.status_code == status


def test_counters_follow(camp: Camp) -> None:
    first = create(camp, name="가", tags=["당원"])
    create(camp, name="나", tags=["당원", "봉사"])
    camp.api.delete(f"/contacts/{first['id']}")
    assert camp.api.get("/tags").json["data"] == [{"tag": "당원", "count": 1}, {"tag": "봉사", "count": 1}]
    assert camp.api.get("/contacts").json["meta"]["total"]["value"] == 1


def test_the_timeline_is_newest_first(camp: Camp) -> None:
    contact = create(camp, **HONG)
    camp.api.put(f"/contacts/{contact['id']}", {"note": "바뀐 메모"})
    items = camp.api.get(f"/contacts/{contact['id']}/timeline").json["data"]
    assert [item["kind"] for item in items] == ["edited", "created"]
    (change,) = items[0]["detail"]["changes"]
    assert change == {"field": "note", "before": HONG.get("note"), "after": "바뀐 메모"}


def test_another_camp_sees_nothing(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    contact = create(camp, **HONG)
    other = new_camp()
    assert found(other, "홍길동") == []
    for call in (other.api.get, other.api.delete):
        assert call(f"/contacts/{contact['id']}").status_code == 404
    assert other.api.put(f"/contacts/{contact['id']}", {"name": "x"}).status_code == 404
    # The same number lives in both camps without knowing of the other.
    assert create(other, **HONG)["phones"] == contact["phones"]


def test_unknown_and_malformed_ids_are_not_found(camp: Camp) -> None:
    for contact_id in (uuid4(), "abc", "1' OR '1'='1"):
        assert camp.api.get(f"/contacts/{contact_id}").status_code == 404


def test_a_second_post_with_the_same_key_is_answered_from_store(camp: Camp) -> None:
    key = {"Idempotency-Key": "k1"}
    first = camp.api.post("/contacts", {"name": "한번만"}, headers=key)
    again = camp.api.post("/contacts", {"name": "한번만"}, headers=key)
    other = camp.api.post("/contacts", {"name": "다른 몸"}, headers=key)
    assert again.json["data"]["id"] == first.json["data"]["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert camp.api.get("/contacts").json["meta"]["total"]["value"] == 1
