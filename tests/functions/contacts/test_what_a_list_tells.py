"""What a list says beside names and numbers: refusals, consents, cleared cells; and whom it never revives."""

import threading
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contacts import import_undo, imports
from shared.contacts.finishing import finish
from shared.contacts.ingest import ingest
from shared.kernel.clock import SEOUL
from shared.kernel.errors import Conflict
from shared.messaging import opt_outs
from tests.contact_history import import_now
from tests.factories import Camp

HONG = {"name": "홍길동", "phones": ["010-2345-6789"], "source": "명부", "legal_basis": "consent"}


def create(camp: Camp, **fields: Any) -> str:
    answer = camp.api.post("/contacts", fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def contact(camp: Camp, contact_id: str) -> dict[str, Any]:
    data: dict[str, Any] = camp.api.get(f"/contacts/{contact_id}").json["data"]
    return data


def by_name(camp: Camp) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in camp.api.get("/contacts").json["data"]}


def look(camp: Camp, import_id: UUID) -> dict[str, Any]:
    data: dict[str, Any] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    return data


def undo(camp: Camp, import_id: UUID) -> dict[str, int]:
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    import_undo.run(camp.tenant_id, import_id)
    counts: dict[str, int] = look(camp, import_id)["undo"]
    return counts


def fields_of(whole: dict[str, Any]) -> dict[str, Any]:
    """What people wrote: all but the moments of change."""
    return {name: value for name, value in whole.items() if name not in ("updated_at", "created_at")}


REFUSALS = "이름,휴대폰,이메일,수신거부\n홍길동,010-2345-6789,hong@b.kr,Y\n김철수,010-8888-7777,,\n"
REFUSAL_COLUMNS = {"이름": "name", "휴대폰": "phone", "이메일": "email", "수신거부": "opt_out"}


def test_who_is_marked_as_refusing_is_opted_out_by_every_point(camp: Camp) -> None:
    import_now(camp, REFUSALS, mapping=REFUSAL_COLUMNS)
    people = by_name(camp)
    assert (people["홍길동"]["opted_out"], people["김철수"]["opted_out"]) == (True, False)
    rows = camp.api.get("/opt-outs").json["data"]
    assert {(row["kind"], row["value_masked"], row["source"], row["channel"]) for row in rows} == {
        ("phone", "010-****-6789", "file", "all"),
        ("email", "ho**@b.kr", "file", "all"),
    }
    again = import_now(camp, REFUSALS, mapping=REFUSAL_COLUMNS)
    assert (look(camp, again)["counts"]["refusals"], look(camp, again)["counts"]["consents"]) == (1, 0)
    assert len(camp.api.get("/opt-outs").json["data"]) == 2, "the same list again refuses nothing twice"


def test_nobody_is_there_without_his_refusal(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts and opt-outs of a chunk are one transaction: between them nobody could be texted."""
    given: dict[str, Any] = {"source": "명부", "legal_basis": "consent", "mapping": REFUSAL_COLUMNS}
    answer = camp.api.upload("/contacts/imports", REFUSALS.encode(), **given)
    import_id = UUID(answer.json["data"]["id"])
    [number] = imports.inspect(camp.tenant_id, import_id)

    def dies(*_: Any) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(opt_outs, "from_import", dies)
        with pytest.raises(ConnectionError):
            ingest(camp.tenant_id, import_id, number)
    assert camp.rows("SELECT 1 FROM contacts UNION ALL SELECT 1 FROM opt_outs") == []
    assert ingest(camp.tenant_id, import_id, number)
    assert finish(camp.tenant_id, import_id)
    assert by_name(camp)["홍길동"]["opted_out"]


def test_an_undone_list_leaves_its_refusals(camp: Camp) -> None:
    """A refusal is the person's word, not the list's: it outlives the contact."""
    import_id = import_now(camp, REFUSALS, mapping=REFUSAL_COLUMNS)
    undo(camp, import_id)
    assert by_name(camp) == {}
    assert contact(camp, create(camp, **HONG))["opted_out"]


def test_consents_are_recorded_with_their_day(camp: Camp) -> None:
    known = create(camp, **HONG)
    text = (
        "이름,휴대폰,동의 여부,동의일시\n홍길동,010-2345-6789,동의,2026-03-02\n"
        "김철수,010-8888-7777,미동의,2026-03-02\n이영희,010-3456-7890,동의,\n"
    )
    columns = {"이름": "name", "휴대폰": "phone", "동의 여부": "consented", "동의일시": "consent_at"}
    import_id = import_now(camp, text, mapping=columns)
    [given] = camp.api.get(f"/contacts/{known}/consents").json["data"]
    assert (given["purpose"], given["method"], given["import_id"], given["row_number"]) == (
        "processing",
        "import",
        str(import_id),
        2,
    )
    assert given["given_at"].startswith("2026-03-01T15:00"), "the day begins in Seoul"
    people = by_name(camp)
    assert camp.api.get(f"/contacts/{people['김철수']['id']}/consents").json["data"] == []
    assert len(camp.api.get(f"/contacts/{people['이영희']['id']}/consents").json["data"]) == 1
    assert (look(camp, import_id)["counts"]["refusals"], look(camp, import_id)["counts"]["consents"]) == (
        0,
        2,
    )


CONSENTS = "이름,휴대폰,동의 여부\n홍길동,010-2345-6789,동의\n김철수,010-8888-7777,동의\n"
CONSENT_COLUMNS = {"이름": "name", "휴대폰": "phone", "동의 여부": "consented"}


def consents_of(camp: Camp, contact_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = camp.api.get(f"/contacts/{contact_id}/consents").json["data"]
    return found


def withdraw(camp: Camp, contact_id: str, consent: dict[str, Any]) -> None:
    path = f"/contacts/{contact_id}/consents/{consent['id']}/withdraw"
    assert camp.api.post(path, {"how": "전화"}).status_code == 200


def test_an_undone_list_takes_its_consents_along(camp: Camp) -> None:
    """Of those who were there before, changed by the list or not; whom it made are gone with all."""
    same, changed = create(camp, **HONG), create(camp, name="이영희", phones=["010-3456-7890"])
    text = CONSENTS + "이영희,010-3456-7890,동의\n"
    import_id = import_now(camp, text, mapping=CONSENT_COLUMNS, tags=["새봄"])
    assert [len(consents_of(camp, one)) for one in (same, changed)] == [1, 1]
    undo(camp, import_id)
    assert [consents_of(camp, one) for one in (same, changed)] == [[], []]
    import_now(camp, text, mapping=CONSENT_COLUMNS)
    assert [len(consents_of(camp, one)) for one in (same, changed)] == [1, 1], "once more, rightly"


def test_an_undone_list_leaves_no_cells_of_its_people(camp: Camp) -> None:
    import_id = import_now(camp, CONSENTS, mapping=CONSENT_COLUMNS)
    columns = look(camp, import_id)["columns"]
    assert columns[0]["samples"] == ["홍길동", "김철수"]
    undo(camp, import_id)
    after = look(camp, import_id)["columns"]
    assert after == [{**column, "samples": []} for column in columns]


def test_that_a_lists_consent_was_taken_back_outlives_its_undo(camp: Camp) -> None:
    known = create(camp, **HONG)
    first = import_now(camp, CONSENTS, mapping=CONSENT_COLUMNS)
    import_now(camp, CONSENTS, mapping=CONSENT_COLUMNS)
    [older] = [one for one in consents_of(camp, known) if one["import_id"] == str(first)]
    withdraw(camp, known, older)
    undo(camp, first)
    assert all(one["withdrawn_at"] or one["ended_at"] for one in consents_of(camp, known))


def test_an_old_list_gives_no_consent_back(camp: Camp) -> None:
    """Who took theirs back, also before being merged, does not agree by the same list's being read again."""
    merged, other = create(camp, **HONG), create(camp, name="김철수", phones=["010-8888-7777"])
    import_now(camp, CONSENTS, mapping=CONSENT_COLUMNS)
    for one in (merged, other):
        withdraw(camp, one, consents_of(camp, one)[0])
    keep = create(camp, name="이영희", phones=["010-3456-7890"])
    camp.api.post("/contacts/merges", {"keep_id": keep, "merge_ids": [merged]})
    import_now(camp, CONSENTS, mapping=CONSENT_COLUMNS)
    assert [len(consents_of(camp, one)) for one in (keep, other)] == [1, 1]
    later = "이름,휴대폰,동의 여부,동의일시\n김철수,010-8888-7777,동의," + f"{datetime.now(SEOUL):%Y-%m-%d}\n"
    import_now(camp, later, mapping={**CONSENT_COLUMNS, "동의일시": "consent_at"})
    assert consents_of(camp, other)[0]["ended_at"] is None, "a day since then is a new consent"
    assert len(consents_of(camp, other)) == 2


MARKED = "이름,휴대폰,주소,태그,소속,지역\n홍길동,010-2345-6789,--,--,--,\n"
MARKED_COLUMNS = {
    "이름": "name", "휴대폰": "phone", "주소": "address", "태그": "tags",
    "소속": "custom:소속", "지역": "custom:지역",
}  # fmt: skip


@pytest.mark.parametrize("on_existing", ["overwrite", "fill", "skip"])
def test_a_mark_clears_only_when_overwriting_and_undo_brings_it_back(camp: Camp, on_existing: str) -> None:
    custom = {"소속": "한표", "지역": "서부"}
    known = create(camp, **HONG, address="서울시 마포구", tags=["당원", "행사"], custom=custom)
    before = contact(camp, known)
    import_id = import_now(camp, MARKED, mapping=MARKED_COLUMNS, on_existing=on_existing)
    after = contact(camp, known)
    clears = on_existing == "overwrite"
    assert after["address"] == (None if clears else "서울시 마포구")
    assert after["tags"] == ([] if clears else ["당원", "행사"])
    assert after["custom"] == ({"지역": "서부"} if clears else custom), "one label goes, the other stays"
    found = camp.api.get("/contacts", params={"q": "#당원"}).json["data"]
    assert len(found) == (0 if clears else 1), "what was cleared finds nobody"
    assert undo(camp, import_id)["restored"] == (1 if clears else 0)
    assert fields_of(contact(camp, known)) == fields_of(before)


def test_somebody_who_was_erased_is_not_brought_back(camp: Camp) -> None:
    known = create(camp, **HONG, emails=["hong@b.kr"])
    erased = camp.api.post(f"/contacts/{known}/erase", {"reason": "본인 요청"})
    assert erased.status_code == 200, erased.text
    text = "이름,휴대폰,이메일\n홍길동,,hong@b.kr\n김철수,010-8888-7777,\n홍길동,010-2345-6789,\n"
    import_id = import_now(camp, text)
    assert [*by_name(camp)] == ["김철수"]
    counts = look(camp, import_id)["counts"]
    assert (counts["rows"], counts["created"], counts["rejected"]) == (3, 1, 2)
    rows = camp.api.get(f"/contacts/imports/{import_id}/rejected-rows").json["data"]
    assert [(row["row_number"], row["reason"]) for row in rows] == [(2, "erased"), (4, "erased")]
    assert all(row["message"] and row["message"] != "erased" for row in rows)


def test_the_refusal_of_somebody_who_was_erased_counts_all_the_same(camp: Camp) -> None:
    """The row is not taken, and with it their refusal was lost, also of the number that is new in it."""
    known = create(camp, **HONG)
    camp.api.post(f"/contacts/{known}/erase", {"reason": "본인 요청"})
    text = '이름,휴대폰,이메일,수신거부\n홍길동,"010-2345-6789, 010-3456-7890",office@b.kr,Y\n'
    counts = look(camp, import_now(camp, text, mapping=REFUSAL_COLUMNS))["counts"]
    assert (counts["rejected"], counts["refusals"]) == (1, 1)
    assert by_name(camp) == {}
    rows = camp.api.get("/opt-outs").json["data"]
    assert [(row["kind"], row["value_masked"]) for row in rows] == [("phone", None)] * 2
    for phone in ("010-2345-6789", "010-3456-7890"):
        assert contact(camp, create(camp, **{**HONG, "phones": [phone]}))["opted_out"]


OLDER: dict[str, Any] = {
    "address": "서울시 중구", "note": "전화함", "birth": "1980-01-01", "tags": ["당원"],
    "custom": {"소속": "한표"},
}  # fmt: skip
NEWER = (
    "이름,휴대폰,이메일,주소,메모,생년월일,태그,소속,지역\n"
    "홍길둥,010-2345-6789,hong@b.kr,부산시 중구,방문함,1981-02-03,지지자,두표,서부\n"
)
NEWER_COLUMNS = {
    "이름": "name", "휴대폰": "phone", "이메일": "email", "주소": "address", "메모": "note",
    "생년월일": "birth", "태그": "tags", "소속": "custom:소속", "지역": "custom:지역",
}  # fmt: skip


def test_an_overwriting_list_is_logged_and_undone_to_the_field(camp: Camp) -> None:
    known = create(camp, **HONG, **OLDER)
    before = contact(camp, known)
    import_id = import_now(camp, NEWER, mapping=NEWER_COLUMNS, on_existing="overwrite")
    [row] = camp.api.get(f"/contacts/imports/{import_id}/rows").json["data"]
    changes = {change["field"]: (change["before"], change["after"]) for change in row["details"]}
    assert changes == {
        "name": ("홍길동", "홍길둥"),
        "address": ("서울시 중구", "부산시 중구"),
        "note": ("전화함", "방문함"),
        "birth": (before["birth"], contact(camp, known)["birth"]),
        "tags": (["당원"], ["당원", "지지자"]),
        "custom:소속": ("한표", "두표"),
        "custom:지역": (None, "서부"),
        "email": (None, "hong@b.kr"),
    }
    assert undo(camp, import_id) == {"restored": 1, "removed": 0, "kept": 0}
    assert fields_of(contact(camp, known)) == fields_of(before)
    for q, count in (("홍길동", 1), ("홍길둥", 0), ("hong@b.kr", 0), ("#지지자", 0), ("#당원", 1)):
        assert len(camp.api.get("/contacts", params={"q": q}).json["data"]) == count, q


def test_a_later_edit_of_a_field_outlives_the_undo(camp: Camp) -> None:
    known = create(camp, **HONG, **OLDER)
    import_id = import_now(camp, NEWER, mapping=NEWER_COLUMNS, on_existing="overwrite")
    camp.api.put(f"/contacts/{known}", {"address": "대전시 중구"})
    undo(camp, import_id)
    after = contact(camp, known)
    assert (after["address"], after["note"], after["emails"]) == ("대전시 중구", "전화함", [])


PEOPLE = 12
HANGUL = "가나다라마바사아자차카타"


def test_a_list_while_its_people_are_merged(camp: Camp) -> None:
    """Merges by hand and a list of the same people, at once and over and over: nobody is lost, doubled or
    half merged, and every merge can be undone."""
    pairs = [
        (
            create(camp, name=f"김{HANGUL[n]}희", phones=[f"010-{4100 + n * 37}-{1200 + n * 71}"]),
            create(camp, name=f"김{HANGUL[n]}희", emails=[f"person{n}@b.kr"], address="서울시 중구"),
        )
        for n in range(PEOPLE)
    ]
    lines = "".join(
        f"김{HANGUL[n]}희,010-{4100 + n * 37}-{1200 + n * 71},person{n}@b.kr,참석\n" for n in range(PEOPLE)
    )
    problems: list[object] = []

    def merge_all() -> None:
        for keep, other in pairs:
            answer = camp.api.post("/contacts/merges", {"keep_id": other, "merge_ids": [keep]})
            # The list may have been first: then the two are one already.
            if answer.status_code not in (201, 404, 409):
                problems.append(answer.text)

    def import_all() -> None:
        given = {"source": "명부", "legal_basis": "consent"}
        answer = camp.api.upload("/contacts/imports", f"이름,휴대폰,이메일,메모\n{lines}".encode(), **given)
        import_id = UUID(answer.json["data"]["id"])
        imports.inspect(camp.tenant_id, import_id)
        for _ in range(5):
            try:
                assert ingest(camp.tenant_id, import_id, 1)
                finish(camp.tenant_id, import_id)
                return
            except Conflict as problem:
                last = problem
                time.sleep(0.5)  # the queue tries again too, much later
        problems.append(last)

    threads = [threading.Thread(target=work) for work in (merge_all, import_all)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    people = camp.api.get("/contacts", params={"limit": 100}).json
    assert people["meta"]["total"] == {"value": PEOPLE, "relation": "eq"}
    for one in people["data"]:
        assert (len(one["phones"]), len(one["emails"]), one["address"]) == (1, 1, "서울시 중구"), one
        assert one["note"] == "참석"
    orphans = """SELECT 1 FROM contact_points p JOIN contacts k USING (tenant_id)
                  WHERE k.id = p.contact_id AND k.deleted_at IS NOT NULL"""
    assert camp.rows(orphans) == []
    for row in camp.rows("SELECT id FROM contact_merges WHERE undone_at IS NULL"):
        assert camp.api.post(f"/contacts/merges/{row['id']}/undo").status_code == 200
    assert camp.api.get("/contacts").json["meta"]["total"]["value"] == 2 * PEOPLE


def test_the_wait_for_a_person_is_not_part_of_an_imports_duration(camp: Camp) -> None:
    """It begins anew with the person's word."""
    given: dict[str, Any] = {"source": "명부", "legal_basis": "consent", "confirm_mapping": True}
    answer = camp.api.upload("/contacts/imports", "이름,휴대폰\n홍길동,010-2345-6789\n".encode(), **given)
    import_id = UUID(answer.json["data"]["id"])
    assert imports.inspect(camp.tenant_id, import_id) == []
    with camp.transaction() as connection:
        connection.execute("UPDATE imports SET created_at = now() - interval '1 hour'")
    mapping = {"mapping": {"이름": "name", "휴대폰": "phone"}}
    assert camp.api.post(f"/contacts/imports/{import_id}/mapping", mapping).status_code == 202
    assert ingest(camp.tenant_id, import_id, 1)
    finish(camp.tenant_id, import_id)
    [row] = camp.rows(
        "SELECT finished_at - started_at AS took, started_at - created_at AS waited FROM imports"
    )
    assert row["waited"].total_seconds() > 3500
    assert 0 <= row["took"].total_seconds() < 300
