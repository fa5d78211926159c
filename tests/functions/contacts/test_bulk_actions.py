"""Tags and deletion for many contacts at once, and back, on the real database and broker."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from functions.contacts.erase_deleted_contacts import erase_deleted_contacts
from functions.contacts.expire_deleted_contacts import expire_deleted_contacts
from functions.contacts.recover_bulk_actions import recover_bulk_actions
from shared.contacts import search
from shared.kernel.config import settings
from shared.selections import bulk, store
from tests.factories import Camp

Drain = Callable[[], None]
LETTERS = "가나다라마바사아자차카타"  # a name loses its digits


def person(camp: Camp, name: str, phone: str = "", **fields: Any) -> str:
    body = {"name": name, **({"phones": [phone]} if phone else {}), **fields}
    answer = camp.api.post("/contacts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def people(camp: Camp, count: int, **fields: Any) -> list[str]:
    return [person(camp, f"사람{LETTERS[n]}", f"010-{2000 + n}-{4000 + n}", **fields) for n in range(count)]


def start(camp: Camp, action: str, target: dict[str, Any], *tags: str, **options: Any) -> str:
    body = {"action": action, "target": target, **({"tags": list(tags)} if tags else {})}
    answer = camp.api.post("/contacts/bulk", body, **options)
    assert answer.status_code == 202, answer.text
    return str(answer.json["data"]["id"])


def look(camp: Camp, bulk_id: str) -> dict[str, Any]:
    found: dict[str, Any] = camp.api.get(f"/contacts/bulk/{bulk_id}").json["data"]
    return found


def finish(camp: Camp, bulk_id: str) -> dict[str, Any]:
    bulk.work(camp.tenant_id, UUID(bulk_id), seconds=60)
    return look(camp, bulk_id)


def undo(camp: Camp, bulk_id: str) -> dict[str, Any]:
    answer = camp.api.post(f"/contacts/bulk/{bulk_id}/undo")
    assert answer.status_code == 202, answer.text
    return finish(camp, bulk_id)


def tags(camp: Camp, contact_id: str) -> set[str]:
    return set(camp.api.get(f"/contacts/{contact_id}").json["data"]["tags"])


def names(camp: Camp, **query: Any) -> list[str]:
    return sorted(c["name"] for c in camp.api.get("/contacts", params=query).json["data"])


def small_pieces(monkeypatch: pytest.MonkeyPatch, size: int = 2) -> None:
    monkeypatch.setattr(store, "PIECE", size)


def test_a_target_is_counted_exactly(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list says "2+"; who is about to delete them is told how many they are."""
    monkeypatch.setattr(search, "EXACT_MATCHES", 2)
    chosen, *_ = people(camp, 4, tags=["당원"])
    person(camp, "이순신")
    for target, found in (({"tag": ["당원"]}, 4), ({}, 5), ({"ids": [chosen]}, 1), ({"tag": ["없음"]}, 0)):
        answer = camp.api.post("/contacts/bulk/count", {"target": target})
        assert (answer.status_code, answer.json["data"]) == (200, {"count": found})
    assert camp.api.post("/contacts/bulk/count", {"target": {"ids": [], "q": "김"}}).status_code == 422


def test_tagging_is_seen_in_lists_searches_and_counts(camp: Camp) -> None:
    first, second = people(camp, 2)
    person(camp, "다른이")
    done = finish(camp, start(camp, "tag", {"ids": [first, second]}, "당원", "행사"))
    assert (done["status"], done["total"], done["done"], done["changed"], done["skipped"]) == (
        "completed", 2, 2, 2, 0,
    )  # fmt: skip
    assert names(camp, tag="당원") == names(camp, q="#행사") == ["사람가", "사람나"]
    counted = {row["tag"]: row["count"] for row in camp.api.get("/tags").json["data"]}
    assert counted == {"당원": 2, "행사": 2}


def test_untagging_takes_tags_out_of_lists_and_searches(camp: Camp) -> None:
    both, one = people(camp, 2, tags=["당원", "행사"])
    done = finish(camp, start(camp, "untag", {"ids": [both]}, "당원"))
    assert done["changed"] == 1
    assert names(camp, tag="당원") == ["사람나"]
    assert tags(camp, both) == {"행사"}
    assert names(camp, q="사람가 #행사") == ["사람가"], "the other tokens are still there"
    assert tags(camp, one) == {"당원", "행사"}


def test_a_target_is_everything_that_the_list_shows(camp: Camp) -> None:
    person(camp, "김하나", "010-2000-0001", tags=["당원"])
    person(camp, "김두리", "010-2000-0002")
    person(camp, "박세찌", "010-2000-0003", tags=["당원"])
    segment = camp.api.post("/segments", {"name": "당원", "filter": {"tag": "당원"}}).json["data"]["id"]
    targets: list[tuple[dict[str, Any], int]] = [
        ({}, 3),
        ({"q": "김"}, 2),
        ({"q": "김", "tag": ["당원"]}, 1),
        ({"q": "2000-0003"}, 1),
        ({"q": "???"}, 0),
        ({"tag": ["당원"]}, 2),
        ({"segment_id": segment}, 2),
        ({"segment_id": segment, "q": "박"}, 1),
        ({"filter": {"not": {"tag": "당원"}}}, 1),
        ({"ids": []}, 0),
    ]
    for target, expected in targets:
        assert finish(camp, start(camp, "tag", target, "표"))["total"] == expected, target


def test_an_import_is_a_target(camp: Camp, workers: Drain) -> None:
    content = "성명,휴대폰\r\n홍길동,010-2345-6789\r\n김철수,010-8888-7777\r\n".encode()
    options = {"source": "명부", "legal_basis": "consent"}
    import_id = camp.api.upload("/contacts/imports", content, **options).json["data"]["id"]
    workers()
    person(camp, "다른이")
    assert finish(camp, start(camp, "tag", {"import_id": import_id}, "새명단"))["changed"] == 2


def test_contacts_that_come_later_are_not_touched(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch)
    early = people(camp, 4, tags=["당원"])
    started = start(camp, "untag", {"tag": ["당원"]}, "당원")
    bulk.step(camp.tenant_id, UUID(started))
    late = person(camp, "늦은이", tags=["당원"])
    assert finish(camp, started)["changed"] == 4
    assert tags(camp, late) == {"당원"}
    assert all(tags(camp, contact) == set() for contact in early)


def test_an_action_killed_half_way_is_taken_up_and_changes_nobody_twice(
    camp: Camp, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch)
    contacts = people(camp, 7)
    started = start(camp, "tag", {}, "당원")
    bulk.step(camp.tenant_id, UUID(started))
    # Killed inside a piece: nothing of that piece may stay.
    with monkeypatch.context() as patch:
        patch.setattr(store, "mark_done", _die)
        with pytest.raises(Killed):
            bulk.step(camp.tenant_id, UUID(started))
    assert (look(camp, started)["done"], len(names(camp, tag="당원"))) == (2, 2)
    with camp.transaction() as connection:
        connection.execute("UPDATE bulk_actions SET progressed_at = now() - interval '1 minute'")
    # Workers begin here, with an empty queue: earlier they would have taken the pieces up in the meantime.
    workers: Drain = request.getfixturevalue("workers")
    recover_bulk_actions()
    workers()
    done = look(camp, started)
    assert (done["status"], done["changed"]) == ("completed", 7)
    changes = camp.rows("SELECT contact_id FROM contact_changes WHERE cause_id = %s", UUID(started))
    assert sorted(str(row["contact_id"]) for row in changes) == sorted(contacts)


class Killed(BaseException):
    pass


def _die(*_: Any) -> None:
    raise Killed


def test_what_progresses_is_not_given_out_again(camp: Camp) -> None:
    started = start(camp, "tag", {"ids": people(camp, 1)}, "당원")
    now = camp.rows("SELECT now() AS now")[0]["now"]
    assert (camp.tenant_id, UUID(started)) not in bulk.take_stalled(now)
    later = now + settings().recovery_window * 2
    assert (camp.tenant_id, UUID(started)) in bulk.take_stalled(later)
    with camp.transaction() as connection:
        connection.execute("UPDATE bulk_actions SET progressed_at = now() + interval '1 minute'")
    assert (camp.tenant_id, UUID(started)) not in bulk.take_stalled(later)


def test_a_second_click_with_the_same_key_is_one_action(camp: Camp) -> None:
    ids = people(camp, 2)
    key = {"Idempotency-Key": "klick"}
    first = start(camp, "delete", {"ids": ids}, headers=key)
    assert start(camp, "delete", {"ids": ids}, headers=key) == first
    assert len(camp.api.get("/contacts/bulk").json["data"]) == 1


def test_two_actions_at_once_both_come_to_their_end(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch, 3)
    contacts = people(camp, 12)
    jobs = [start(camp, "tag", {}, "가"), start(camp, "tag", {}, "나", "가"), start(camp, "untag", {}, "가")]
    threads = [threading.Thread(target=bulk.work, args=(camp.tenant_id, UUID(job), 60)) for job in jobs * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {look(camp, job)["status"] for job in jobs} == {"completed"}
    assert {look(camp, job)["done"] for job in jobs} == {12}
    assert all("나" in tags(camp, contact) for contact in contacts)
    # The tokens say what the tags say, whatever the order was.
    for tag in ("가", "나"):
        tagged = [name for name in names(camp) if tag in tags(camp, _id(camp, name))]
        assert names(camp, tag=tag) == tagged


def _id(camp: Camp, name: str) -> str:
    return str(camp.api.get("/contacts", params={"q": name}).json["data"][-1]["id"])


def test_nobody_elses_contacts_are_reached(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    other = new_camp()
    theirs = people(other, 2)
    done = finish(camp, start(camp, "delete", {"ids": theirs}))
    assert (done["total"], done["changed"]) == (0, 0)
    started = start(other, "tag", {}, "당원")
    assert camp.api.get(f"/contacts/bulk/{started}").status_code == 404
    assert camp.api.post(f"/contacts/bulk/{started}/undo").status_code == 404
    assert bulk.step(camp.tenant_id, UUID(started)) is bulk.Progress.NOTHING
    assert len(names(other)) == 2


def test_an_action_stops_when_its_member_is_disabled(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch)
    people(camp, 4)
    admin = camp.member("admin")
    started = start(admin, "delete", {})
    bulk.step(camp.tenant_id, UUID(started))
    disabled = camp.api.put(f"/members/{admin.member_id}", {"status": "disabled"})
    assert disabled.status_code == 200, disabled.text
    stopped = finish(camp, started)
    assert (stopped["status"], stopped["done"], stopped["error"]) == ("failed", 2, "selection.member_gone")
    assert stopped["error_message"].startswith("작업을 시작한 구성원의 계정이 중지되어")
    assert len(names(camp)) == 2
    assert undo(camp, started)["undo"] == {"restored": 2, "kept": 0}
    assert len(names(camp)) == 4


def test_staff_tag_but_do_not_delete(camp: Camp) -> None:
    staff = camp.member("staff")
    [contact] = people(camp, 1)
    body = {"action": "delete", "target": {"ids": [contact]}}
    assert staff.api.post("/contacts/bulk", body).status_code == 403
    finish(camp, start(staff, "tag", {"ids": [contact]}, "당원"))
    owners = start(camp, "untag", {"ids": [contact]}, "당원")
    finish(camp, owners)
    assert staff.api.post(f"/contacts/bulk/{owners}/undo").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"action": "tag", "target": {}},
        {"action": "delete", "target": {}, "tags": ["당원"]},
        {"action": "delete"},
        {"action": "rename", "target": {}},
        {"action": "delete", "target": {"id": ["x"]}},
        {"action": "delete", "target": {"ids": [], "q": "김"}},
        {"action": "delete", "target": {"outcome": "created"}},
        {"action": "tag", "target": {"filter": {"nonsense": 1}}, "tags": ["당원"]},
        {"action": "tag", "target": {}, "tags": ["가" * 51]},
    ],
)
def test_what_makes_no_sense_is_refused(camp: Camp, body: dict[str, Any]) -> None:
    people(camp, 1)
    assert camp.api.post("/contacts/bulk", body).status_code == 422
    assert len(names(camp)) == 1


def test_undoing_tags_keeps_what_was_done_later(camp: Camp) -> None:
    plain, had, edited = people(camp, 3)
    camp.api.put(f"/contacts/{had}", {"tags": ["당원"]})
    started = start(camp, "tag", {"ids": [plain, had, edited]}, "당원", "행사")
    finish(camp, started)
    camp.api.put(f"/contacts/{edited}", {"tags": ["행사", "후원"]})  # took 당원 away, added 후원
    done = undo(camp, started)
    assert done["status"] == "undone"
    assert (tags(camp, plain), tags(camp, had), tags(camp, edited)) == (set(), {"당원"}, {"후원"})
    assert names(camp, tag="행사") == []
    assert names(camp, q="#당원") == ["사람나"]
    assert names(camp, q="#후원") == ["사람다"]
    assert done["undo"]["restored"] + done["undo"]["kept"] == 3
    assert not done["can_undo"]
    assert undo(camp, started)["status"] == "undone", "once is as good as twice"


def test_an_undo_killed_half_way_is_taken_up(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch)
    people(camp, 5)
    started = start(camp, "tag", {}, "당원")
    finish(camp, started)
    camp.api.post(f"/contacts/bulk/{started}/undo")
    bulk.step(camp.tenant_id, UUID(started))
    with monkeypatch.context() as patch:
        patch.setattr(store, "mark_undone", _die)
        with pytest.raises(Killed):
            bulk.step(camp.tenant_id, UUID(started))
    done = finish(camp, started)
    assert (done["status"], done["undo"]) == ("undone", {"restored": 5, "kept": 0})
    assert names(camp, tag="당원") == []


def test_a_running_action_cannot_be_undone(camp: Camp) -> None:
    started = start(camp, "tag", {"ids": people(camp, 1)}, "당원")
    assert camp.api.post(f"/contacts/bulk/{started}/undo").status_code == 409


def whole(camp: Camp, contact_id: str) -> dict[str, Any]:
    found = dict(camp.api.get(f"/contacts/{contact_id}").json["data"])
    del found["updated_at"]
    return {**found, "tags": sorted(found["tags"])}


def test_what_is_deleted_is_gone_at_once_and_comes_back_whole(camp: Camp) -> None:
    fields = {"tags": ["당원"], "address": "서울시 마포구", "emails": ["a@b.kr"], "custom": {"직업": "교사"}}
    contact = person(camp, "홍길동", "010-2345-6789", **fields)
    stays = person(camp, "이남이", "010-2345-1111")
    before = whole(camp, contact)
    started = start(camp, "delete", {"ids": [contact]})
    assert finish(camp, started)["changed"] == 1
    assert camp.api.get(f"/contacts/{contact}").status_code == 404
    for query in ({}, {"q": "홍길"}, {"q": "6789"}, {"tag": "당원"}):
        assert "홍길동" not in names(camp, **query), query
    preview = camp.api.post("/segments/preview", {"filter": {"reachable": "sms"}}).json["data"]
    assert preview["count"]["value"] == 1
    assert undo(camp, started)["undo"] == {"restored": 1, "kept": 0}
    assert whole(camp, contact) == before
    assert names(camp, q="홍길") == names(camp, q="6789") == names(camp, tag="당원") == ["홍길동"]
    assert camp.api.get(f"/contacts/{stays}").status_code == 200


def test_a_number_taken_meanwhile_stays_where_it_is(camp: Camp) -> None:
    number = "010-2345-6789"
    old = person(camp, "홍길동", number)
    kept_whole = person(camp, "이남이", "010-2345-1111")
    started = start(camp, "delete", {"ids": [old, kept_whole]})
    finish(camp, started)
    new = person(camp, "김새롬", number)
    assert undo(camp, started)["undo"] == {"restored": 1, "kept": 1}
    assert whole(camp, new)["phones"] == [number]
    assert whole(camp, old)["phones"] == []
    # As with every shared number: by its digits as by the whole of it.
    assert sorted(names(camp, q="6789")) == sorted(names(camp, q=number)) == ["김새롬", "홍길동"]
    shared = camp.rows("SELECT contact_id FROM contact_shared_points")
    assert [str(row["contact_id"]) for row in shared] == [old], "the number is not lost to whoever had it"


def test_deletion_is_final_after_24_hours(camp: Camp, workers: Drain) -> None:
    contact = person(camp, "홍길동", "010-2345-6789", note="이웃", tags=["당원"])
    camp.api.post(f"/contacts/{contact}/notes", {"text": "전화함"})
    camp.api.post("/opt-outs", {"phone": "010-2345-6789", "reason": "요청"})
    started = start(camp, "delete", {"ids": [contact]})
    finish(camp, started)
    expire_deleted_contacts()
    workers()
    assert camp.rows("SELECT 1 FROM deleted_contacts") != [], "not before its time"
    with camp.transaction() as connection:
        connection.execute("UPDATE bulk_actions SET finished_at = finished_at - interval '24 hours 1 minute'")
    assert camp.api.post(f"/contacts/bulk/{started}/undo").status_code == 409, "too late"
    expire_deleted_contacts()
    workers()
    [row] = camp.rows("SELECT * FROM contacts WHERE id = %s", UUID(contact))
    assert (row["name_sealed"], row["note_sealed"]) == (None, None)
    assert row["deleted_at"] is not None
    for table in ("deleted_contacts", "contact_notes", "contact_points", "contact_search"):
        assert camp.rows(f"SELECT 1 FROM {table}") == [], table
    assert camp.rows("SELECT 1 FROM point_changes WHERE value_sealed IS NOT NULL") == []
    assert len(camp.rows("SELECT 1 FROM opt_outs")) == 1, "the opt-out outlives the person"
    assert not look(camp, started)["can_undo"]


def test_an_erasure_that_comes_too_early_or_twice_does_nothing(camp: Camp) -> None:
    started = start(camp, "delete", {"ids": people(camp, 1)})
    finish(camp, started)
    erase_deleted_contacts(str(camp.tenant_id), started)
    assert undo(camp, started)["undo"] == {"restored": 1, "kept": 0}
    erase_deleted_contacts(str(camp.tenant_id), started)
    assert len(names(camp)) == 1


def test_deletion_is_audited_with_its_size(camp: Camp) -> None:
    started = start(camp, "delete", {"ids": people(camp, 2)})
    [line] = camp.rows("SELECT * FROM audit_log WHERE action = 'contacts.bulk_delete'")
    assert (line["target"], line["detail"], line["member_id"]) == (started, {"contacts": 2}, camp.member_id)
