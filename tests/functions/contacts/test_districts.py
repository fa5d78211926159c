"""The tree of districts: what the contacts' addresses say, counted in the background."""

import json
from collections.abc import Callable

from shared.contacts import districts, store_districts
from tests.contact_history import import_now
from tests.factories import Camp
from tests.functions.contacts.test_histories import undo_import


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


def found(camp: Camp, district: str) -> int:
    answer = camp.api.get("/contacts", params={"filter": json.dumps({"district": district})})
    assert answer.status_code == 200, answer.text
    return int(answer.json["meta"]["total"]["value"])


def test_a_district_counts_whom_its_filter_finds(camp: Camp) -> None:
    for address in (
        "서울 중구 명동 1",
        "서울 중구 명동 2",
        "중구 명동 3",
        "명동 4",
        "경기 수원시 팔달구 인계동 5",
        "수원시 인계동 6",
        "세종 한솔동 7",
    ):
        add(camp, address)
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [
        ("경기", "sido", 2),
        ("서울", "sido", 2),
        ("세종", "sido", 1),
        ("중구", "sigungu", 3),
        ("명동", "eupmyeondong", 4),
    ]
    for parent in ("", "서울", "서울 중구", "중구", "경기", "경기 수원시 팔달구", "경기 수원시", "세종"):
        for name, _, count in listed(camp, parent):
            assert count == found(camp, f"{parent} {name}".strip()), (parent, name)


def test_who_leaves_the_city_out_lives_in_it_all_the_same(camp: Camp) -> None:
    for address in ("서울시 동작구 상도동 1", "동작구 상도동 2", "동작구 흑석동 3", "강서구 화곡동 4"):
        add(camp, address)
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("서울", "sido", 3), ("강서구", "sigungu", 1)], "강서구 is in 부산, too"
    assert listed(camp, "서울") == [("동작구", "sigungu", 3)]
    assert found(camp, "서울 동작구 상도동") == found(camp, "동작구 상도동") == 2


def test_it_is_counted_again_when_contacts_come_or_go_and_only_then(camp: Camp) -> None:
    one = add(camp, "서울 중구 명동")
    assert districts.count(camp.tenant_id)
    assert not districts.count(camp.tenant_id)
    camp.api.delete(f"/contacts/{one}")
    assert districts.count(camp.tenant_id)
    assert listed(camp) == []


def merge(camp: Camp, keep: str, other: str) -> str:
    made = camp.api.post("/contacts/merges", {"keep_id": keep, "merge_ids": [other]})
    assert made.status_code == 201, made.text
    return str(made.json["data"]["id"])


def test_whoever_moves_is_counted_where_they_live_now(camp: Camp) -> None:
    one = add(camp, "서울 중구")
    assert districts.count(camp.tenant_id)
    assert camp.api.put(f"/contacts/{one}", {"note": "전화함"}).status_code == 200
    assert camp.api.put(f"/contacts/{one}", {"address": "부산 중구"}).status_code == 200
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("부산", "sido", 1)]


def test_one_who_comes_for_one_who_goes_changes_the_counts(camp: Camp) -> None:
    gone = add(camp, "서울 중구")
    assert districts.count(camp.tenant_id)
    camp.api.delete(f"/contacts/{gone}")
    add(camp, "부산 중구")
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("부산", "sido", 1)]


def test_merges_and_their_undo_are_counted(camp: Camp) -> None:
    kept, other = add(camp, "서울 중구"), add(camp, "부산 중구")
    assert districts.count(camp.tenant_id)
    merge_id = merge(camp, kept, other)
    add(camp, "대구 중구")
    assert districts.count(camp.tenant_id)
    assert sorted(listed(camp)) == [("대구", "sido", 1), ("서울", "sido", 1)]
    assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 200
    assert districts.count(camp.tenant_id)
    assert sorted(listed(camp)) == [("대구", "sido", 1), ("부산", "sido", 1), ("서울", "sido", 1)]


def test_a_list_that_moved_people_and_its_undo_are_counted(camp: Camp) -> None:
    body = {"name": "김하나", "phones": ["010-2222-0001"], "address": "서울 중구"}
    assert camp.api.post("/contacts", body).status_code == 201
    assert districts.count(camp.tenant_id)
    import_id = import_now(
        camp, "이름,휴대폰,주소\n김하나,010-2222-0001,부산 중구\n", on_existing="overwrite"
    )
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("부산", "sido", 1)]
    undo_import(camp, import_id)
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("서울", "sido", 1)]


def test_a_change_that_is_not_committed_when_a_count_begins_is_counted_by_the_next(camp: Camp) -> None:
    one = add(camp, "서울 중구")
    assert districts.count(camp.tenant_id)
    with camp.transaction() as connection:
        connection.execute(
            """UPDATE contacts SET address_sealed = NULL, address_hash = NULL
                WHERE tenant_id = current_tenant() AND id = %s""",
            [one],
        )
        add(camp, "부산 중구")
        assert districts.count(camp.tenant_id)
        assert sorted(listed(camp)) == [("부산", "sido", 1), ("서울", "sido", 1)]
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("부산", "sido", 1)]


def test_a_count_that_was_killed_is_made_again(camp: Camp) -> None:
    add(camp, "부산 중구")
    with camp.transaction() as connection:
        assert store_districts.begin(connection)
    camp.rows("UPDATE district_counting SET started_at = now() - interval '6 minutes' RETURNING 1 AS x")
    assert districts.count(camp.tenant_id)
    assert listed(camp) == [("부산", "sido", 1)]


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
