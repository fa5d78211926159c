"""An e-mail address of many people: an office's list loses nobody, and nobody is made two."""

from typing import Any

import pytest

from shared.contacts import import_files, persons
from tests.factories import Camp
from tests.functions.contacts.test_duplicates import queue, resolve, scan
from tests.functions.contacts.test_imports import Drain, counts, imported

HEADER = "이름,휴대폰,이메일\n"
NAMES = ("홍길동", "김영희", "이순신", "박문수", "최무선", "장보고", "강감찬", "윤봉길")
MEMBERS = [f"{name},010-{4000 + n * 37}-{1000 + n * 71},info@office.kr" for n, name in enumerate(NAMES)]


def people(camp: Camp) -> dict[str, dict[str, Any]]:
    found = camp.api.get("/contacts", params={"limit": "100"}).json["data"]
    return {one["name"]: camp.api.get(f"/contacts/{one['id']}").json["data"] for one in found}


def office(camp: Camp, workers: Drain, *rows: str, **options: Any) -> dict[str, Any]:
    return imported(camp, workers, HEADER + "\n".join(rows or MEMBERS), **options)


@pytest.mark.parametrize("chunk_rows", [1, 3, 1000])
def test_an_offices_address_swallows_nobody(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    done = office(camp, workers)
    assert counts(done) == {"rows": 8, "created": 8, "shared_phones": 7, "reviews": 7}
    found = people(camp)
    assert {name: len(one["phones"]) for name, one in found.items()} == dict.fromkeys(NAMES, 1)
    assert found["홍길동"]["emails"] == ["info@office.kr"]
    holder = {
        "address": "info@office.kr", "holder_id": found["홍길동"]["id"], "holder_name": "홍길동",
    }  # fmt: skip
    assert all(found[name]["shared_emails"] == [holder] and not found[name]["emails"] for name in NAMES[1:])
    again = office(camp, workers)
    assert counts(again) == {"rows": 8, "unchanged": 8}
    assert (people(camp), camp.rows("SELECT 1 FROM contact_merges")) == (found, [])


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (["홍길동,010-2345-6789,a@b.kr", "김영희,,a@b.kr"], {"홍길동"}),
        (["홍길동,,a@b.kr", "김영희,010-2345-6789,a@b.kr"], {"홍길동"}),
        (["홍길동,010-2345-6789,a@b.kr", "홍길둥,010-3456-7890,a@b.kr"], {"홍길동"}),
        (["홍길동,010-2345-6789,a@b.kr", ",010-3456-7890,a@b.kr"], {"홍길동"}),
        (["홍길동,010-2345-6789,a@b.kr", "Hong Gildong,010-3456-7890,a@b.kr"], {"홍길동"}),
        (["홍길동,010-2345-6789,a@b.kr", "김영희,010-2345-6789,a@b.kr"], {"홍길동"}),
        (
            ["홍길동,010-2345-6789 / 02-123-4567,a@b.kr", "김영희,02-123-4567 / 010-3456-7890,a@b.kr"],
            {"홍길동", "김영희"},
        ),
        (["홍길동,02-123-4567,a@b.kr", "김영희,010-3456-7890,a@b.kr"], {"홍길동", "김영희"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("chunk_rows", [1, 1000])
@pytest.mark.parametrize("files", [1, 2])
def test_who_is_one_person_at_one_address(
    camp: Camp,
    workers: Drain,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[str],
    names: set[str],
    chunk_rows: int,
    files: int,
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    for lot in [rows] if files == 1 else [[row] for row in rows]:
        office(camp, workers, *lot)
    assert {*people(camp)} == names


def test_a_row_without_a_name_between_two_people_joins_nobody(camp: Camp, workers: Drain) -> None:
    office(camp, workers, *MEMBERS[:2])
    office(camp, workers, ",010-4037-1071,info@office.kr")
    office(camp, workers, "김영희,010-4037-1071,hong@b.kr", "홍길동,010-4000-1000,hong@b.kr")
    assert {*people(camp)} == {"홍길동", "김영희"}


def test_a_kakao_id_says_whose_row_it_is_before_an_address_does(camp: Camp, workers: Drain) -> None:
    rows = "홍길동,010-2345-6789,a@b.kr,\n김영희,010-3456-7890,,kim123\n김영희,,a@b.kr,kim123\n"
    imported(camp, workers, "이름,휴대폰,이메일,카카오톡ID\n" + rows)
    assert {*people(camp)} == {"홍길동", "김영희"}


def test_the_queue_asks_about_each_and_remembers(camp: Camp, workers: Drain) -> None:
    office(camp, workers, *MEMBERS[:3])
    items = queue(camp, "?kind=shared_email")
    assert {item["left"]["name"] for item in items} == {"홍길동"}
    assert sorted(item["right"]["name"] for item in items) == ["김영희", "이순신"]
    assert [reason["code"] for reason in items[0]["reasons"]] == ["same_email", "names_differ"]
    for item in items:
        assert resolve(camp, item["id"], "keep_apart").status_code == 200
    scan(camp)
    office(camp, workers, *MEMBERS[:3])
    assert queue(camp) == []
    assert len(people(camp)) == 3


def test_two_that_a_member_makes_one_stay_one_and_can_be_parted(camp: Camp, workers: Drain) -> None:
    office(camp, workers, *MEMBERS[:2])
    before = people(camp)
    (item,) = queue(camp)
    merge_id = resolve(camp, item["id"], "merge").json["data"]["merge_id"]
    workers()
    one = people(camp)["홍길동"]
    assert (len(one["phones"]), one["emails"], one["shared_emails"]) == (2, ["info@office.kr"], [])
    assert counts(office(camp, workers, *MEMBERS[:2])) == {"rows": 2, "unchanged": 1, "duplicate_rows": 1}
    assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 200
    workers()
    after = people(camp)
    assert {name: (o["phones"], o["emails"], o["shared_emails"]) for name, o in after.items()} == {
        name: (o["phones"], o["emails"], o["shared_emails"]) for name, o in before.items()
    }


def test_the_next_one_inherits_the_address(camp: Camp, workers: Drain) -> None:
    office(camp, workers, *MEMBERS[:3])
    found = people(camp)
    camp.api.delete(f"/contacts/{found['홍길동']['id']}")
    heirs = people(camp)
    assert (heirs["김영희"]["emails"], heirs["이순신"]["shared_emails"][0]["holder_name"]) == (
        ["info@office.kr"],
        "김영희",
    )


@pytest.mark.parametrize("chunk_rows", [1, 1000])
def test_undone_imports_leave_the_address_to_who_had_it(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    first = office(camp, workers, *MEMBERS[:2], "강감찬,010-7878-1234,")
    second = office(camp, workers, *MEMBERS[2:4], "강감찬,010-7878-1234,info@office.kr")
    assert counts(second) == {"rows": 3, "created": 2, "updated": 1, "shared_phones": 3, "reviews": 3}
    assert people(camp)["강감찬"]["shared_emails"]
    camp.api.post(f"/contacts/imports/{second['id']}/undo")
    workers()
    found = people(camp)
    assert ({*found}, found["강감찬"]["shared_emails"]) == ({"홍길동", "김영희", "강감찬"}, [])
    office(camp, workers, *MEMBERS[2:4])
    camp.api.post(f"/contacts/imports/{first['id']}/undo")
    workers()
    found = people(camp)
    emails = {name: one["emails"] for name, one in found.items()}
    assert emails == {"이순신": ["info@office.kr"], "박문수": []}


@pytest.mark.parametrize("chunk_rows", [2, 1000])
def test_an_address_of_too_many_stays_with_the_first_and_the_others_are_told(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    monkeypatch.setattr(persons, "MAX_SHARERS", 3)
    for outcome in ("created", "unchanged"):
        done = office(camp, workers)
        assert counts(done).pop("reviews", 3) == 3
        assert (done["counts"][outcome], done["counts"]["repaired"]) == (8, 4)
        rows = camp.api.get(f"/contacts/imports/{done['id']}/rows?outcome=repaired").json["data"]
        assert [(row["name"], row["repairs"]) for row in rows] == [
            (name, [{"field": "email", "before": "info@office.kr", "after": ""}]) for name in NAMES[4:]
        ]
    found = people(camp)
    assert len(found) == 8
    assert sum(len(one["shared_emails"]) for one in found.values()) == 3


def test_a_kakao_id_that_many_write_swallows_nobody(camp: Camp, workers: Drain) -> None:
    lines = [member.replace("info@office.kr", "kakao") for member in MEMBERS]
    for outcome in ("created", "unchanged"):
        done = imported(camp, workers, "이름,휴대폰,카카오톡ID\n" + "\n".join(lines))
        assert (done["counts"][outcome], done["counts"]["rejected"]) == (8, 0)
    assert {name: len(one["phones"]) for name, one in people(camp).items()} == dict.fromkeys(NAMES, 1)
    items = queue(camp, "?kind=shared_email")
    assert {item["right"]["name"] for item in items} == {*NAMES[1:]}
    assert [reason["code"] for reason in items[0]["reasons"]] == ["same_kakao", "names_differ"]


@pytest.mark.parametrize("chunk_rows", [1, 3, 1000])
def test_who_has_only_a_phone_of_too_many_is_told_and_nobody_swallows_them(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    monkeypatch.setattr(persons, "MAX_SHARERS", 3)
    rows = [f"{name},010-1234-5678," for name in NAMES[:7]] + [f"{NAMES[7]},010-1234-5678,yoon@b.kr"]
    for outcome in ("created", "unchanged"):
        done = office(camp, workers, *rows)
        assert (done["counts"][outcome], done["counts"]["rejected"], done["counts"]["repaired"]) == (5, 3, 1)
        (left_out,) = camp.api.get(f"/contacts/imports/{done['id']}/rows?outcome=repaired").json["data"]
        assert left_out["repairs"] == [{"field": "phone", "before": "010-1234-5678", "after": ""}]
        rejects = camp.rows("SELECT DISTINCT reason FROM import_rejects")
        assert rejects == [{"reason": "crowded_point"}]
    assert {*people(camp)} == {*NAMES[:4], NAMES[7]}
    camp.api.post(f"/contacts/imports/{done['id']}/undo")
    workers()
    assert {*people(camp)} == {*NAMES[:4], NAMES[7]}


def test_the_refusal_of_who_has_only_a_phone_of_too_many_is_taken(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose the number is, is not known; that it is not to be texted is."""
    monkeypatch.setattr(persons, "MAX_SHARERS", 3)
    rows = [f"{name},010-1234-5678,{'Y' if name == NAMES[5] else ''}" for name in NAMES[:6]]
    columns = {"이름": "name", "휴대폰": "phone", "수신거부": "opt_out"}
    done = imported(camp, workers, "이름,휴대폰,수신거부\n" + "\n".join(rows), mapping=columns)
    assert (done["counts"]["rejected"], done["counts"]["refusals"]) == (2, 1)
    assert [row["kind"] for row in camp.api.get("/opt-outs").json["data"]] == ["phone"]


@pytest.mark.parametrize("chunk_rows", [1, 3, 1000])
def test_a_contact_takes_so_many_other_names_at_most(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    monkeypatch.setattr(persons, "MAX_OTHER_NAMES", 2)
    rows = [f"홍길{last},010-1234-5678," for last in "동둥당댕등돈돌"]
    assert counts(office(camp, workers, *rows))["created"] == 3
    assert sorted(len(one["aliases"]) for one in people(camp).values()) == [1, 1, 2]
    assert office(camp, workers, *rows)["counts"]["created"] == 0
    assert len(people(camp)) == 3


def test_a_refusal_of_one_is_not_that_of_whose_address_they_share(camp: Camp, workers: Drain) -> None:
    rows = ["홍길동,010-2345-6789,a@b.kr,", "김영희,010-3456-7890,a@b.kr,Y"]
    for _ in range(2):
        imported(camp, workers, "이름,휴대폰,이메일,수신거부\n" + "\n".join(rows))
        found = people(camp)
        assert (found["홍길동"]["opted_out"], found["김영희"]["opted_out"]) == (False, True)


@pytest.mark.parametrize(("row", "email"), [("을지문덕,010-4000-1000,", 1), ("을지문덕,,eul@b.kr", 2)])
def test_what_is_shared_is_one_target(camp: Camp, workers: Drain, row: str, email: int) -> None:
    office(camp, workers, *MEMBERS, row)
    wanted = {"sms": 8, "email": email}
    assert {channel: _reached(camp, channel) for channel in wanted} == wanted


def _reached(camp: Camp, channel: str) -> int:
    answer = camp.api.post("/segments/preview", {"filter": {"all": [{"reachable": channel}]}})
    return int(answer.json["data"]["count"]["value"])
