"""The review queue through the API: found, shown, decided, remembered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from shared.contacts import scanning, store_reviews
from shared.kernel.database import tenant_transaction
from tests.factories import Camp

HOME = "서울특별시 동작구 상도로 12, 101동 1203호"


def add(camp: Camp, name: str, **fields: Any) -> str:
    answer = camp.api.post("/contacts", {"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def scan(camp: Camp) -> None:
    """A walk over the whole camp, by this thread."""
    with tenant_transaction(camp.tenant_id) as connection:
        scan_id = scanning.start_whole(connection)
    assert not scanning.walk(camp.tenant_id, scan_id)


def queue(camp: Camp, path: str = "") -> list[dict[str, Any]]:
    answer = camp.api.get(f"/contacts/duplicates{path}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["data"]
    return items


def resolve(camp: Camp, review_id: str, decision: str, **rest: Any) -> Any:
    return camp.api.post(f"/contacts/duplicates/{review_id}/resolve", {"decision": decision, **rest})


def twins(camp: Camp) -> tuple[str, str]:
    """Two records of one person: a digit of the phone is wrong."""
    left = add(camp, "홍길동", phones=["010-2345-6789"], address=HOME)
    right = add(camp, "홍길동", phones=["010-2345-6780"], note="새 번호")
    return left, right


def test_a_digit_off_is_shown_with_reasons_and_both_records(camp: Camp) -> None:
    left, right = twins(camp)
    add(camp, "김영희", phones=["010-2345-6781"])
    scan(camp)
    (item,) = queue(camp)
    assert item["kind"] == "similar"
    assert item["score"] > 0.9
    assert [reason["code"] for reason in item["reasons"]] == ["phone_digit", "same_name"]
    assert item["reasons"][0]["message"] == "전화번호 한 자리가 다름"
    assert (item["left"]["id"], item["right"]["id"]) == (left, right)
    fields = {field["field"]: field for field in item["fields"]}
    assert fields["name"]["equal"]
    assert fields["address"] == {
        "field": "address",
        "left": HOME,
        "right": None,
        "equal": False,
        "suggestion": "left",
    }
    assert fields["note"]["suggestion"] == "right"
    assert fields["phones"]["suggestion"] == "both"


def test_a_family_is_not_similar(camp: Camp) -> None:
    add(camp, "홍길동", phones=["010-2345-6789"], address=HOME, birth="1960-01-02")
    add(camp, "홍길순", phones=["010-2345-6780"], address=HOME, birth="1990-03-04")
    add(camp, "김영희", phones=["010-2345-6781"], address=HOME, birth="1961-05-06")
    scan(camp)
    assert queue(camp) == []


def test_merging_takes_the_chosen_values_and_is_one_merge(camp: Camp) -> None:
    left, right = twins(camp)
    scan(camp)
    (item,) = queue(camp)
    answer = resolve(camp, item["id"], "merge", keep="right", fields={"address": "left"})
    assert answer.status_code == 200, answer.text
    merge_id = answer.json["data"]["merge_id"]
    kept = camp.api.get(f"/contacts/{right}").json["data"]
    assert sorted(kept["phones"]) == ["010-2345-6780", "010-2345-6789"]
    assert kept["address"] == HOME
    assert kept["note"] == "새 번호"
    assert camp.api.get(f"/contacts/{left}").status_code == 404
    assert queue(camp) == []
    again = resolve(camp, item["id"], "merge", keep="right", fields={"address": "left"})
    assert again.json["data"]["merge_id"] == merge_id
    assert resolve(camp, item["id"], "keep_apart").status_code == 409


def test_undoing_the_merge_does_not_ask_again(camp: Camp) -> None:
    twins(camp)
    scan(camp)
    (item,) = queue(camp)
    merge_id = resolve(camp, item["id"], "merge").json["data"]["merge_id"]
    assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 200
    scan(camp)
    assert queue(camp) == []


@pytest.mark.parametrize("again", ["merge", "keep_apart"])
def test_a_pair_whose_merge_was_undone_is_decided_anew(camp: Camp, again: str) -> None:
    """The review screen takes a merge back and shows the pair again: any decision about it counts."""
    twins(camp)
    scan(camp)
    (item,) = queue(camp)
    first = resolve(camp, item["id"], "merge").json["data"]["merge_id"]
    assert resolve(camp, item["id"], "keep_apart").status_code == 409
    assert camp.api.post(f"/contacts/merges/{first}/undo").status_code == 200
    second = resolve(camp, item["id"], again).json["data"]["merge_id"]
    assert (second not in (None, first)) if again == "merge" else (second is None)
    assert resolve(camp, item["id"], again).json["data"] == {"merge_id": second}
    people = {contact["id"] for contact in camp.api.get("/contacts").json["data"]}
    assert len(people) == (1 if again == "merge" else 2)
    assert resolve(camp, item["id"], "merge" if again == "keep_apart" else "keep_apart").status_code == 409


def test_who_comes_back_from_a_merge_is_compared_again(camp: Camp, workers: Callable[[], None]) -> None:
    left, right = twins(camp)
    other = add(camp, "홍길동", phones=["010-2345-6879"])
    merged = camp.api.post("/contacts/merges", {"keep_id": left, "merge_ids": [right]})
    workers()
    assert [{item["left"]["id"], item["right"]["id"]} for item in queue(camp)] == [{left, other}]
    camp.api.post(f"/contacts/merges/{merged.json['data']['id']}/undo")
    workers()
    assert {left, right} in [{item["left"]["id"], item["right"]["id"]} for item in queue(camp)]


def test_an_entry_of_somebody_who_went_while_it_was_found_does_not_stop_the_queue(camp: Camp) -> None:
    """The comparison read both before one was deleted, and wrote after it."""
    left, right = twins(camp)
    other = add(camp, "홍길동", phones=["010-2345-6879"])
    scan(camp)
    before = len(queue(camp))
    found = camp.rows("SELECT * FROM contact_reviews WHERE status = 'open'")
    assert camp.api.delete(f"/contacts/{right}").status_code == 204
    with camp.transaction() as connection:
        store_reviews.insert_entries(connection, found)
    assert len(found) == before > 1
    assert [{item["left"]["id"], item["right"]["id"]} for item in queue(camp)] == [{left, other}]


def test_kept_apart_is_remembered_and_can_be_taken_back(camp: Camp) -> None:
    twins(camp)
    scan(camp)
    (item,) = queue(camp)
    assert resolve(camp, item["id"], "keep_apart").json["data"] == {"merge_id": None}
    scan(camp)
    assert queue(camp) == []
    assert resolve(camp, item["id"], "merge").status_code == 409
    assert camp.api.post(f"/contacts/duplicates/{item['id']}/reopen").status_code == 204
    assert [again["id"] for again in queue(camp)] == [item["id"]]


def test_kept_apart_survives_a_merge(camp: Camp) -> None:
    left, right = twins(camp)
    scan(camp)
    (item,) = queue(camp)
    resolve(camp, item["id"], "keep_apart")
    # The right one goes on as part of a third contact, which takes over its number and name.
    third = add(camp, "홍길동", phones=["010-8888-1234"])
    camp.api.post("/contacts/merges", {"keep_id": third, "merge_ids": [right]})
    scan(camp)
    assert queue(camp) == []
    assert left != third


def test_the_queue_is_walked_page_by_page_in_the_order_of_the_score(camp: Camp) -> None:
    for number, name in enumerate(("김서연", "박도윤", "최지우", "정하은", "강민준")):
        add(camp, name, phones=[f"010-{number + 2}345-6789"], birth="1980-01-02" if number < 2 else "")
        add(camp, name, phones=[f"010-{number + 2}345-6788"], birth="1980-01-02" if number < 2 else "")
    scan(camp)
    seen: list[dict[str, Any]] = []
    path = "?limit=2"
    while True:
        answer = camp.api.get(f"/contacts/duplicates{path}").json
        seen += answer["data"]
        assert answer["meta"]["total"] == {"value": 5, "relation": "eq"}
        if not answer["meta"]["next_cursor"]:
            break
        path = f"?limit=2&cursor={answer['meta']['next_cursor']}"
    assert len({item["id"] for item in seen}) == 5
    assert [i["score"] for i in seen] == sorted((i["score"] for i in seen), reverse=True)
    assert queue(camp, "?kind=shared_phone") == []
    assert camp.api.get("/contacts/duplicates?cursor=nonsense").status_code == 422


def test_an_entry_goes_with_its_contact(camp: Camp) -> None:
    left, _ = twins(camp)
    scan(camp)
    (item,) = queue(camp)
    camp.api.delete(f"/contacts/{left}")
    assert queue(camp) == []
    assert resolve(camp, item["id"], "merge").status_code == 404
    assert camp.rows("SELECT 1 FROM contact_blocks WHERE contact_id = %s", UUID(left)) == []


def test_an_entry_that_no_longer_holds_goes(camp: Camp) -> None:
    _, right = twins(camp)
    scan(camp)
    camp.api.put(f"/contacts/{right}", {"name": "최영수"})
    scan(camp)
    assert queue(camp) == []


def test_two_members_decide_at_once(camp: Camp) -> None:
    twins(camp)
    scan(camp)
    (item,) = queue(camp)
    decisions = ["merge", "keep_apart"] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda decision: resolve(camp, item["id"], decision), decisions))
    worked = {decision for decision, a in zip(decisions, answers, strict=True) if a.status_code == 200}
    assert {answer.status_code for answer in answers} == {200, 409}
    assert len(worked) == 1
    merges = camp.rows("SELECT id FROM contact_merges")
    assert len(merges) == (1 if worked == {"merge"} else 0)


def test_another_camp_sees_and_decides_nothing(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    twins(camp)
    scan(camp)
    (item,) = queue(camp)
    stranger = new_camp()
    twins(stranger)
    assert queue(stranger) == []
    assert resolve(stranger, item["id"], "merge").status_code == 404
    assert stranger.api.post(f"/contacts/duplicates/{item['id']}/reopen").status_code == 404
    scan(stranger)
    assert len(queue(stranger)) == 1
    assert len(queue(camp)) == 1


def test_the_scan_runs_in_the_worker_and_says_how_far_it_is(camp: Camp, workers: Callable[[], None]) -> None:
    twins(camp)
    started = camp.api.post("/contacts/duplicates/scan")
    assert started.status_code == 202
    workers()
    state = camp.api.get("/contacts/duplicates/status").json["data"]
    assert (state["running"], state["done"], state["total"], state["open"]) == (False, 2, 2, 1)


def test_a_new_contact_is_compared_at_once(camp: Camp, workers: Callable[[], None]) -> None:
    twins(camp)
    workers()
    assert len(queue(camp)) == 1


def test_no_plain_value_reaches_the_database(camp: Camp) -> None:
    twins(camp)
    scan(camp)
    (row,) = camp.rows("SELECT * FROM contact_reviews")
    assert {name for name, value in row.items() if isinstance(value, str)} == {"kind", "status"}
    assert row["reasons"] == ["phone_digit", "same_name"]
    blocks = camp.rows("SELECT keys FROM contact_blocks")
    assert len(blocks) == 2
    assert all(isinstance(key, int) for block in blocks for key in block["keys"])
