"""Merges and imports taken back: what the model test cannot say about answers, races and kills."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from shared.contacts import history, import_undo, merging, store_import_undo
from shared.kernel.database import tenant_transaction
from tests.contact_history import import_now
from tests.factories import Camp

Drain = Callable[..., None]
PEOPLE = [
    "김가희",
    "이나래",
    "박다솜",
    "최라온",
    "정마루",
    "강바다",
    "조사랑",
    "윤아름",
    "장자윤",
    "임차영",
    "한타미",
    "오파란",
]


def create(camp: Camp, **fields: Any) -> str:
    answer = camp.api.post("/contacts", fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def contact(camp: Camp, contact_id: str) -> dict[str, Any]:
    data: dict[str, Any] = camp.api.get(f"/contacts/{contact_id}").json["data"]
    return data


def merge(camp: Camp, keep: str, *others: str, **fields: str) -> str:
    body = {"keep_id": keep, "merge_ids": list(others), "fields": fields}
    answer = camp.api.post("/contacts/merges", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def undo(camp: Camp, merge_id: str) -> dict[str, Any]:
    answer = camp.api.post(f"/contacts/merges/{merge_id}/undo")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def timeline(camp: Camp, contact_id: str, limit: int = 50) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = camp.api.get(f"/contacts/{contact_id}/timeline", params=params)
        assert answer.status_code == 200, answer.text
        items += answer.json["data"]
        cursor = answer.json["meta"]["next_cursor"]
        if cursor is None:
            return items


def test_a_chosen_field_wins_and_the_name_that_goes_stays_as_an_alias(camp: Camp) -> None:
    hong = create(camp, name="홍길동", address="서울 중구", phones=["010-2222-3333"])
    kil = create(camp, name="홍길똥", address="부산 중구", emails=["hong@naver.com"])
    merge_id = merge(camp, hong, kil, name=kil)
    merged = contact(camp, hong)
    assert (merged["name"], merged["address"], merged["aliases"]) == ("홍길똥", "서울 중구", ["홍길동"])
    assert (merged["phones"], merged["emails"]) == (["010-2222-3333"], ["hong@naver.com"])
    undo(camp, merge_id)
    assert (contact(camp, hong)["name"], contact(camp, hong)["aliases"]) == ("홍길동", [])
    assert contact(camp, kil)["emails"] == ["hong@naver.com"]


def test_a_value_passed_on_by_a_later_merge_is_taken_back_there_too(camp: Camp) -> None:
    one = create(camp, name="가나다", address="서울 마포구 망원동", phones=["010-1111-2222"])
    two = create(camp, name="가나다", emails=["two@example.com"])
    three = create(camp, name="가나다", emails=["three@example.com"])
    first = merge(camp, two, one)
    merge(camp, three, two)
    assert contact(camp, three)["address"] == "서울 마포구 망원동"
    parts = camp.api.get(f"/contacts/{three}/merges").json["data"]
    assert [item["merged"]["id"] for item in parts] == [two, one]
    undo(camp, first)
    assert (contact(camp, three)["address"], contact(camp, three)["phones"]) == (None, [])
    assert sorted(contact(camp, three)["emails"]) == ["three@example.com", "two@example.com"]
    assert contact(camp, one)["phones"] == ["010-1111-2222"]
    assert camp.api.get("/contacts", params={"q": "010-1111-2222"}).json["data"][0]["id"] == one


def test_later_edits_stay_and_are_counted(camp: Camp) -> None:
    one = create(camp, name="홍길동", phones=["010-1111-2222"])
    two = create(camp, name="홍길동", note="메모", phones=["010-3333-4444", "010-5555-6666"])
    merge_id = merge(camp, one, two)
    camp.api.put(f"/contacts/{one}", {"note": "새 메모"})
    camp.api.put(f"/contacts/{one}", {"phones": ["010-1111-2222", "010-5555-6666", "010-7777-8888"]})
    answer = undo(camp, merge_id)
    assert (set(answer["contacts"]), answer["kept_edits"]) == ({one, two}, 2)
    # What was given up stays given up, what was added stays with the kept contact.
    assert contact(camp, one)["phones"] == ["010-1111-2222", "010-7777-8888"]
    assert (contact(camp, one)["note"], contact(camp, two)["note"]) == ("새 메모", "메모")
    assert contact(camp, two)["phones"] == ["010-5555-6666"]


def test_one_click_merges_several_and_one_click_parts_them(camp: Camp) -> None:
    ids = [create(camp, name=PEOPLE[i], phones=[f"010-2000-000{i}"]) for i in range(3)]
    merge_id = merge(camp, *ids)
    assert len(contact(camp, ids[0])["phones"]) == 3
    assert set(undo(camp, merge_id)["contacts"]) == set(ids)
    assert [contact(camp, one)["phones"] for one in ids] == [[f"010-2000-000{i}"] for i in range(3)]


def test_the_second_click_is_a_conflict_or_the_same_answer(camp: Camp) -> None:
    one, two = create(camp, name="홍길동"), create(camp, name="홍길동")
    body, key = {"keep_id": one, "merge_ids": [two]}, {"Idempotency-Key": "m1"}
    first = camp.api.post("/contacts/merges", body, headers=key)
    assert camp.api.post("/contacts/merges", body, headers=dict(key)).json["data"] == first.json["data"]
    assert camp.api.post("/contacts/merges", body).status_code == 409
    undo(camp, first.json["data"]["id"])
    assert camp.api.post(f"/contacts/merges/{first.json['data']['id']}/undo").status_code == 409
    assert camp.api.post(f"/contacts/merges/{uuid4()}/undo").status_code == 404


def test_a_merge_is_refused_with_a_reason(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    one, two = create(camp, name="홍길동"), create(camp, name="홍길동")
    for fields in ({"name": str(uuid4())}, {"tags": one}, {"bogus": one}):
        answer = camp.api.post("/contacts/merges", {"keep_id": one, "merge_ids": [two], "fields": fields})
        assert answer.status_code == 422, fields
    merge_id = merge(camp, one, two)
    assert new_camp().api.post(f"/contacts/merges/{merge_id}/undo").status_code == 404


def test_a_deleted_contact_takes_everybody_who_is_part_of_it_along(camp: Camp) -> None:
    one = create(camp, name="홍길동", phones=["010-1111-2222"])
    two = create(camp, name="홍길순", address="서울 중구", emails=["soon@naver.com"])
    camp.api.put(f"/contacts/{two}", {"address": "부산 중구"})
    merge_id = merge(camp, one, two)
    assert camp.api.delete(f"/contacts/{one}").status_code == 204
    assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 409
    assert (
        camp.rows("SELECT 1 FROM contacts WHERE name_sealed IS NOT NULL OR address_sealed IS NOT NULL") == []
    )
    assert camp.rows("SELECT 1 FROM contact_changes WHERE before_sealed IS NOT NULL") == []
    assert camp.rows("SELECT 1 FROM point_changes WHERE value_sealed IS NOT NULL") == []


def test_erasing_a_history_keeps_only_that_something_changed(camp: Camp) -> None:
    one = create(camp, name="홍길동", note="비밀", tags=["당원"], phones=["010-1111-2222"])
    camp.api.put(f"/contacts/{one}", {"note": "", "tags": [], "phones": []})
    with camp.transaction() as connection:
        history.erase(connection, [UUID(one)])
    rows = camp.rows("SELECT field, before_sealed, before_hash, removed FROM contact_changes ORDER BY field")
    assert [row["field"] for row in rows] == ["note", "points", "tags"]
    assert all(row["before_sealed"] is row["before_hash"] is None and not row["removed"] for row in rows)
    assert camp.rows("SELECT value_sealed FROM point_changes") == [{"value_sealed": None}]


@pytest.mark.parametrize("seed", range(3))
def test_merges_and_undos_of_the_same_people_at_once(camp: Camp, seed: int) -> None:
    """No deadlock reaches anybody, and nobody's number is lost or doubled."""
    ids = [create(camp, name="홍길동", phones=[f"010-30{seed}0-000{i}"]) for i in range(4)]
    ring = [(ids[i], ids[(i + 1 + seed) % 4]) for i in range(4)]
    done: list[str] = []
    problems: list[str] = []
    barrier = threading.Barrier(len(ring))

    def work(keep: str, other: str) -> None:
        barrier.wait()
        for _ in range(3):
            answer = camp.api.post("/contacts/merges", {"keep_id": keep, "merge_ids": [other]})
            if answer.status_code == 201:
                done.append(answer.json["data"]["id"])
                parted = camp.api.post(f"/contacts/merges/{done[-1]}/undo")
                problems.extend([parted.text] if parted.status_code != 200 else [])
            elif answer.status_code not in (404, 409, 422):
                problems.append(answer.text)

    threads = [threading.Thread(target=work, args=pair) for pair in ring if pair[0] != pair[1]]
    barrier = threading.Barrier(len(threads))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (problems, bool(done)) == ([], True)
    assert [contact(camp, one)["phones"] for one in ids] == [[f"010-30{seed}0-000{i}"] for i in range(4)]


def test_the_timeline_tells_everything_once_whatever_the_page(camp: Camp) -> None:
    one = create(camp, name="홍길동", phones=["010-1111-2222"], address="서울 중구")
    import_id = import_now(camp, "이름,휴대폰,메모\n홍길동,010-1111-2222,행사 참석\n홍길동,010-1111-2222,\n")
    camp.api.put(f"/contacts/{one}", {"address": "부산 중구", "custom": {"직책": "총무"}})
    camp.api.put(f"/contacts/{one}", {"phones": ["010-9999-8888"]})
    two = create(camp, name="홍길순")
    merge_id = merge(camp, one, two)
    undo(camp, merge_id)
    camp.api.post(f"/contacts/{one}/notes", {"text": "전화 주심"})
    whole = timeline(camp, one)
    kinds = [item["kind"] for item in whole]
    assert kinds == ["note", "unmerged", "merged", "edited", "edited", "import", "import", "created"]
    assert timeline(camp, one, limit=1) == timeline(camp, one, limit=3) == whole
    points, fields = whole[3]["detail"], whole[4]["detail"]
    assert points["changes"] == [
        {"field": "phone", "before": "010-1111-2222", "after": None},
        {"field": "phone", "before": None, "after": "010-9999-8888"},
    ]
    assert {"field": "address", "before": "서울 중구", "after": "부산 중구"} in fields["changes"]
    assert {"field": "custom:직책", "before": None, "after": "총무"} in fields["changes"]
    assert whole[2]["detail"]["merged_name"] == "홍길순"
    imported = whole[6]["detail"]
    assert (imported["import_id"], imported["row_number"], imported["outcome"]) == (
        str(import_id),
        2,
        "updated",
    )
    assert {"field": "note", "before": None, "after": "행사 참석"} in imported["changes"]
    assert [item["kind"] for item in timeline(camp, two)] == ["unmerged", "merged", "created"]
    assert camp.api.get(f"/contacts/{one}/timeline", params={"cursor": "nonsense"}).status_code == 422


def test_the_rows_of_an_import_say_what_they_changed(camp: Camp) -> None:
    create(camp, name="홍길동", phones=["010-1111-2222"], address="서울 중구")
    text = "이름,휴대폰,주소,이메일\n홍길동,010-1111-2222,부산 중구,hong@naver.com\n김철수,010-3333-4444,,\n"
    import_id = import_now(camp, text + "김철수,010-3333-4444,,\n", on_existing="overwrite")
    rows = camp.api.get(f"/contacts/imports/{import_id}/rows").json["data"]
    assert [(row["row_number"], row["outcome"]) for row in rows] == [
        (2, "updated"),
        (3, "created"),
        (4, "duplicate"),
    ]
    assert (rows[0]["name"], rows[0]["phone"]) == ("홍길동", "010-1111-2222")
    assert {"field": "address", "before": "서울 중구", "after": "부산 중구"} in rows[0]["details"]
    assert {"field": "email", "before": None, "after": "hong@naver.com"} in rows[0]["details"]
    for outcome, numbers in (("created", [3]), ("repaired", []), ("duplicate", [4]), ("kept", [])):
        answer = camp.api.get(f"/contacts/imports/{import_id}/rows", params={"outcome": outcome})
        assert [row["row_number"] for row in answer.json["data"]] == numbers
    first = camp.api.get(f"/contacts/imports/{import_id}/rows", params={"limit": 1})
    assert first.json["meta"]["next_cursor"] == "2"


def undo_import(camp: Camp, import_id: UUID) -> dict[str, Any]:
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    import_undo.run(camp.tenant_id, import_id)
    item: dict[str, Any] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    assert item["status"] == "undone"
    return item


def test_an_undone_import_leaves_whom_somebody_touched_and_lists_them(camp: Camp) -> None:
    known = create(camp, name="홍길동", phones=["010-1111-2222"])
    rows = "".join(f"{PEOPLE[i]},010-40{i:02}-1234,\n" for i in range(6))
    import_id = import_now(camp, "이름,휴대폰,메모\n홍길동,010-1111-2222,참석\n" + rows)
    by_name = {item["name"]: item["id"] for item in camp.api.get("/contacts").json["data"]}
    camp.api.put(f"/contacts/{by_name['김가희']}", {"address": "서울 중구"})
    camp.api.post(f"/contacts/{by_name['이나래']}/notes", {"text": "통화함"})
    merge(camp, by_name["박다솜"], by_name["최라온"])
    import_now(camp, "이름,휴대폰\n정마루,010-4004-1234\n")
    preview = camp.api.get(f"/contacts/imports/{import_id}/undo-preview").json["data"]
    assert preview == {"restore": 1, "remove": 1, "keep": 5}
    item = undo_import(camp, import_id)
    assert item["undo"] == {"restored": 1, "removed": 1, "kept": 5}
    assert contact(camp, known)["note"] is None
    assert camp.api.get(f"/contacts/{by_name['강바다']}").status_code == 404
    kept = camp.api.get(f"/contacts/imports/{import_id}/rows", params={"outcome": "kept"}).json["data"]
    assert {row["name"] for row in kept} == {f"{PEOPLE[i]}" for i in range(5)}
    assert camp.api.get(f"/contacts/{by_name['김가희']}").json["data"]["phones"] == ["010-4000-1234"]


def test_an_undone_import_leaves_nothing_personal_of_whom_it_made(camp: Camp) -> None:
    import_id = import_now(
        camp, "이름,휴대폰,주소,태그\n홍길동,010-1111-2222,서울 중구,당원\n길동이,010-1111-2222,,\n"
    )
    item = undo_import(camp, import_id)
    assert item["undo"]["removed"] >= 1
    assert camp.api.get("/contacts").json["meta"]["total"] == {"value": 0, "relation": "eq"}
    assert camp.rows("SELECT 1 FROM contacts WHERE name_sealed IS NOT NULL OR tags <> '{}'") == []
    for table in ("contact_points", "contact_search", "contact_aliases", "contact_shared_points"):
        assert camp.rows(f"SELECT 1 FROM {table}") == [], table
    assert camp.rows("SELECT 1 FROM contact_counters WHERE count <> 0") == []


def test_who_may_undo_an_import_and_when(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    staff, other = camp.member("staff"), camp.member("staff")
    import_id = import_now(staff, "이름,휴대폰\n홍길동,010-1111-2222\n")
    path = f"/contacts/imports/{import_id}/undo"
    assert other.api.post(path).status_code == 403
    assert new_camp().api.post(path).status_code == 404
    with tenant_transaction(camp.tenant_id) as connection:
        connection.execute(
            """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256)
               VALUES (current_tenant(), %s, 'ingesting', 'x', 1, 'x')""",
            [uuid4()],
        )
    running = camp.api.post(path)
    assert (running.status_code, "가져오는 중" in running.json["error"]["message"]) == (409, True)
    with tenant_transaction(camp.tenant_id) as connection:
        connection.execute("DELETE FROM imports WHERE status = 'ingesting'")
    assert staff.api.post(path).status_code == 202
    assert staff.api.post(path).status_code == 409
    import_undo.run(camp.tenant_id, import_id)
    assert camp.api.post(path).status_code == 409


@pytest.mark.parametrize("killed_after", [0, 1, 2, 3])
def test_an_undo_that_is_killed_goes_on_where_it_was(
    camp: Camp, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    """The worker dies in the transaction of some piece, after its last write."""
    monkeypatch.setattr(import_undo, "ROWS_AT_ONCE", 5)
    known = create(camp, name="최라온", phones=["010-5003-1234"], emails=["three@example.com"])
    create(camp, name="정마루", emails=["four@example.com"])
    rows = "".join(f"{PEOPLE[i]},010-50{i:02}-1234,서울 중구,\n" for i in range(12))
    ties = "정마루,010-5004-1234,,four@example.com\n"
    import_id = import_now(camp, "이름,휴대폰,주소,이메일\n" + rows + ties)
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    for _ in range(killed_after):
        assert import_undo.step(camp.tenant_id, import_id)
    real = store_import_undo.progress

    def dies(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise errors.AdminShutdown

    monkeypatch.setattr(store_import_undo, "progress", dies)
    with pytest.raises(errors.AdminShutdown):
        import_undo.step(camp.tenant_id, import_id)
    monkeypatch.setattr(store_import_undo, "progress", real)
    threads = [threading.Thread(target=import_undo.run, args=(camp.tenant_id, import_id)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    item = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    assert (item["status"], item["undo"]["removed"]) == ("undone", 10), item
    assert {c["name"] for c in camp.api.get("/contacts").json["data"]} == {"최라온", "정마루"}
    assert (contact(camp, known)["address"], contact(camp, known)["phones"]) == (None, ["010-5003-1234"])


def test_the_sweep_gives_a_lost_undo_out_again(camp: Camp, workers: Drain) -> None:
    from functions.contacts.recover_imports import recover_imports

    text = "이름,휴대폰\n홍길동,010-1111-2222\n"
    answer = camp.api.upload("/contacts/imports", text.encode(), source="시험", legal_basis="consent")
    import_id = UUID(answer.json["data"]["id"])
    workers()
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    camp.rows("UPDATE imports SET progressed_at = now() - interval '1 minute' RETURNING id")
    recover_imports()
    workers()
    assert camp.api.get(f"/contacts/imports/{import_id}").json["data"]["status"] == "undone"


def test_an_edit_and_an_undo_at_once_both_count(camp: Camp) -> None:
    one, two = create(camp, name="홍길동", note="하나"), create(camp, name="홍길동", address="서울 중구")
    merge_id = merge(camp, one, two)
    threads = [
        threading.Thread(target=undo, args=(camp, merge_id)),
        threading.Thread(target=camp.api.put, args=(f"/contacts/{one}", {"note": "둘"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (contact(camp, one)["note"], contact(camp, one)["address"]) == ("둘", None)
    assert contact(camp, two)["address"] == "서울 중구"


def test_a_merge_of_an_import_is_undone_alone_too(camp: Camp) -> None:
    one = create(camp, name="홍길동", emails=["a@example.com"])
    two = create(camp, name="홍길동", address="서울 중구", emails=["b@example.com"])
    import_now(camp, '이름,이메일\n홍길동,"a@example.com, b@example.com"\n')
    (merged,) = camp.api.get(f"/contacts/{one}/merges").json["data"]
    assert contact(camp, one)["address"] == "서울 중구"
    with camp.transaction() as connection:
        merging.undo(connection, camp.cipher, camp.member_id, UUID(merged["id"]))
    assert contact(camp, one)["address"] is None
    assert contact(camp, two)["emails"] == ["b@example.com"]
