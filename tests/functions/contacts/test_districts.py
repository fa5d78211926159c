"""The tree of districts: what the contacts' addresses say, counted in the background."""

from collections.abc import Callable

from shared.contacts import districts
from tests.factories import Camp


def add(camp: Camp, address: str) -> str:
    made = camp.api.post("/contacts", {"name": "김하나", "address": address})
    assert made.status_code == 201, made.text
    return str(made.json["data"]["id"])


def listed(camp: Camp, parent: str = "") -> list[tuple[str, str, int]]:
    answer = camp.api.get("/districts", params={"parent": parent})
    assert answer.status_code == 200, answer.text
    return [(one["name"], one["level"], one["count"]) for one in answer.json["data"]]


def test_the_tree_counts_every_way_to_write_a_district(camp: Camp) -> None:
    for address in (
        "서울특별시 동작구 상도동 1",
        "서울시 동작구 흑석동 2",
        "서울 중구",
        "세종시 한솔동 3",
        "어딘가",
    ):
        add(camp, address)
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("서울", "sido", 3), ("세종", "sido", 1)]
    assert listed(camp, "서울") == [("동작구", "sigungu", 2), ("중구", "sigungu", 1)]
    assert sorted(listed(camp, "서울 동작구")) == [
        ("상도동", "eupmyeondong", 1),
        ("흑석동", "eupmyeondong", 1),
    ]
    assert listed(camp, "세종") == [("한솔동", "eupmyeondong", 1)]
    assert listed(camp, "부산") == []


def test_it_is_counted_again_when_contacts_come_or_go_and_only_then(camp: Camp) -> None:
    one = add(camp, "서울 중구 명동")
    assert districts.count(camp.tenant_id)
    assert not districts.count(camp.tenant_id)
    camp.api.delete(f"/contacts/{one}")
    assert districts.count(camp.tenant_id)
    assert listed(camp) == []


def test_asking_for_stale_counts_has_them_counted(camp: Camp, workers: Callable[[], None]) -> None:
    add(camp, "부산 중구 중앙동4가")
    assert listed(camp) == []
    workers()
    assert listed(camp) == [("부산", "sido", 1)]


def test_only_one_counts_at_a_time(camp: Camp) -> None:
    add(camp, "부산 중구")
    camp.rows("INSERT INTO district_counting (tenant_id) VALUES (current_tenant()) RETURNING 1 AS x")
    assert not districts.count(camp.tenant_id)


def test_another_camps_districts_are_not_shown(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    add(camp, "부산 중구")
    districts.count(camp.tenant_id)
    assert listed(new_camp()) == []
