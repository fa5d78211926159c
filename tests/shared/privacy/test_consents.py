"""Consents: written down word for word, taken back with what follows, confirmed again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.compliance import store_tasks
from shared.privacy import consents
from tests.factories import Camp
from tests.shared.privacy.conftest import Desk

WORDS = "한표 캠프가 소식을 보내기 위해 이름과 휴대전화 번호를 선거일까지 쓰는 데 동의합니다."
GIVEN: dict[str, Any] = {
    "purpose": "processing",
    "channel": "all",
    "text": WORDS,
    "method": "paper",
    "given_at": "2026-03-02T10:00:00+09:00",
    "evidence": "동의서 상자 3, 12번",
}


def test_a_consent_says_what_when_how_by_whom_and_where_the_proof_is(desk: Desk) -> None:
    contact = desk.contact()
    made = desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    (shown,) = desk.ok("GET", f"/contacts/{contact}/consents")
    assert shown == made
    assert (shown["text"], shown["method"], shown["evidence"]) == (WORDS, "paper", "동의서 상자 3, 12번")
    assert shown["recorded_by"] == "이대표"
    assert datetime.fromisoformat(shown["given_at"]) == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.consent_added'")
    desk.ok("POST", f"/contacts/{contact}/consents", {**GIVEN, "purpose": "sensitive"}, 201)
    assert len(desk.camp.rows("SELECT 1 FROM consent_texts")) == 1, "the same words are kept once"


def test_nothing_of_it_lies_open(desk: Desk) -> None:
    contact = desk.contact()
    desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    rows = desk.camp.rows("SELECT * FROM consents") + desk.camp.rows("SELECT * FROM consent_texts")
    stored = b"".join(value for row in rows for value in row.values() if isinstance(value, bytes))
    assert rows
    assert "상자".encode() not in stored
    assert "동의합니다".encode() not in stored


@pytest.mark.parametrize(
    "wrong",
    [
        {"given_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
        {"given_at": "2026-03-02T10:00:00"},
        {"purpose": "anything"},
        {"text": " "},
        {"method": "telepathy"},
        {"nonsense": 1},
    ],
)
def test_what_cannot_be_a_consent_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = desk.camp.api.post(f"/contacts/{desk.contact()}/consents", {**GIVEN, **wrong})
    assert answer.status_code == 422, answer.text


def test_withdrawing_processing_makes_a_task_and_offers_to_erase(desk: Desk) -> None:
    contact = desk.contact()
    made = desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    path = f"/contacts/{contact}/consents/{made['id']}/withdraw"
    withdrawn = desk.ok("POST", path, {"how": "전화로 요청"})
    assert [offer["action"] for offer in withdrawn["offers"]] == ["erase", "opt_out"]
    assert (withdrawn["consent"]["withdrawn_how"], withdrawn["consent"]["withdrawn_at"] is None) == (
        "전화로 요청",
        False,
    )
    (task,) = desk.ok("GET", "/privacy/requests?status=open")
    assert (task["id"], task["kind"], task["contact_id"]) == (withdrawn["request_id"], "withdrawal", contact)
    assert desk.camp.api.post(path).status_code == 404, "taken back once"


def test_withdrawing_advertising_opts_out_when_asked(desk: Desk) -> None:
    contact = desk.contact()
    made = desk.ok("POST", f"/contacts/{contact}/consents", {**GIVEN, "purpose": "advertising"}, 201)
    path = f"/contacts/{contact}/consents/{made['id']}/withdraw"
    withdrawn = desk.ok("POST", path, {"opt_out": True})
    assert (withdrawn["offers"][0]["action"], withdrawn["request_id"]) == ("opt_out", None)
    assert len(desk.ok("GET", "/opt-outs")) == 1


@pytest.mark.parametrize(
    ("channel", "barred"), [("all", "all"), ("kakao", "kakao"), ("sms", "sms"), ("phone", "all")]
)
def test_the_opt_out_is_of_the_consents_channel(desk: Desk, channel: str, barred: str) -> None:
    contact = desk.contact()
    given = {**GIVEN, "purpose": "advertising", "channel": channel}
    made = desk.ok("POST", f"/contacts/{contact}/consents", given, 201)
    desk.ok("POST", f"/contacts/{contact}/consents/{made['id']}/withdraw", {"opt_out": True})
    assert [one["channel"] for one in desk.ok("GET", "/opt-outs")] == [barred]


def test_who_has_no_number_takes_a_consent_back_all_the_same(desk: Desk) -> None:
    contact = desk.ok("POST", "/contacts", {"name": "남궁솔찬"}, 201)["id"]
    made = desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    path = f"/contacts/{contact}/consents/{made['id']}/withdraw"
    assert desk.ok("POST", path, {"opt_out": True})["consent"]["withdrawn_at"]
    assert desk.ok("GET", "/opt-outs") == []


def test_advertising_is_confirmed_again_after_two_years(desk: Desk) -> None:
    contact, now = desk.contact(), datetime.now(UTC)
    for days, purpose in ((720, "advertising"), (30, "advertising"), (720, "processing")):
        given = {**GIVEN, "purpose": purpose, "given_at": (now - timedelta(days=days)).isoformat()}
        desk.ok("POST", f"/contacts/{contact}/consents", given, 201)
    (due,) = desk.ok("GET", "/privacy/consents-due")
    assert (due["contact_id"], due["contact_name"]) == (contact, "남궁솔찬")
    assert 9 <= (datetime.fromisoformat(due["reconfirm_by"]) - now).days <= 10
    noted = {"what": "confirmed", "consent_ids": [due["id"]]}
    assert desk.ok("POST", "/compliance/notices", noted) == {"noted": 1}
    assert desk.ok("GET", "/privacy/consents-due") == [], "confirmed: due again in two years"
    shown = {one["id"]: one for one in desk.ok("GET", f"/contacts/{contact}/consents")}[due["id"]]
    assert 729 <= (datetime.fromisoformat(shown["reconfirm_by"]) - now).days <= 731


def test_the_result_of_a_consent_is_told_within_two_weeks(desk: Desk, new_camp: Callable[[], Camp]) -> None:
    contact, now = desk.contact(), datetime.now(UTC)
    given = {**GIVEN, "purpose": "advertising", "given_at": (now - timedelta(days=10)).isoformat()}
    made = desk.ok("POST", f"/contacts/{contact}/consents", given, 201)
    desk.ok("POST", f"/contacts/{contact}/consents", {**given, "purpose": "processing"}, 201)
    [due] = desk.ok("GET", "/compliance/notices")
    assert (due["id"], due["what"], due["contact_id"]) == (made["id"], "given", contact)
    assert due["contact_name"] == "남궁솔찬"
    assert 3 <= (datetime.fromisoformat(due["tell_by"]) - now).days <= 4
    desk.ok("POST", f"/contacts/{contact}/consents/{made['id']}/withdraw", {"how": "전화"})
    assert [one["what"] for one in desk.ok("GET", "/compliance/notices")] == ["given", "withdrawn"]
    other = new_camp().api
    assert other.get("/compliance/notices").json["data"] == []
    assert other.post("/compliance/notices", {"what": "given", "consent_ids": [made["id"]]}).json["data"] == {
        "noted": 0
    }
    for what in ("given", "withdrawn"):
        desk.ok("POST", "/compliance/notices", {"what": what, "consent_ids": [made["id"]]})
    assert desk.ok("GET", "/compliance/notices") == []


def test_as_many_results_are_to_tell_as_are_listed(desk: Desk) -> None:
    gone, merged, keep = (desk.contact("남궁솔찬", f"010-2345-678{number}") for number in range(3))
    made = [
        desk.ok("POST", f"/contacts/{one}/consents", {**GIVEN, "purpose": "advertising"}, 201)
        for one in (gone, merged)
    ]
    desk.ok("POST", f"/contacts/{merged}/consents/{made[1]['id']}/withdraw", {})
    desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [merged]}, 201)
    desk.ok("DELETE", f"/contacts/{gone}", status=204)
    due = desk.ok("GET", "/compliance/notices")
    assert [(one["what"], one["contact_id"]) for one in due] == [("given", keep), ("withdrawn", keep)]
    assert desk.ok("GET", "/compliance/status")["tasks"]["results_to_tell"] == 2
    with desk.camp.transaction() as connection:
        (first,) = store_tasks.untold_list(connection, 1)
    assert str(first["contact_id"]) == keep, "who is gone takes nobody's place"


def test_a_files_consents_are_written_in_one_go_and_once(desk: Desk) -> None:
    camp, import_id = desk.camp, uuid4()
    people = [uuid4() for _ in range(300)]
    given = datetime(2026, 2, 1, tzinfo=UTC)
    rows = [(contact, row, given) for row, contact in enumerate(people, 2)]
    for expected in (300, 0):
        with camp.transaction() as connection:
            made = consents.from_import(
                connection,
                camp.cipher,
                import_id=import_id,
                member_id=camp.member_id,
                purpose="processing",
                rows=[*rows, (people[0], 999, given)],
                words=WORDS,
            )
        assert made == expected
    (first,) = camp.rows("SELECT * FROM consents WHERE contact_id = %s", people[0])
    assert (first["method"], first["row_number"], first["import_id"]) == ("import", 2, import_id)


def test_another_camps_consents_are_nothing_here(desk: Desk, new_camp: Callable[[], Camp]) -> None:
    contact = desk.contact()
    made = desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    other = new_camp().api
    assert other.get(f"/contacts/{contact}/consents").status_code == 404
    assert other.post(f"/contacts/{contact}/consents", GIVEN).status_code == 404
    assert other.post(f"/contacts/{contact}/consents/{made['id']}/withdraw").status_code == 404
