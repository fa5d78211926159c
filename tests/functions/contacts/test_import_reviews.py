"""What an import leaves to look at: people like its own, family phones, other names."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from functions.contacts.recover_scans import recover_scans
from shared.contacts import scanning, search, shared_points
from tests.factories import Camp
from tests.functions.contacts.test_duplicates import add, queue, resolve, scan

OPTIONS: dict[str, Any] = {
    "source": "행사 명부",
    "legal_basis": "consent",
    "mapping": {"이름": "name", "휴대폰": "phone", "이메일": "email", "주소": "address"},
}
HEADER = "이름,휴대폰,이메일,주소\r\n"


def upload(camp: Camp, workers: Callable[[], None], *rows: str) -> str:
    answer = camp.api.upload("/contacts/imports", (HEADER + "\r\n".join(rows)).encode(), **OPTIONS)
    assert answer.status_code == 202, answer.text
    workers()
    import_id = answer.json["data"]["id"]
    state = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    assert state["status"] == "completed", state
    return str(import_id)


def family(camp: Camp, workers: Callable[[], None]) -> None:
    upload(camp, workers, "홍길동,010-2345-6789,,", "김영희,010-2345-6789,,", "홍서준,010-2345-6789,,")


def ids(camp: Camp) -> dict[str, str]:
    return {item["name"]: item["id"] for item in camp.api.get("/contacts").json["data"]}


def test_an_import_is_compared_with_everybody(camp: Camp, workers: Callable[[], None]) -> None:
    add(camp, "홍길동", phones=["010-2345-6789"])
    import_id = upload(camp, workers, "홍길동,010-2345-6788,,", "최영수,010-7777-1234,,")
    (item,) = queue(camp)
    assert item["kind"] == "similar"
    assert camp.rows("SELECT reviews FROM imports WHERE id = %s", UUID(import_id)) == [{"reviews": 1}]


def test_who_comes_back_from_a_deletion_is_compared_again(camp: Camp, workers: Callable[[], None]) -> None:
    gone = add(camp, "홍길동", phones=["010-2345-6789"])
    target = {"action": "delete", "target": {"ids": [gone]}}
    bulk_id = camp.api.post("/contacts/bulk", target).json["data"]["id"]
    workers()
    add(camp, "홍길동", phones=["010-2345-6788"])
    workers()
    assert queue(camp) == []
    assert camp.api.post(f"/contacts/bulk/{bulk_id}/undo").status_code == 202
    workers()
    (item,) = queue(camp)
    assert {item["left"]["id"], item["right"]["id"]} >= {gone}


def test_whom_an_undone_import_restores_is_compared_again(camp: Camp, workers: Callable[[], None]) -> None:
    known = add(camp, "홍길동", phones=["010-2345-6789"])
    answer = camp.api.upload(
        "/contacts/imports",
        (HEADER + "최영수,010-2345-6789,,").encode(),
        **{**OPTIONS, "on_existing": "overwrite", "mapping": {**OPTIONS["mapping"], "이름": "name"}},
    )
    workers()
    import_id = answer.json["data"]["id"]
    merged = camp.api.get(f"/contacts/{known}").json["data"]
    assert merged["name"] == "홍길동", "another name of a known number is another person"
    shared = camp.api.get("/contacts/duplicates").json["data"]
    assert [item["kind"] for item in shared] == ["shared_phone"]
    assert camp.api.post(f"/contacts/imports/{import_id}/undo").status_code == 202
    workers()
    assert queue(camp) == [], "the one that shared the number is gone"


def test_contacts_that_an_undone_import_parts_are_compared_again(
    camp: Camp, workers: Callable[[], None]
) -> None:
    left = add(camp, "홍길동", phones=["010-2345-6789"], address="서울시 동작구 상도로 12, 101동 1203호")
    right = add(camp, "홍길동", emails=["hong@b.kr"], address="서울시 동작구 상도로 12, 101동 1203호")
    workers()
    assert len(queue(camp)) == 1
    import_id = upload(camp, workers, "홍길동,010-2345-6789,hong@b.kr,")
    assert queue(camp) == [], "one person now"
    assert camp.api.post(f"/contacts/imports/{import_id}/undo").status_code == 202
    workers()
    (item,) = queue(camp)
    assert {item["left"]["id"], item["right"]["id"]} == {left, right}


def test_a_second_import_walks_its_own_contacts_only(camp: Camp, workers: Callable[[], None]) -> None:
    upload(camp, workers, *(f"홍길동,010-{4000 + n * 37}-{1000 + n * 71},," for n in range(20)))
    upload(camp, workers, "최영수,010-7777-1234,,", "최영수,010-7777-1243,,")
    done = camp.rows("SELECT whole, done, total, status FROM contact_scans ORDER BY started_at")
    assert done[1] == {"whole": False, "done": 2, "total": 2, "status": "done"}
    assert [item["left"]["name"] for item in queue(camp)] == ["최영수"]


def test_contacts_from_before_are_looked_at_with_the_first_import(
    camp: Camp, workers: Callable[[], None]
) -> None:
    add(camp, "홍길동", phones=["010-2345-6789"])
    add(camp, "홍길동", phones=["010-2345-6798"])
    workers()
    with camp.transaction() as connection:
        connection.execute("DELETE FROM contact_blocks")
        connection.execute("DELETE FROM contact_reviews")
    upload(camp, workers, "최영수,010-7777-1234,,")
    assert [scan["whole"] for scan in camp.rows("SELECT whole FROM contact_scans")] == [True]
    assert len(queue(camp)) == 1


def test_a_lost_walk_is_found_by_the_sweep(
    camp: Camp, workers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(camp, "홍길동", phones=["010-2345-6789"])
    add(camp, "홍길동", phones=["010-2345-6798"])
    with camp.transaction() as connection:
        scanning.start_whole(connection)
        connection.execute("UPDATE contact_scans SET progressed_at = now() - interval '3 minutes'")
    everybody = scanning.take_stalled  # other tests leave walks of their own

    def ours(now: datetime) -> list[tuple[UUID, UUID, int]]:
        return [found for found in everybody(now) if found[0] == camp.tenant_id]

    monkeypatch.setattr(scanning, "take_stalled", ours)
    recover_scans()
    assert ours(datetime.now(UTC)) == [], "it is asked for once in a while, not by every sweep"
    workers()
    assert camp.rows("SELECT status FROM contact_scans") == [{"status": "done"}]
    assert len(queue(camp)) == 1


def test_a_family_phone_is_asked_about_once_per_sharer(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    items = queue(camp, "?kind=shared_phone")
    assert sorted(item["right"]["name"] for item in items) == ["김영희", "홍서준"]
    assert {item["left"]["name"] for item in items} == {"홍길동"}
    assert [reason["code"] for reason in items[0]["reasons"]] == ["same_phone", "names_differ"]
    child = camp.api.get(f"/contacts/{ids(camp)['홍서준']}").json["data"]
    assert child["shared_phones"] == [
        {"number": "010-2345-6789", "holder_id": ids(camp)["홍길동"], "holder_name": "홍길동"}
    ]
    scan(camp)
    assert [item["id"] for item in queue(camp)] == [item["id"] for item in items]


def test_rows_of_a_file_say_whose_number_they_share(camp: Camp, workers: Callable[[], None]) -> None:
    import_id = upload(camp, workers, "홍길동,010-2345-6789,,", "김영희,010-2345-6789,,")
    path = f"/contacts/imports/{import_id}/rows"
    (row,) = camp.api.get(f"{path}?outcome=shared").json["data"]
    holder = {"number": "010-2345-6789", "holder_id": ids(camp)["홍길동"], "holder_name": "홍길동"}
    assert (row["name"], row["phone"], row["shared_phones"]) == ("김영희", None, [holder])
    everybody = camp.api.get(path).json["data"]
    assert [len(one["shared_phones"]) for one in everybody] == [0, 1]


def test_a_list_shows_the_number_that_a_family_shares(camp: Camp, workers: Callable[[], None]) -> None:
    """Who shares a number is not without one; whose it is stands beside it."""
    family(camp, workers)
    holder = {"number": "010-2345-6789", "holder_id": ids(camp)["홍길동"], "holder_name": "홍길동"}
    everybody = {one["name"]: one for one in camp.api.get("/contacts").json["data"]}
    assert (everybody["홍길동"]["phones"], everybody["홍길동"]["shared_phones"]) == (["010-2345-6789"], [])
    assert (everybody["김영희"]["phones"], everybody["김영희"]["shared_phones"]) == ([], [holder])
    sample = camp.api.post("/segments/preview", {"filter": {"all": []}}).json["data"]["sample"]
    assert sorted(len(one["shared_phones"]) for one in sample) == [0, 1, 1]


def test_repaired_rows_say_what_was_repaired(camp: Camp, workers: Callable[[], None]) -> None:
    import_id = upload(
        camp,
        workers,
        "홍길동,1023456789,HONG@naver.con,",
        "김영희,O1O-3456-789O(본인),kim@naver.com,",
        "이순신,010-4567-8901,,",
    )
    path = f"/contacts/imports/{import_id}/rows"
    rows = camp.api.get(f"{path}?outcome=repaired").json["data"]
    assert [(row["name"], row["repairs"]) for row in rows] == [
        ("홍길동", [
            {"field": "phone", "before": "1023456789", "after": "010-2345-6789"},
            {"field": "email", "before": "HONG@naver.con", "after": "hong@naver.com"},
        ]),
        ("김영희", [{"field": "phone", "before": "O1O-3456-789O(본인)", "after": "010-3456-7890"}]),
    ]  # fmt: skip
    everybody = camp.api.get(path).json["data"]
    assert [len(row["repairs"]) for row in everybody] == [2, 1, 0]
    assert camp.api.post(f"/contacts/imports/{import_id}/undo").status_code == 202
    workers()
    assert camp.rows("SELECT * FROM import_repairs") == [], "nothing of the people who are gone stays"


def test_a_name_with_rare_letters_is_taken_and_marked(camp: Camp, workers: Callable[[], None]) -> None:
    """뷁 is a syllable, and hardly a name's: it is kept as it is, and somebody is asked to look."""
    rows = ["김뷁동,010-2345-6789,,", "이순신,010-4567-8901,,", "박쀍수,1056789012,,"]
    import_id = upload(camp, workers, *rows)
    counts = camp.api.get(f"/contacts/imports/{import_id}").json["data"]["counts"]
    assert (counts["created"], counts["rejected"], counts["repaired"]) == (3, 0, 2)
    marked = camp.api.get(f"/contacts/imports/{import_id}/rows?outcome=repaired").json["data"]
    assert [(row["name"], row["repairs"]) for row in marked] == [
        ("김뷁동", [{"field": "doubtful_name", "before": "김뷁동", "after": "뷁"}]),
        ("박쀍수", [
            {"field": "phone", "before": "1056789012", "after": "010-5678-9012"},
            {"field": "doubtful_name", "before": "박쀍수", "after": "쀍"},
        ]),
    ]  # fmt: skip
    found = camp.api.get("/contacts?outcome=repaired&import_id=" + import_id).json["data"]
    assert {one["name"] for one in found} == {"김뷁동", "박쀍수"}


def test_rows_read_from_a_second_row_of_a_person_keep_their_repairs(
    camp: Camp, workers: Callable[[], None]
) -> None:
    upload(camp, workers, "홍길동,010-2345-6789,,")
    import_id = upload(camp, workers, "홍길동,1023456789,,", "홍길동,01O-2345-6789,,")
    rows = camp.api.get(f"/contacts/imports/{import_id}/rows?outcome=repaired").json["data"]
    assert [row["repairs"][0]["before"] for row in rows] == ["1023456789", "01O-2345-6789"]


def test_who_has_several_such_rows_is_found_once(camp: Camp, workers: Callable[[], None]) -> None:
    """The list of an import's repaired or repeated people names and counts everybody once, page by page."""
    twice = ["홍길동,1023456789,,", "홍길동,01O-2345-6789,,", "홍길동,010-2345-6789,,"]
    import_id = upload(camp, workers, *twice, "이순신,1045678901,,", "이순신,010-4567-8901,,")
    for outcome in ("repaired", "duplicate"):
        path = f"/contacts?import_id={import_id}&outcome={outcome}"
        answer = camp.api.get(path).json
        assert sorted(one["name"] for one in answer["data"]) == ["이순신", "홍길동"]
        assert answer["meta"]["total"] == {"value": 2, "relation": "eq"}
        first = camp.api.get(f"{path}&limit=1").json
        rest = camp.api.get(f"{path}&limit=1&cursor={first['meta']['next_cursor']}").json
        assert rest["data"][0]["id"] != first["data"][0]["id"]
        assert rest["meta"]["next_cursor"] is None


def test_a_long_list_that_was_deleted_counts_nobody(
    camp: Camp, workers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a list was too long to be counted is remembered; that nobody is left of it is seen."""
    monkeypatch.setattr(search, "EXACT_MATCHES", 2)
    import_id = upload(camp, workers, *(f"사람{n},010-2345-100{n},," for n in range(4)))
    path = f"/contacts?import_id={import_id}"
    assert camp.api.get(path).json["meta"]["total"] == {"value": 2, "relation": "gte"}
    camp.api.post("/contacts/bulk", {"action": "delete", "target": {"import_id": import_id}})
    workers()
    answer = camp.api.get(path).json
    assert (answer["data"], answer["meta"]["total"]) == ([], {"value": 0, "relation": "eq"})


def test_a_family_is_kept_apart_for_ever(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    for item in queue(camp):
        assert resolve(camp, item["id"], "keep_apart").status_code == 200
    scan(camp)
    family(camp, workers)
    assert queue(camp) == []


def test_merging_a_sharer_ends_the_sharing(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    item = next(item for item in queue(camp) if item["right"]["name"] == "김영희")
    answer = resolve(camp, item["id"], "merge")
    assert answer.status_code == 200, answer.text
    workers()
    assert sorted(ids(camp)) == ["홍길동", "홍서준"]
    assert [left["right"]["name"] for left in queue(camp)] == ["홍서준"]
    holder = camp.api.get(f"/contacts/{ids(camp)['홍길동']}").json["data"]
    assert (holder["phones"], holder["shared_phones"]) == (["010-2345-6789"], [])


def test_the_oldest_sharer_inherits_the_number(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    known = ids(camp)
    assert camp.api.delete(f"/contacts/{known['홍길동']}").status_code == 204
    heir = camp.api.get(f"/contacts/{known['김영희']}").json["data"]
    assert heir["phones"] == ["010-2345-6789"]
    assert heir["shared_phones"] == []
    child = camp.api.get(f"/contacts/{known['홍서준']}").json["data"]
    assert child["shared_phones"][0]["holder_name"] == "김영희"
    scan(camp)
    assert [(i["left"]["name"], i["right"]["name"]) for i in queue(camp)] == [("김영희", "홍서준")]


def test_a_number_with_a_holder_is_not_promoted(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    point = camp.cipher.point_hash("phone", "+821023456789")
    with camp.transaction() as connection:
        assert shared_points.promote(connection, "phone", point) is None
    assert camp.rows("SELECT count(*) FROM contact_shared_points") == [{"count": 2}]


def test_a_sharer_in_the_bin_inherits_nothing(camp: Camp, workers: Callable[[], None]) -> None:
    family(camp, workers)
    known = ids(camp)
    for name in ("김영희", "홍길동"):
        camp.api.delete(f"/contacts/{known[name]}")
    assert camp.api.get(f"/contacts/{known['홍서준']}").json["data"]["phones"] == ["010-2345-6789"]


def test_another_name_at_one_address_is_asked_about(camp: Camp, workers: Callable[[], None]) -> None:
    upload(camp, workers, "홍길동,010-2345-6789,hong@example.com,", "김영희,,hong@example.com,")
    (item,) = queue(camp)
    assert item["kind"] == "shared_email"
    assert (item["left"]["name"], item["right"]["name"]) == ("홍길동", "김영희")
    assert item["left"]["id"] == item["right"]["id"]
    assert resolve(camp, item["id"], "merge").json["data"] == {"merge_id": None}
    scan(camp)
    assert queue(camp) == []
    assert camp.api.get(f"/contacts/{item['left']['id']}").json["data"]["aliases"] == ["김영희"]


def test_a_name_that_is_somebody_elses_is_dropped(camp: Camp, workers: Callable[[], None]) -> None:
    upload(camp, workers, "홍길동,010-2345-6789,hong@example.com,", "김영희,,hong@example.com,")
    (item,) = queue(camp)
    assert resolve(camp, item["id"], "keep_apart").status_code == 200
    assert camp.api.get(f"/contacts/{item['left']['id']}").json["data"]["aliases"] == []
    assert camp.api.get("/contacts?q=김영희").json["data"] == []
