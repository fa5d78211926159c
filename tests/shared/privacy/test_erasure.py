"""A person is erased everywhere: every table is read and every value opened, and nothing of them is there."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from psycopg.errors import LockNotAvailable

from functions.privacy.keep_retention import keep_retention
from shared.contacts import merging
from shared.privacy import erased, erasure, people
from shared.runtime.idempotency import IdempotentCall
from shared.selections import exports, store
from tests.factories import Camp
from tests.functions.contacts.test_imports import imported
from tests.shared.privacy.conftest import Desk, everything_stored
from tests.shared.privacy.test_consents import GIVEN
from tests.shared.privacy.test_provenance import campaign_to, lookup

NAME, OTHER_NAME, ADDRESS = "남궁솔찬", "독고휘랑", "서울시 마포구 망원로 77"
PHONE, OTHER_PHONE, EMAIL, KAKAO = "010-2345-6789", "010-3456-7890", "ngsc77@example.com", "ngsc_kakao"
SECRET, CUSTOM, REPLY, OLD_NOTE = "비밀메모", "맞춤값일곱", "답장문자열", "예전메모"
SAID = "전화로 하신 말씀"
TRACES = [
    NAME, OTHER_NAME, ADDRESS, PHONE, OTHER_PHONE, EMAIL, KAKAO, SECRET, CUSTOM, REPLY, OLD_NOTE, SAID,
    "1023456789", "1034567890", "동의서 상자 3",
]  # fmt: skip
STAYS = "선우다랑"


@pytest.fixture
def person(desk: Desk, workers: Callable[[], None]) -> str:
    """Somebody who has been everywhere: a file, edits, a merge, campaigns, an answer, refusals, consents."""
    table = (
        "이름,휴대전화,이메일,주소,카카오 아이디\r\n"
        f"{NAME},1023456789,{EMAIL},{ADDRESS},{KAKAO}\r\n{STAYS},010-7777-8888,,,\r\n"
    )
    done = imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    assert (done["counts"]["created"], done["counts"]["repaired"]) == (2, 1), done
    contact = str(desk.ok("GET", f"/contacts?q={quote(NAME)}")[0]["id"])
    desk.ok("PUT", f"/contacts/{contact}", {"note": OLD_NOTE, "tags": ["희귀태그"]})
    desk.ok("PUT", f"/contacts/{contact}", {"note": SECRET, "custom": {"칸": CUSTOM}, "source": "명부"})
    other = desk.contact(OTHER_NAME, OTHER_PHONE)
    desk.ok("POST", "/contacts/merges", {"keep_id": contact, "merge_ids": [other]}, 201)
    desk.ok("POST", f"/contacts/{contact}/notes", {"text": SECRET}, 201)
    campaign_to(desk, contact, "봄 소식")
    campaign_to(desk, other, "여름 소식", "+821034567890")
    campaign_to(desk, "00000000-0000-7000-8000-000000000001", "지운 뒤 다시 온 사람")
    desk.ok("POST", "/opt-outs", {"contact_id": contact}, 201)
    desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    desk.ok("POST", "/privacy/requests", {"kind": "stop", "contact_id": contact, "detail": SAID}, 201)
    _leftovers(desk, UUID(contact), UUID(done["id"]))
    return contact


def _leftovers(desk: Desk, contact: UUID, import_id: UUID) -> None:
    """An inbound text, a rejected row, a carrier's call that was applied, a stored answer."""
    camp, cipher = desk.camp, desk.camp.cipher
    with camp.transaction() as connection:
        connection.execute(
            """INSERT INTO contact_events (tenant_id, contact_id, kind, detail_sealed)
               VALUES (current_tenant(), %s, 'inbound', %s)""",
            [contact, cipher.seal_json("event", {"text": REPLY})],
        )
        for number, cells in ((90, [NAME, f"{PHONE} 아님"]), (91, [STAYS, "가나다"]), (92, ["", EMAIL, "x"])):
            connection.execute(
                """INSERT INTO import_rejects (tenant_id, import_id, row_number, reason, cells_sealed)
                   VALUES (current_tenant(), %s, %s, 'no_contact_point', %s)""",
                [import_id, number, cipher.seal_json("reject", cells)],
            )
        connection.execute(
            """INSERT INTO report_inbox (tenant_id, account_id, kind, body_sealed, applied_at)
               VALUES (current_tenant(), %s, 'inbound', %s, now())""",
            [contact, cipher.seal("carrier_call", json.dumps({"from": PHONE, "text": REPLY}))],
        )
    answer = camp.api.get(f"/contacts/{contact}").text.encode()
    call = IdempotentCall(_identity(camp), "POST/x", "a-key", b"{}")
    call.begin()
    call.finish(201, answer)


def _identity(camp: Camp) -> Any:
    from shared.accounts.sessions import living_identity
    from shared.runtime.authentication import read_claims

    return living_identity(read_claims(f"Bearer {camp.token}"))


def found_in(camp: Camp) -> dict[str, list[str]]:
    """Tables in which something of the person is left, and what."""
    stored = everything_stored(camp)
    found = {table: [trace for trace in TRACES if trace.encode() in text] for table, text in stored.items()}
    return {table: traces for table, traces in found.items() if traces}


def test_nothing_of_an_erased_person_is_left(desk: Desk, person: str) -> None:
    before = found_in(desk.camp)
    everywhere = {
        "contacts", "contact_points", "contact_changes", "contact_events", "contact_notes", "recipients",
        "import_rejects", "report_inbox", "idempotency_keys", "consents", "privacy_requests",
    }  # fmt: skip
    assert everywhere <= set(before), everywhere - set(before)
    erased_now = desk.ok("POST", f"/contacts/{person}/erase", {"reason": "본인이 요청함"})
    assert (erased_now["contacts"], erased_now["campaigns"]) == (2, 2)
    erasure.forget_rejects(desk.camp.cipher)
    assert found_in(desk.camp) == {}
    assert "희귀태그".encode() not in everything_stored(desk.camp)["contacts"], "the tag they had"


def test_what_stays_is_proof(desk: Desk, person: str) -> None:
    camp = desk.camp
    desk.ok("POST", f"/contacts/{person}/erase", {"reason": "본인이 요청함"})
    assert len(camp.rows("SELECT 1 FROM opt_outs")) >= 2, "opt-outs stay in force"
    assert camp.rows("SELECT 1 FROM contact_events WHERE kind = 'inbound'"), "that something happened"
    assert camp.rows("SELECT 1 FROM contact_events WHERE kind = 'erased' AND contact_id = %s", UUID(person))
    assert camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.erased' AND target = %s", person)
    (consent,) = camp.rows("SELECT * FROM consents")
    assert (consent["contact_id"], consent["method"]) == (None, "paper")
    assert camp.cipher.point_hash("phone", "+821023456789") in consent["point_hashes"]
    requests = desk.ok("GET", "/privacy/requests")
    assert {item["status"] for item in requests} == {"answered"}
    assert requests[0]["detail"] == "본인이 요청함", "why stays, sealed"


def test_neither_search_nor_pages_know_them(desk: Desk, person: str) -> None:
    desk.ok("POST", f"/contacts/{person}/erase", {"reason": "본인이 요청함"})
    for query in (NAME, OTHER_NAME, PHONE, "6789", EMAIL, KAKAO):
        assert desk.ok("GET", f"/contacts?q={quote(query)}") == [], query
    for path in ("", "/timeline", "/provenance", "/consents"):
        assert desk.camp.api.get(f"/contacts/{person}{path}").status_code == 404
    assert [item["name"] for item in desk.ok("GET", "/contacts")] == [STAYS]


def test_what_staff_wrote_of_a_refusal_goes(desk: Desk) -> None:
    contact = desk.contact()
    desk.ok("POST", "/opt-outs", {"contact_id": contact, "reason": f"{NAME} 님 어머니가 전화하심"}, 201)
    desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    (left,) = desk.ok("GET", "/opt-outs")
    assert (left["value_masked"], left["reason"], left["source"]) == (None, "hand", "hand")
    assert "opt_outs" not in found_in(desk.camp)


def test_an_export_that_is_being_made_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had the person in it already when they were erased, and was kept for a day."""
    contact = desk.contact()
    desk.contact(STAYS, "010-7777-8888")
    monkeypatch.setattr(store, "PIECE", 1)
    wanted = {"filter": {"all": []}, "format": "csv", "reason": "명단 확인"}
    export_id = UUID(desk.ok("POST", "/contacts/exports", wanted, 202)["id"])
    add_piece = exports._add_piece

    def erased_after_the_first(*given: Any) -> Any:
        done = add_piece(*given)
        if done is not None and done[0] == 0:
            desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
        return done

    with monkeypatch.context() as patch:
        patch.setattr(exports, "_add_piece", erased_after_the_first)
        exports.make(desk.camp.tenant_id, export_id)
    assert desk.ok("GET", f"/contacts/exports/{export_id}")["status"] == "queued"
    exports.make(desk.camp.tenant_id, export_id)
    text = desk.camp.api.get(f"/contacts/exports/{export_id}/download").content.decode()
    assert (STAYS in text, NAME in text) == (True, False)


def test_a_deleted_contact_leaves_nothing_that_stays_for_ever(desk: Desk, person: str) -> None:
    """Nobody can erase them any more, and no rule takes who is not there."""
    desk.ok("DELETE", f"/contacts/{person}", status=204)
    left = found_in(desk.camp)
    assert not {"contacts", "contact_events", "contact_changes", "contact_notes", "consents"} & set(left), (
        left
    )
    assert "희귀태그".encode() not in everything_stored(desk.camp)["contacts"]
    assert desk.ok("GET", f"/contacts/{desk.contact()}")["opted_out"]


@pytest.mark.parametrize("way", ["erase", "delete"])
def test_whom_somebody_was_once_merged_with_loses_nothing(desk: Desk, way: str) -> None:
    """The merge was a mistake and was undone; campaigns to the other one go on, with name and number."""
    contact, other = desk.contact(), desk.contact(STAYS, "010-7777-8888")
    merge = desk.ok("POST", "/contacts/merges", {"keep_id": contact, "merge_ids": [other]}, 201)
    desk.ok("POST", f"/contacts/{contact}/notes", {"text": SECRET}, 201)
    desk.ok("POST", f"/contacts/merges/{merge['id']}/undo")
    desk.ok("POST", f"/contacts/{other}/notes", {"text": OLD_NOTE}, 201)
    campaign_to(desk, other, "봄 소식", "+821077778888")
    if way == "erase":
        desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    else:
        desk.ok("DELETE", f"/contacts/{contact}", status=204)
    assert [(item["name"], item["phones"]) for item in desk.ok("GET", "/contacts")] == [
        (STAYS, ["010-7777-8888"])
    ]
    assert len(desk.camp.rows("SELECT 1 FROM recipients WHERE phone_sealed IS NOT NULL")) == 1
    assert len(desk.camp.rows("SELECT 1 FROM contact_notes WHERE contact_id = %s", UUID(other))) == 1


def test_nobody_is_merged_out_of_an_erasure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    contact, keep = desk.contact(), desk.contact(STAYS, "010-7777-8888")
    real = people.family

    def merged_meanwhile(connection: Any, contact_id: UUID) -> list[UUID]:
        found = real(connection, contact_id)
        with suppress(LockNotAvailable), desk.camp.transaction() as other:
            other.execute("SET LOCAL lock_timeout = '100ms'")
            merging.merge(other, desk.camp.cipher, desk.camp.member_id, UUID(keep), [UUID(contact)])
        return found

    monkeypatch.setattr(people, "family", merged_meanwhile)
    desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    monkeypatch.undo()
    assert [item["phones"] for item in desk.ok("GET", "/contacts")] == [["010-7777-8888"]]


def test_only_an_admin_erases_and_only_once(desk: Desk, new_camp: Callable[[], Camp]) -> None:
    contact = desk.contact()
    path = f"/contacts/{contact}/erase"
    assert desk.camp.member("staff").api.post(path, {"reason": "그냥 해 봄"}).status_code == 403
    assert new_camp().api.post(path, {"reason": "남의 캠프"}).status_code == 404
    assert desk.camp.api.post(path, {}).status_code == 422
    desk.ok("POST", path, {"reason": "본인 요청"})
    assert desk.camp.api.post(path, {"reason": "두 번째"}).status_code == 404


def test_whoever_comes_back_is_noticed_and_opted_out(desk: Desk) -> None:
    contact = desk.contact()
    desk.ok("POST", "/opt-outs", {"contact_id": contact}, 201)
    desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    gone, known = (desk.camp.cipher.point_hash("phone", p) for p in ("+821023456789", "+821099998888"))
    with desk.camp.transaction() as connection:
        assert erased.among(connection, [gone, known]) == {gone}
        assert erased.among(connection, []) == set()
    again = desk.ok("GET", f"/contacts/{desk.contact()}")
    assert again["opted_out"], "the refusal outlives the person's data"


def test_an_admin_may_take_somebody_back(desk: Desk) -> None:
    desk.ok("POST", f"/contacts/{desk.contact()}/erase", {"reason": "본인 요청"})
    gone = desk.camp.cipher.point_hash("phone", "+821023456789")
    staff = desk.camp.member("staff").api
    made = staff.post("/contacts", {"name": NAME, "phones": [PHONE]}).json["data"]
    with desk.camp.transaction() as connection:
        assert erased.among(connection, [gone]) == {gone}, "not by staff"
    desk.ok("DELETE", f"/contacts/{made['id']}", status=204)
    desk.contact()
    with desk.camp.transaction() as connection:
        assert erased.among(connection, [gone]) == set()
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.welcomed_back'")


def test_a_list_does_not_bring_an_erased_person_back(desk: Desk, workers: Callable[[], None]) -> None:
    table = f"이름,휴대전화\r\n{NAME},{PHONE}\r\n{STAYS},010-7777-8888\r\n"
    imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    (first,) = desk.ok("GET", f"/contacts?q={quote(NAME)}")
    desk.ok("POST", f"/contacts/{first['id']}/erase", {"reason": "본인 요청"})
    again = imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    assert again["counts"]["rejected"] == 1, again
    assert [item["name"] for item in desk.ok("GET", "/contacts")] == [STAYS]


def test_a_list_that_waited_meanwhile_keeps_no_cells_of_them(desk: Desk, workers: Callable[[], None]) -> None:
    contact = desk.contact()
    table = f"가,나\r\n{NAME},{PHONE}\r\n{STAYS},010-7777-8888\r\n"
    import_id = desk.camp.api.upload("/contacts/imports", table.encode()).json["data"]["id"]
    workers()
    waiting = desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})["waiting_uploads"]
    assert waiting == 1
    columns = {"mapping": {"가": "name", "나": "phone"}, "source": "명부", "legal_basis": "consent"}
    desk.ok("POST", f"/contacts/imports/{import_id}/mapping", columns, 202)
    workers()
    assert [item["name"] for item in desk.ok("GET", "/contacts")] == [STAYS]
    keep_retention(str(desk.camp.tenant_id))
    workers()
    assert found_in(desk.camp) == {}


def test_a_familys_number_stays_with_who_is_left(desk: Desk, workers: Callable[[], None]) -> None:
    table = f"이름,휴대전화\r\n{NAME},{PHONE}\r\n{STAYS},{PHONE}\r\n"
    imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    (first,) = desk.ok("GET", f"/contacts?q={quote(NAME)}")
    desk.ok("POST", f"/contacts/{first['id']}/erase", {"reason": "본인 요청"})
    (left,) = desk.ok("GET", "/contacts")
    assert left["name"] == STAYS
    assert left["phones"] == [PHONE]
    assert lookup(desk, PHONE)["found"] == ["contact"]


@pytest.mark.parametrize("cause", ["deletion", "retention"])
def test_whom_only_staff_or_a_rule_erased_may_come_with_the_next_list(
    desk: Desk, workers: Callable[[], None], cause: str
) -> None:
    contact = desk.contact(NAME)
    desk.ok("POST", "/opt-outs", {"contact_id": contact}, 201)
    with desk.camp.transaction() as connection:
        erasure.erase_people(connection, desk.camp.cipher, [UUID(contact)], cause, None)
    assert lookup(desk, PHONE)["found"] == ["opt_out", "erased"]
    table = f"이름,휴대전화\r\n{NAME},{PHONE}\r\n"
    done = imported(desk.camp, workers, table, source="새 명부", legal_basis="consent")
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (1, 0)
    (back,) = desk.ok("GET", "/contacts")
    assert back["opted_out"], "the refusal outlives the person's data"
    assert lookup(desk, PHONE)["found"] == ["contact", "opt_out"], "what is told is what is known now"


def test_whoever_asked_to_be_erased_stays_so_whatever_erases_them_later(
    desk: Desk, workers: Callable[[], None]
) -> None:
    desk.ok("POST", f"/contacts/{desk.contact(NAME)}/erase", {"reason": "본인 요청"})
    made = desk.camp.member("staff").api.post("/contacts", {"name": NAME, "phones": [PHONE]}).json["data"]
    with desk.camp.transaction() as connection:
        erasure.erase_people(connection, desk.camp.cipher, [UUID(made["id"])], "deletion", None)
    table = f"이름,휴대전화\r\n{NAME},{PHONE}\r\n"
    done = imported(desk.camp, workers, table, source="새 명부", legal_basis="consent")
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (0, 1)
