"""Freezes: sending stops at once, evidence stays; and a second person's word."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from shared.compliance import freezes
from shared.kernel.clock import utc_now
from shared.messaging import pace
from shared.privacy import retention
from tests.functions.contacts.test_imports import imported
from tests.shared.messaging.desk import HTTP, Desk, phone, wait_until

REASON = {"reason": "선거관리위원회 삭제 요청", "ordered_by": "○○선관위 2026-123"}


def freeze(desk: Desk, campaign: UUID | None = None) -> dict[str, Any]:
    draft = {**REASON, **({"campaign_id": str(campaign)} if campaign else {})}
    made: dict[str, Any] = desk.ok("POST", "/compliance/freezes", draft, 201)
    return made


def lift(desk: Desk, freeze_id: str) -> None:
    desk.ok("POST", f"/compliance/freezes/{freeze_id}/lift", {"reason": "요청 취하"})


def launch(desk: Desk, campaign: UUID) -> tuple[int, list[str]]:
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    return answer.status_code, [d["rule"] for d in (answer.json.get("error") or {}).get("details", [])]


def test_a_freeze_stops_everything_and_starts_nothing_when_lifted(desk: Desk) -> None:
    desk.contacts(4)
    campaign = desk.launch()
    assert desk.send(campaign, 1) == 1
    made = freeze(desk)
    assert desk.send(campaign) == 0
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("paused", "frozen")
    assert launch(desk, desk.campaign()) == (409, ["E21"])
    assert desk.camp.api.post(f"/campaigns/{campaign}/resume").status_code == 409
    trial = desk.camp.api.post(f"/campaigns/{desk.campaign()}/test-send", {"to": phone()})
    assert trial.status_code == 409
    assert desk.ok("GET", "/compliance/status")["frozen"] is True
    lift(desk, made["id"])
    assert desk.send(campaign) == 0, "nobody has resumed it"
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert desk.received()["most"] == 1
    assert desk.counts(campaign)["delivered"] == 4
    again = desk.camp.api.post(f"/compliance/freezes/{made['id']}/lift", {"reason": "다시"})
    assert again.status_code == 409
    actions = [row["action"] for row in desk.camp.rows("SELECT action FROM audit_log ORDER BY id")]
    assert actions.index("sending.frozen") < actions.index("sending.freeze_lifted")


def test_one_campaign_can_be_frozen_alone_with_its_links(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.launch(desk.step(body="신청 https://example.kr/a"))
    other = desk.launch(desk.step(body="다른 글"))
    desk.settle(campaign)
    link = desk.texts()[0]["text"].split()[1]
    assert HTTP.get(link).status_code == 302
    made = freeze(desk, campaign)
    assert HTTP.get(link).status_code == 404
    assert desk.send(other) == 1
    assert desk.camp.api.post(f"/campaigns/{campaign}/retry-failed").status_code == 409
    lift(desk, made["id"])
    assert HTTP.get(link).status_code == 302
    assert (
        desk.camp.api.post("/compliance/freezes", {**REASON, "campaign_id": str(desk.campaign())}).status_code
        == 409
    )


def test_a_freeze_that_came_between_the_launch_and_the_batch_holds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a campaign that a freeze did not pause asks at its batch."""
    desk.contacts(1)
    campaign = desk.launch()
    freeze(desk)
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE campaigns SET status = 'sending' WHERE id = %s", [campaign])
    monkeypatch.setattr(pace, "rest", lambda *_: None)
    assert desk.send(campaign) == 0
    assert desk.status(campaign) == "sending"
    assert desk.counts(campaign)["queued"] == 1


@pytest.mark.parametrize("verb", ["resume", "retry-failed"])
def test_a_freeze_pauses_what_somebody_is_just_letting_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Resumed in the moment of the order, it must not send by itself when the order is lifted."""
    desk.contact(phone("9001"))
    campaign = desk.launch(desk.step(retries=0))
    if verb == "resume":
        desk.ok("POST", f"/campaigns/{campaign}/pause")
    else:
        desk.settle(campaign)
        assert desk.finish(campaign)
    orders: list[dict[str, Any]] = []
    order = threading.Thread(target=lambda: orders.append(freeze(desk)))
    asked = freezes.refuse

    def ordered_now(connection: Any, campaign_id: UUID) -> None:
        asked(connection, campaign_id)
        order.start()
        order.join(0.5)

    monkeypatch.setattr(freezes, "refuse", ordered_now)
    assert desk.camp.api.post(f"/campaigns/{campaign}/{verb}").status_code in (200, 202)
    order.join()
    assert desk.status(campaign) == "paused"
    lift(desk, orders[0]["id"])
    assert desk.send(campaign) == 0


def test_nothing_is_claimed_once_a_freeze_has_answered(desk: Desk) -> None:
    """Senders at work the whole time: within the answer to the freeze, the last claim was made."""
    desk.contacts(40)
    campaign = desk.launch()
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            desk.send(campaign, 2)

    hands = [threading.Thread(target=work) for _ in range(3)]
    for hand in hands:
        hand.start()
    wait_until(lambda: claimed(desk, campaign) > 0)
    started = time.monotonic()
    freeze(desk)
    assert time.monotonic() - started < 2
    at_the_answer = claimed(desk, campaign)
    time.sleep(0.4)
    stop.set()
    for hand in hands:
        hand.join()
    assert 0 < at_the_answer == claimed(desk, campaign) < 40


def claimed(desk: Desk, campaign: UUID) -> int:
    [row] = desk.camp.rows("SELECT count(*) AS n FROM messages WHERE campaign_id = %s", campaign)
    return int(row["n"])


def test_staff_cannot_freeze_and_another_camp_is_not_touched(desk: Desk, new_desk: Any) -> None:
    staff = desk.camp.member("staff")
    assert staff.api.post("/compliance/freezes", REASON).status_code == 403
    freeze(desk)
    other = new_desk()
    other.contacts(1)
    campaign = other.launch()
    assert other.send(campaign) == 1


def test_evidence_is_not_erased_while_it_must_be_kept(desk: Desk) -> None:
    contact = desk.contact(phone())
    campaign = desk.launch()
    desk.settle(campaign)
    made = freeze(desk, campaign)
    reason = {"reason": "본인 요청"}
    path = f"/contacts/{contact}/erase"
    refused = desk.camp.api.post(path, reason)
    assert refused.status_code == 409, refused.text
    assert desk.camp.api.delete(f"/contacts/{contact}").status_code == 409, "which blanks the names as well"
    assert retention.daily(desk.camp.tenant_id, utc_now()) == []
    rule = desk.ok(
        "POST", "/privacy/retention-rules", {"kind": "inactive", "days": 30, "action": "erase"}, 201
    )
    assert desk.camp.api.post("/privacy/retention/run", {"rule_id": rule["id"]}).status_code == 409
    lift(desk, made["id"])
    assert desk.camp.api.post(path, reason).status_code in (200, 201, 202)


def test_a_list_whose_people_are_evidence_is_not_undone(desk: Desk, workers: Callable[[], None]) -> None:
    """The undo deletes whom the list made, and with them the names and numbers that a campaign went to."""
    table = f"이름,휴대전화\r\n김하늘,{phone()}\r\n"
    first = imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    campaign = desk.launch()
    desk.settle(campaign)
    second = imported(desk.camp, workers, f"이름,휴대전화\r\n이바다,{phone()}\r\n", source="명부")
    made = freeze(desk, campaign)
    path = f"/contacts/imports/{first['id']}/undo"
    refused = desk.camp.api.post(path)
    assert refused.status_code == 409, refused.text
    assert "자료 보전" in refused.text
    desk.ok("POST", f"/contacts/imports/{second['id']}/undo", status=202)
    workers()
    assert len(desk.camp.rows("SELECT 1 FROM recipients WHERE name_sealed IS NOT NULL")) == 1
    lift(desk, made["id"])
    desk.ok("POST", path, status=202)


GREETING = {"purpose": "holiday_greeting"}
APPEAL = "추석 인사드립니다. 기호 1번 한 표 부탁드립니다"


def test_a_doubtful_campaign_waits_for_another_admin(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.campaign(desk.step(body=APPEAL), **GREETING)
    assert launch(desk, campaign) == (409, ["E17"])
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {"note": "확인 부탁"}, 201)
    again = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    assert asked["id"] == again["id"]
    assert asked["rules"] == ["E17"]
    path = f"/compliance/approvals/{asked['id']}"
    assert desk.camp.api.post(f"{path}/approve", {}).status_code == 403, "one's own"
    staff, admin = desk.camp.member("staff"), desk.camp.member("admin")
    assert staff.api.post(f"{path}/approve", {}).status_code == 403
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})["compliance"]
    assert (shown["allowed"], shown["needs_second_person"], shown["approval"]) == (True, True, "requested")
    assert admin.api.post(f"{path}/approve", {"note": "읽었습니다"}).json["data"]["state"] == "approved"
    assert admin.api.post(f"{path}/refuse", {}).status_code == 409
    assert launch(desk, campaign)[0] == 202


@pytest.mark.parametrize(
    "change",
    [{"audience": {"filter": {"tag": "당원"}}}, {"scheduled_at": "2030-01-01T00:00:00Z"}, {"body": True}],
)
def test_an_edit_voids_the_approval(desk: Desk, change: dict[str, Any]) -> None:
    desk.contact(phone(), tags=["당원"])
    admin = desk.camp.member("admin")
    campaign = desk.campaign(desk.step(body=APPEAL), **GREETING)
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    assert admin.api.post(f"/compliance/approvals/{asked['id']}/approve", {}).status_code == 200
    body = APPEAL + "!" if change.pop("body", None) else APPEAL
    desk.ok("PUT", f"/campaigns/{campaign}", desk.draft(desk.step(body=body), **{**GREETING, **change}))
    assert "E17" in launch(desk, campaign)[1]
    [known] = desk.ok("GET", f"/campaigns/{campaign}/approvals")
    assert (known["state"], known["current"]) == ("approved", False)


def test_what_changed_since_it_was_asked_cannot_be_approved(desk: Desk) -> None:
    desk.contacts(1)
    admin = desk.camp.member("admin")
    campaign = desk.campaign(desk.step(body=APPEAL), **GREETING)
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    desk.ok("PUT", f"/campaigns/{campaign}", desk.draft(desk.step(body=APPEAL + "!"), **GREETING))
    answer = admin.api.post(f"/compliance/approvals/{asked['id']}/approve", {})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "CONFLICT")
    refused = admin.api.post(f"/compliance/approvals/{asked['id']}/refuse", {"note": "지지 호소"})
    assert refused.json["data"]["state"] == "refused"


def test_nobody_is_asked_without_need(desk: Desk) -> None:
    desk.contacts(1)
    assert desk.camp.api.post(f"/campaigns/{desk.campaign()}/approvals", {}).status_code == 409


def test_declarations_are_judged_and_belong_to_the_content(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.campaign(desk.step(body="여론조사 결과 안내"))
    path = f"/campaigns/{campaign}"
    assert launch(desk, campaign) == (409, ["E13"])
    desk.ok("PUT", f"{path}/declarations", {"poll_reference": "12345"})
    assert desk.ok("GET", f"{path}/declarations")["poll_reference"] == "12345"
    assert launch(desk, campaign)[0] == 202
    assert desk.camp.api.put(f"{path}/declarations", {"own_poll": True}).status_code == 409
    assert desk.camp.api.put(f"{path}/declarations", {"unknown": 1}).status_code == 422


def test_the_rules_are_listed_in_both_languages(desk: Desk) -> None:
    shown = desk.ok("GET", "/compliance/rules")
    assert len(shown["rules"]) == 37
    assert "법률 자문이 아닙니다" in shown["disclaimer"]
    english = desk.camp.api.in_language("en").get("/compliance/rules").json["data"]
    assert "no legal advice" in english["disclaimer"]


def test_the_status_of_a_new_camp_is_empty(desk: Desk) -> None:
    found = desk.ok("GET", "/compliance/status")
    assert (found["candidate"]["standing"], found["election"], found["counter"]) == ("unknown", None, None)
    desk.candidate()
    found = desk.ok("GET", "/compliance/status")
    assert found["candidate"]["standing"] == "pre_candidate"
    assert [one["name"] for one in found["dates_to_come"]][-1] == "election_day"
    desk.ok("POST", "/compliance/attestation", status=204)
    assert desk.ok("GET", "/compliance/status")["attested"] is True
    desk.ok("POST", "/compliance/refusal-tests", status=204)
    assert desk.ok("GET", "/candidate")["refusal_tested_on"]
    election = found["election"]["id"]
    assert desk.camp.api.delete(f"/elections/{election}").status_code == 409
    assert desk.camp.member("staff").api.put("/candidate", {"name": "x"}).status_code == 403
