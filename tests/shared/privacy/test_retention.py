"""What is kept no longer: counted first, deleted in chunks, resumed after a crash, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.storage import storage
from shared.privacy import retention
from tests.factories import Camp
from tests.functions.contacts.test_imports import imported
from tests.shared.privacy.conftest import Desk
from tests.shared.privacy.test_consents import GIVEN
from tests.shared.privacy.test_provenance import campaign_to

RULE: dict[str, Any] = {"kind": "source", "days": 30, "source": "옛 명부", "action": "erase"}


def rule(desk: Desk, **changes: Any) -> str:
    wanted = {key: value for key, value in {**RULE, **changes}.items() if value is not None}
    return str(desk.ok("POST", "/privacy/retention-rules", wanted, 201)["id"])


def age(desk: Desk, contact: str, days: int) -> None:
    """Puts a contact and all that happened to it back in time."""
    at = utc_now() - timedelta(days=days)
    desk.camp.rows(
        "UPDATE contacts SET created_at = %s, updated_at = %s WHERE id = %s RETURNING 1",
        at,
        at,
        UUID(contact),
    )


def preview(desk: Desk, rule_id: str) -> tuple[int, list[str]]:
    shown = desk.ok("POST", "/privacy/retention/preview", {"rule_id": rule_id})
    return shown["count"], [person["name"] for person in shown["sample"]]


def run(desk: Desk, rule_id: str) -> dict[str, Any]:
    """Runs a rule to its end; the run as the API shows it."""
    started = desk.ok("POST", "/privacy/retention/run", {"rule_id": rule_id}, 202)
    while retention.advance(desk.camp.tenant_id, UUID(started["id"]), utc_now()):
        pass
    (shown,) = [item for item in desk.ok("GET", "/privacy/retention-rules") if item["id"] == rule_id]
    last: dict[str, Any] = shown["last_run"]
    return last


def names(desk: Desk) -> set[str]:
    return {item["name"] for item in desk.ok("GET", "/contacts")}


def test_a_source_goes_after_its_days_and_nobody_else(desk: Desk) -> None:
    old = desk.contact("남궁솔찬", "010-2345-6789", source="옛 명부")
    desk.contact("독고휘랑", "010-2345-6780", source="옛 명부")
    other = desk.contact("선우다랑", "010-2345-6781", source="새 명부")
    for contact in (old, other):
        age(desk, contact, 31)
    rule_id = rule(desk)
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    assert names(desk) == {"남궁솔찬", "독고휘랑", "선우다랑"}, "a preview changes nothing"
    done = run(desk, rule_id)
    assert (done["status"], done["done"], done["total"]) == ("done", 1, 1)
    assert names(desk) == {"독고휘랑", "선우다랑"}
    assert desk.camp.rows("SELECT 1 FROM erased_points WHERE cause = 'retention'")
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.retention_done'")
    assert preview(desk, rule_id) == (0, [])


def test_after_an_election_only_who_agreed_anew_stays(desk: Desk) -> None:
    before, agreed, later = (
        desk.contact(name, f"010-2345-678{number}")
        for number, name in enumerate(("남궁솔찬", "독고휘랑", "선우다랑"))
    )
    election = (datetime.now(UTC) - timedelta(days=20)).date()
    for contact in (before, agreed):
        age(desk, contact, 60)
    desk.ok("POST", f"/contacts/{before}/consents", GIVEN, 201)
    anew = {**GIVEN, "given_at": (utc_now() - timedelta(days=5)).isoformat()}
    desk.ok("POST", f"/contacts/{agreed}/consents", anew, 201)
    waits = rule(desk, kind="election", source=None, days=30, election_on=election.isoformat())
    assert preview(desk, waits) == (0, []), "thirty days after the election are not over"
    due = rule(desk, kind="election", source=None, days=10, election_on=election.isoformat())
    assert preview(desk, due) == (1, ["남궁솔찬"])
    assert run(desk, waits)["done"] == 0
    assert run(desk, due)["done"] == 1
    assert names(desk) == {"독고휘랑", "선우다랑"}
    assert later


def merged(desk: Desk, contact: str, names: list[str]) -> None:
    """Makes a contact part of others, one after the other, that are as old."""
    for number, name in enumerate(names):
        kept = desk.contact(name, f"010-3456-780{number}")
        age(desk, kept, 400)
        desk.ok("POST", "/contacts/merges", {"keep_id": kept, "merge_ids": [contact]}, 201)
        contact = kept
    age(desk, contact, 400)


def test_who_agreed_before_being_merged_has_agreed(desk: Desk) -> None:
    agreed = desk.contact("남궁솔찬", "010-2345-6789")
    age(desk, agreed, 400)
    anew = {**GIVEN, "given_at": (utc_now() - timedelta(days=5)).isoformat()}
    desk.ok("POST", f"/contacts/{agreed}/consents", anew, 201)
    merged(desk, agreed, ["독고휘랑", "선우다랑"])
    election = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    due = rule(desk, kind="election", source=None, days=10, election_on=election)
    assert preview(desk, due) == (0, [])
    assert run(desk, due)["done"] == 0


def test_who_was_written_to_before_being_merged_is_not_inactive(desk: Desk) -> None:
    written = desk.contact("남궁솔찬", "010-2345-6789")
    age(desk, written, 400)
    campaign_to(desk, written, "봄 소식", "+821023456789")
    merged(desk, written, ["독고휘랑"])
    _forget_todays_events(desk)
    rule_id = rule(desk, kind="inactive", source=None, days=365)
    assert preview(desk, rule_id) == (0, [])
    assert run(desk, rule_id)["done"] == 0


ELECTION: dict[str, Any] = {"kind": "election", "source": None, "days": 0}


def days_ago(days: int) -> str:
    return (utc_now() - timedelta(days=days)).isoformat()


def test_who_took_an_agreement_back_has_not_agreed(desk: Desk) -> None:
    """One of two: the other one ended with it (정보통신망법 제50조 제2항 as consents read it)."""
    contact, agreed = desk.contact(), desk.contact("독고휘랑", "010-2345-6780")
    for one in (contact, agreed):
        age(desk, one, 100)
        desk.ok("POST", f"/contacts/{one}/consents", {**GIVEN, "given_at": days_ago(3)}, 201)
    made = desk.ok("POST", f"/contacts/{contact}/consents", {**GIVEN, "given_at": days_ago(2)}, 201)
    rule_id = rule(desk, **ELECTION, election_on=(utc_now() - timedelta(days=20)).date().isoformat())
    assert preview(desk, rule_id) == (0, [])
    desk.ok("POST", f"/contacts/{contact}/consents/{made['id']}/withdraw", {})
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    desk.ok("POST", f"/contacts/{contact}/consents", {**GIVEN, "given_at": utc_now().isoformat()}, 201)
    assert preview(desk, rule_id) == (0, []), "agreed anew"


def test_who_came_after_the_election_stays_when_merged_into_somebody_of_before(desk: Desk) -> None:
    old, new = desk.contact(), desk.contact("독고휘랑", "010-2345-6780")
    age(desk, old, 100)
    merge = desk.ok("POST", "/contacts/merges", {"keep_id": old, "merge_ids": [new]}, 201)
    rule_id = rule(desk, **ELECTION, election_on=(utc_now() - timedelta(days=20)).date().isoformat())
    assert preview(desk, rule_id) == (0, [])
    desk.ok("POST", f"/contacts/merges/{merge['id']}/undo")
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    assert run(desk, rule_id)["done"] == 1
    assert names(desk) == {"독고휘랑"}


def test_who_is_of_another_source_too_goes_when_both_are_over(desk: Desk) -> None:
    """As their one contact tells of one source only, whoever was merged or listed again was lost."""
    old, other = desk.contact(source="옛 명부"), desk.contact("독고휘랑", "010-2345-6780", source="당원 명부")
    age(desk, old, 100)
    age(desk, other, 90)
    desk.ok("POST", "/contacts/merges", {"keep_id": old, "merge_ids": [other]}, 201)
    age(desk, old, 100)
    rule_id = rule(desk)
    assert preview(desk, rule_id) == (0, []), "a party member, too"
    second = rule(desk, source="당원 명부", days=95)
    assert preview(desk, rule_id) == (0, [])
    desk.ok("PUT", f"/privacy/retention-rules/{second}", {**RULE, "source": "당원 명부", "days": 80})
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    assert run(desk, rule_id)["done"] == 1


@pytest.mark.parametrize(("source", "left"), [("당원 명부", 0), ("옛 명부", 0), ("옛 명부", 1)])
def test_whom_a_younger_list_names_stays(
    desk: Desk, workers: Callable[[], None], source: str, left: int
) -> None:
    contact = desk.contact(source="옛 명부")
    table = "이름,휴대전화\r\n남궁솔찬,010-2345-6789\r\n"
    done = imported(desk.camp, workers, table, source=source, legal_basis="consent")
    age(desk, contact, 100)
    rule_id = rule(desk)
    assert preview(desk, rule_id)[0] == 0
    if left:  # over, or never happened
        desk.camp.rows("UPDATE imports SET created_at = %s RETURNING 1", utc_now() - timedelta(days=31))
    else:
        desk.ok("POST", f"/contacts/imports/{done['id']}/undo", {}, 202)
        workers()
        age(desk, contact, 100)
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    desk.ok("POST", "/privacy/retention/run", {"rule_id": rule_id}, 202)
    workers()
    assert names(desk) == set()


def test_a_rule_that_is_changed_under_way_takes_nobody_else(desk: Desk) -> None:
    age(desk, desk.contact(), 100)
    age(desk, desk.contact("독고휘랑", "010-2345-6780", source="옛 명부"), 100)
    rule_id = rule(desk)
    assert preview(desk, rule_id) == (1, ["독고휘랑"])
    started = desk.ok("POST", "/privacy/retention/run", {"rule_id": rule_id}, 202)
    desk.ok("PUT", f"/privacy/retention-rules/{rule_id}", {"kind": "inactive", "days": 30})
    while retention.advance(desk.camp.tenant_id, UUID(started["id"]), utc_now()):
        pass
    assert names(desk) == {"남궁솔찬", "독고휘랑"}


def test_rejected_rows_of_whom_a_rule_takes_go_too(desk: Desk, workers: Callable[[], None]) -> None:
    age(desk, desk.contact(source="옛 명부"), 100)
    import_id = _import(desk, "completed", 3)
    desk.camp.rows(
        "UPDATE import_rejects SET cells_sealed = %s RETURNING 1",
        desk.camp.cipher.seal_json("reject", ["남궁솔찬", "010-2345-6789"]),
    )
    desk.ok("POST", "/privacy/retention/run", {"rule_id": rule(desk)}, 202)
    workers()
    assert import_id
    assert desk.camp.rows("SELECT 1 FROM import_rejects") == []


def test_an_election_to_come_takes_nobody(desk: Desk) -> None:
    age(desk, desk.contact(), 400)
    coming = (datetime.now(UTC) + timedelta(days=100)).date().isoformat()
    rule_id = rule(desk, kind="election", source=None, days=0, election_on=coming)
    assert preview(desk, rule_id) == (0, [])
    assert run(desk, rule_id)["done"] == 0
    assert names(desk) == {"남궁솔찬"}


def test_the_inactive_are_those_nobody_wrote_to_or_changed(desk: Desk) -> None:
    quiet, written, changed = (
        desk.contact(name, f"010-2345-678{number}")
        for number, name in enumerate(("남궁솔찬", "독고휘랑", "선우다랑"))
    )
    for contact in (quiet, written, changed):
        age(desk, contact, 400)
    campaign_to(desk, written, "봄 소식", "+821023456781")
    desk.ok("PUT", f"/contacts/{changed}", {"note": "얼마 전에 통화"})
    rule_id = rule(desk, kind="inactive", source=None, days=365)
    _forget_todays_events(desk)
    desk.ok("PUT", f"/contacts/{changed}", {"note": "다시 통화"})
    assert preview(desk, rule_id) == (1, ["남궁솔찬"])
    run(desk, rule_id)
    assert names(desk) == {"독고휘랑", "선우다랑"}


def _forget_todays_events(desk: Desk) -> None:
    """Their creation was an event of today; the application itself may not delete events."""
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as owner:
        owner.execute("GRANT DELETE ON contact_events TO hanpyo_app")
        desk.camp.rows("DELETE FROM contact_events RETURNING 1")
        owner.execute("REVOKE DELETE ON contact_events FROM hanpyo_app")


def test_a_killed_run_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PEOPLE", 2)
    for number in range(5):
        age(desk, desk.contact(f"김하{number}", f"010-2345-678{number}", source="옛 명부"), 31)
    rule_id = rule(desk)
    started = desk.ok("POST", "/privacy/retention/run", {"rule_id": rule_id}, 202)
    assert retention.advance(desk.camp.tenant_id, UUID(started["id"]), utc_now())
    assert desk.camp.api.post("/privacy/retention/run", {"rule_id": rule_id}).status_code == 409
    found = retention.stalled(utc_now() + timedelta(minutes=5))
    assert (desk.camp.tenant_id, UUID(started["id"])) in list(found)
    while retention.advance(desk.camp.tenant_id, UUID(started["id"]), utc_now()):
        pass
    (shown,) = desk.ok("GET", "/privacy/retention-rules")
    assert (shown["last_run"]["status"], shown["last_run"]["done"]) == ("done", 5)
    assert names(desk) == set()


def test_a_rule_that_only_reports_deletes_nothing(desk: Desk) -> None:
    age(desk, desk.contact(source="옛 명부"), 31)
    rule_id = rule(desk, action="report")
    assert preview(desk, rule_id)[0] == 1
    assert run(desk, rule_id)["done"] == 0
    assert retention.daily(desk.camp.tenant_id, utc_now()) == []
    assert names(desk) == {"남궁솔찬"}


def test_the_daily_round_starts_what_has_something_to_do(desk: Desk) -> None:
    age(desk, desk.contact(source="옛 명부"), 31)
    rule(desk)
    rule(desk, source="없는 출처")
    rule(desk, enabled=False)
    assert desk.camp.tenant_id in retention.tenants()
    (run_id,) = retention.daily(desk.camp.tenant_id, utc_now())
    assert retention.daily(desk.camp.tenant_id, utc_now()) == [], "yesterday's is still at it"
    while retention.advance(desk.camp.tenant_id, run_id, utc_now()):
        pass
    assert names(desk) == set()


def _import(desk: Desk, status: str, days: int) -> UUID:
    import_id, camp = uuid4(), desk.camp
    at = utc_now() - timedelta(days=days)
    camp.rows(
        """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256, created_at,
                                progressed_at, options_sealed)
           VALUES (current_tenant(), %s, %s, %s, 1, '\\x00', %s, %s, %s) RETURNING 1""",
        import_id, status, camp.cipher.seal("file_name", "명단.csv"), at, at,
        camp.cipher.seal_json("import_options", {}),
    )  # fmt: skip
    camp.rows(
        """INSERT INTO import_rejects (tenant_id, import_id, row_number, reason, cells_sealed)
           VALUES (current_tenant(), %s, 2, 'no_contact_point', %s) RETURNING 1""",
        import_id, camp.cipher.seal_json("reject", ["x"]),
    )  # fmt: skip
    with storage().write(f"imports/{camp.tenant_id}/{import_id}/source") as target:
        target.write(b"sealed")
    return import_id


def kept_files(desk: Desk) -> set[str]:
    return {stored.key.split("/")[2] for stored in storage().list(f"imports/{desk.camp.tenant_id}")}


def test_uploads_go_after_thirty_days_mapped_or_not(desk: Desk) -> None:
    unmapped, mapped, fresh, at_work = (
        _import(desk, status, days)
        for status, days in (
            ("awaiting_mapping", 31),
            ("completed", 31),
            ("awaiting_mapping", 5),
            ("ingesting", 31),
        )
    )
    retention.daily(desk.camp.tenant_id, utc_now())
    assert kept_files(desk) == {str(fresh), str(at_work)}
    states = {row["id"]: row["status"] for row in desk.camp.rows("SELECT id, status FROM imports")}
    assert (states[unmapped], states[fresh]) == ("failed", "awaiting_mapping")
    shown = desk.ok("GET", f"/contacts/imports/{unmapped}")
    assert "보관 기간" in shown["error"]["message"]
    assert states[mapped] == "completed"


def test_rejected_rows_go_by_rule(desk: Desk) -> None:
    old, fresh = _import(desk, "completed", 31), _import(desk, "completed", 3)
    rule_id = rule(desk, kind="rejects", source=None, days=14)
    assert preview(desk, rule_id) == (1, [])
    assert run(desk, rule_id)["done"] == 1
    assert [row["import_id"] for row in desk.camp.rows("SELECT import_id FROM import_rejects")] == [fresh]
    assert old


def test_files_can_go_earlier_by_rule(desk: Desk) -> None:
    _import(desk, "completed", 8)
    rule_id = rule(desk, kind="import_files", source=None, days=7)
    assert preview(desk, rule_id) == (1, [])
    run(desk, rule_id)
    assert kept_files(desk) == set()
    assert preview(desk, rule_id) == (0, []), "no file twice"
    assert retention.daily(desk.camp.tenant_id, utc_now()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "audit", "source": None, "days": 30}, "2년"),
        ({"kind": "audit", "source": None, "days": 900}, "2년"),
        ({"kind": "election", "source": None}, "선거일"),
        ({"source": None}, "출처"),
        ({"days": -1}, "0"),
        ({"action": "burn"}, ""),
    ],
)
def test_what_cannot_be_a_rule_is_refused(desk: Desk, wrong: dict[str, Any], said: str) -> None:
    answer = desk.camp.api.post("/privacy/retention-rules", {**RULE, **wrong})
    assert answer.status_code == 422, answer.text
    assert said in answer.text


def test_rules_are_changed_and_removed_by_admins_of_the_camp(
    desk: Desk, new_camp: Callable[[], Camp]
) -> None:
    rule_id = rule(desk)
    path = f"/privacy/retention-rules/{rule_id}"
    assert desk.camp.member("staff").api.get("/privacy/retention-rules").status_code == 403
    other = new_camp().api
    assert other.put(path, RULE).status_code == 404
    assert other.delete(path).status_code == 404
    assert other.post("/privacy/retention/run", {"rule_id": rule_id}).status_code == 404
    assert desk.ok("PUT", path, {**RULE, "days": 90})["days"] == 90
    desk.ok("DELETE", path, status=204)
    assert desk.ok("GET", "/privacy/retention-rules") == []
