"""Saved views: one's own, shared ones, and what they hold is sealed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.contact_history import import_now
from tests.factories import Camp


def save(camp: Camp, name: str, *, shared: bool = False, **query: Any) -> dict[str, Any]:
    answer = camp.api.post("/contact-views", {"name": name, "query": query, "shared": shared})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def names(camp: Camp) -> list[str]:
    return [view["name"] for view in camp.api.get("/contact-views").json["data"]]


def test_a_view_comes_back_as_it_was_saved(camp: Camp) -> None:
    query: dict[str, Any] = {"q": "홍길동", "tag": ["당원"], "filter": {"district": "마포구"}}
    view = save(camp, "마포 당원", **query)
    again = camp.api.get(f"/contact-views/{view['id']}").json["data"]
    assert again == view
    assert {name: again["query"][name] for name in query} == query
    assert (again["own"], again["shared"]) == (True, False)


def test_a_view_is_ones_own_until_it_is_shared(camp: Camp) -> None:
    staff = camp.member("staff")
    mine = save(camp, "내 것")
    save(camp, "모두의 것", shared=True)
    save(staff, "직원 것")
    assert names(camp) == ["내 것", "모두의 것"]
    assert names(staff) == ["모두의 것", "직원 것"]
    assert staff.api.get(f"/contact-views/{mine['id']}").status_code == 404
    assert [view["own"] for view in staff.api.get("/contact-views").json["data"]] == [False, True]


def test_only_its_maker_changes_a_view(camp: Camp) -> None:
    staff = camp.member("staff")
    view = save(staff, "직원 것", shared=True)
    wanted = {"name": "새 이름", "query": {"q": "김"}, "shared": True}
    assert camp.api.put(f"/contact-views/{view['id']}", wanted).status_code == 403
    assert staff.api.put(f"/contact-views/{view['id']}", wanted).json["data"]["query"]["q"] == "김"
    owners = save(camp, "모두의 것", shared=True)
    assert staff.api.delete(f"/contact-views/{owners['id']}").status_code == 403
    assert camp.api.delete(f"/contact-views/{view['id']}").status_code == 204, "an Admin tidies up"
    assert names(staff) == ["모두의 것"]


def test_neither_name_nor_question_is_stored_plain(camp: Camp) -> None:
    view = save(camp, "홍길동 지인", q="홍길동")
    [row] = camp.rows("SELECT * FROM contact_views WHERE id = %s", UUID(view["id"]))
    for sealed in (row["name_sealed"], row["query_sealed"]):
        assert "홍길동".encode() not in bytes(sealed)


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "", "query": {}},
        {"name": "x"},
        {"name": "x", "query": {"nonsense": 1}},
        {"name": "x", "query": {"filter": {"nonsense": 1}}},
        {"name": "x" * 101, "query": {}},
    ],
)
def test_what_makes_no_sense_is_refused(camp: Camp, wanted: dict[str, Any]) -> None:
    assert camp.api.post("/contact-views", wanted).status_code == 422


def test_nobody_sees_another_camps_views(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    view = save(camp, "모두의 것", shared=True)
    other = new_camp()
    assert names(other) == []
    wanted = {"name": "x", "query": {}}
    assert other.api.put(f"/contact-views/{view['id']}", wanted).status_code == 404
    assert other.api.delete(f"/contact-views/{view['id']}").status_code == 404


def listed(camp: Camp, **query: Any) -> set[str]:
    answer = camp.api.get("/contacts", params=query)
    assert answer.status_code == 200, answer.text
    return {contact["name"] for contact in answer.json["data"]}


def test_the_list_is_narrowed_down_by_a_view_and_by_more(camp: Camp) -> None:
    for name, tags, address in (
        ("홍길동", ["당원"], "서울시 마포구 망원동"),
        ("홍길순", ["당원", "행사"], "서울시 중구"),
        ("김철수", ["당원"], "서울시 마포구 망원동"),
        ("홍서준", [], "서울시 마포구 망원동"),
    ):
        camp.api.post("/contacts", {"name": name, "tags": tags, "address": address})
    mapo_only = {"name": "마포", "filter": {"district": "마포구"}}
    segment = camp.api.post("/segments", mapo_only).json["data"]["id"]
    tagged = save(camp, "당원", tag=["당원"])["id"]
    hong = save(camp, "홍씨 당원", q="홍", tag=["당원"])["id"]
    mapo = save(camp, "마포", segment_id=segment)["id"]
    party = save(camp, "마포 당원", filter={"all": [{"district": "마포구"}, {"tag": "당원"}]})["id"]
    assert listed(camp, view_id=tagged) == {"홍길동", "홍길순", "김철수"}
    assert listed(camp, view_id=hong) == {"홍길동", "홍길순"}
    assert listed(camp, view_id=mapo) == {"홍길동", "김철수", "홍서준"}
    assert listed(camp, view_id=party) == {"홍길동", "김철수"}
    assert listed(camp, view_id=hong, q="순") == {"홍길순"}
    assert listed(camp, view_id=tagged, tag="행사") == {"홍길순"}
    assert listed(camp, view_id=tagged, segment_id=segment) == {"홍길동", "김철수"}
    assert listed(camp, view_id=save(camp, "모두")["id"]) == {"홍길동", "홍길순", "김철수", "홍서준"}


def test_a_view_of_an_import_keeps_the_order_of_its_file(camp: Camp) -> None:
    import_id = import_now(camp, "이름,휴대폰\n홍길동,010-2345-6789\n김철수,010-8888-7777\n")
    other = import_now(camp, "이름,휴대폰\n김철수,010-8888-7777\n이영희,010-3456-7890\n")
    view = save(camp, "첫 명단", import_id=str(import_id), outcome="created")["id"]
    found = camp.api.get("/contacts", params={"view_id": view}).json
    assert [contact["name"] for contact in found["data"]] == ["홍길동", "김철수"]
    assert listed(camp, view_id=view, import_id=str(other)) == {"김철수"}
    rest = camp.api.get("/contacts", params={"view_id": view, "limit": "1"}).json["meta"]["next_cursor"]
    assert listed(camp, view_id=view, limit="1", cursor=rest) == {"김철수"}


def test_nobody_lists_by_a_view_that_is_not_theirs(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    mine, ours = save(camp, "내 것")["id"], save(camp, "모두의 것", shared=True)["id"]
    staff = camp.member("staff")
    assert staff.api.get("/contacts", params={"view_id": mine}).status_code == 404
    assert staff.api.get("/contacts", params={"view_id": ours}).status_code == 200
    assert new_camp().api.get("/contacts", params={"view_id": ours}).status_code == 404
    assert camp.api.get("/contacts", params={"view_id": "nonsense"}).status_code == 422
