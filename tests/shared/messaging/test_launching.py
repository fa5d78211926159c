"""Launch: once, within the law, within the quota; and the reins afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messaging import launching, sending
from tests.shared.messaging.desk import Desk, phone, wait_until


def error(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json["error"]
    return found


def test_a_second_click_is_told_so_and_sends_nothing_twice(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.campaign()
    path = f"/campaigns/{campaign}/launch"
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _: desk.camp.api.post(path), range(6)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert error(refused)["code"] == "CONFLICT"
    assert "이미 발송" in error(refused)["message"]
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.received()["most"] == 1
    desk.check_books([campaign])


def test_an_unlawful_campaign_is_refused_rule_by_rule(desk: Desk) -> None:
    desk.contacts(1)
    desk.candidate(refusal_number="")
    campaign = desk.campaign(purpose="election_campaign")
    answer = desk.camp.api.in_language("en").post(f"/campaigns/{campaign}/launch")
    assert answer.status_code == 409
    assert error(answer)["code"] == "COMPLIANCE_BLOCKED"
    [detail] = error(answer)["details"]
    assert detail["rule"] == "E04"
    assert detail["article"] == "공직선거법 제82조의5 제2항"
    assert "required wording" in detail["message"]
    assert desk.status(campaign) == "draft"
    assert desk.quota()["reserved"] == 0


def test_the_ninth_election_text_is_refused_even_when_two_are_launched_at_once(desk: Desk) -> None:
    desk.contacts(1)
    desk.candidate()
    body = "(선거운동정보) 예비후보 홍길동 02-1234-5678 불법수집정보 신고 118 무료수신거부 080-123-4567"
    campaigns = [desk.campaign(desk.step(body=body), purpose="election_campaign") for _ in range(10)]

    def launch(campaign: Any) -> int:
        return int(desk.camp.api.post(f"/campaigns/{campaign}/launch").status_code)

    with ThreadPoolExecutor(5) as hands:
        statuses = list(hands.map(launch, campaigns))
    assert sorted(statuses) == [202] * 8 + [409] * 2


def test_an_empty_audience_is_refused(desk: Desk) -> None:
    answer = desk.camp.api.post(f"/campaigns/{desk.campaign()}/launch")
    assert (answer.status_code, error(answer)["code"]) == (409, "CONFLICT")


def test_the_quota_is_a_hard_stop_under_concurrency(desk: Desk) -> None:
    desk.contacts(4)
    desk.ok("PUT", "/quota", {"limit": 10})
    campaigns = [desk.campaign(desk.step(body=f"{number}번째 소식")) for number in range(5)]
    with ThreadPoolExecutor(5) as hands:
        answers = list(
            hands.map(lambda campaign: desk.camp.api.post(f"/campaigns/{campaign}/launch"), campaigns)
        )
    assert sorted(answer.status_code for answer in answers) == [202, 202, 409, 409, 409]
    refused = [error(answer) for answer in answers if answer.status_code == 409]
    assert {one["code"] for one in refused} == {"QUOTA_EXCEEDED"}
    for campaign, answer in zip(campaigns, answers, strict=True):
        if answer.status_code == 202:
            desk.freeze(campaign)
            desk.settle(campaign)
    quota = desk.quota()
    assert (quota["used"], quota["reserved"], quota["remaining"]) == (8, 0, 2)
    assert desk.received()["total"] == 8


def test_the_reservation_follows_the_true_number_of_recipients(desk: Desk) -> None:
    numbers = desk.contacts(5)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    assert desk.quota()["reserved"] == 5
    desk.ok("POST", "/opt-outs", {"phone": numbers[0]}, 201)
    desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 4
    desk.check_books([campaign])


def test_people_who_joined_after_the_launch_need_quota_too(desk: Desk) -> None:
    desk.contacts(2)
    desk.ok("PUT", "/quota", {"limit": 3})
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.contact(phone("0011"))
    desk.contact(phone("0012"))
    desk.freeze(campaign)
    counts = desk.counts(campaign)
    assert (counts["queued"], counts["suppressed"]) == (3, 1)
    desk.check_books([campaign])


def test_an_opt_out_after_the_launch_is_obeyed(desk: Desk) -> None:
    numbers = desk.contacts(4)
    campaign = desk.launch()
    desk.ok("POST", "/opt-outs", {"phone": numbers[1], "reason": "전화로 요청"}, 201)
    desk.settle(campaign)
    assert numbers[1].replace("-", "") not in desk.received()["counts"]
    assert desk.stats(campaign)["reasons"] == [{"reason": "opt_out", "count": 1}]
    assert desk.quota()["used"] == 3
    desk.check_books([campaign])


def test_an_erased_contact_is_not_written_to(desk: Desk) -> None:
    contact = desk.contact(phone())
    desk.contact(phone())
    campaign = desk.launch()
    desk.ok("DELETE", f"/contacts/{contact}", status=204)
    desk.settle(campaign)
    assert desk.received()["total"] == 1
    assert desk.counts(campaign)["suppressed"] == 1


def test_pause_acts_at_once_and_resume_goes_on(desk: Desk) -> None:
    desk.contacts(6)
    campaign = desk.launch()
    desk.send(campaign, 2)
    assert desk.ok("POST", f"/campaigns/{campaign}/pause")["status"] == "paused"
    assert desk.send(campaign) == 0
    assert desk.counts(campaign)["queued"] == 4
    assert desk.camp.api.post(f"/campaigns/{campaign}/pause").status_code == 409
    assert desk.ok("POST", f"/campaigns/{campaign}/resume")["status"] == "sending"
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (6, 1)
    desk.check_books([campaign])


def test_a_pause_before_the_freezing_holds(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    desk.freeze(campaign)
    assert (desk.status(campaign), desk.counts(campaign)["queued"]) == ("paused", 3)
    assert desk.send(campaign) == 0
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert desk.received()["most"] == 1
    desk.check_books([campaign])


def test_a_resume_before_the_freezing_launches_again(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert desk.ok("POST", f"/campaigns/{campaign}/resume")["status"] == "launching"
    assert desk.camp.api.post(f"/campaigns/{campaign}/launch").status_code == 409
    assert not desk.finish(campaign)
    desk.freeze(campaign)
    desk.settle(campaign)
    assert (desk.received()["total"], desk.received()["most"]) == (3, 1)
    desk.check_books([campaign])


def test_cancel_gives_the_quota_back_and_lets_reports_come(desk: Desk) -> None:
    desk.contacts(6)
    campaign = desk.launch()
    desk.send(campaign, 2)
    assert desk.ok("POST", f"/campaigns/{campaign}/cancel")["status"] == "cancelled"
    assert desk.send(campaign) == 0
    wait_until(lambda: desk.apply_reports() >= 0 and desk.counts(campaign)["delivered"] == 2)
    counts = desk.counts(campaign)
    assert (counts["suppressed"], counts["queued"]) == (4, 0)
    quota = desk.quota()
    assert (quota["used"], quota["reserved"]) == (2, 0)
    for verb in ("cancel", "resume", "launch", "pause", "retry-failed"):
        assert desk.camp.api.post(f"/campaigns/{campaign}/{verb}").status_code == 409
    desk.check_books([campaign])


def test_cancel_before_the_freezing_sends_nothing(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.ok("POST", f"/campaigns/{campaign}/cancel")
    desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 0
    assert desk.quota()["reserved"] == 0


def test_a_cancelled_campaign_starts_no_further_step(desk: Desk) -> None:
    desk.contact(phone("9001"))
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내드립니다."))
    desk.send(campaign)
    desk.ok("POST", f"/campaigns/{campaign}/cancel")
    wait_until(lambda: desk.apply_reports() >= 0 and desk.counts(campaign)["failed"] == 1)
    assert desk.stats(campaign)["fallback"]["started"] == 0
    desk.check_books([campaign])


def test_a_cancelled_campaign_does_not_revive_an_unknown_message(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    desk.simulator.faults(desk.api_key, reset_before_accept=1)
    desk.send(campaign)
    desk.ok("POST", f"/campaigns/{campaign}/cancel")
    desk.skip(seconds=200)
    desk.sweep("resolve_unknown")
    assert desk.counts(campaign)["suppressed"] == 2
    assert desk.received()["total"] == 0
    desk.check_books([campaign])


def test_temporary_failures_can_be_retried_and_final_ones_cannot(desk: Desk) -> None:
    desk.contact(phone("9001"))
    desk.contact(phone("9002"))
    campaign = desk.launch()
    desk.settle(campaign)
    assert desk.finish(campaign)
    answer = desk.ok("POST", f"/campaigns/{campaign}/retry-failed", status=202)
    assert answer["status"] == "sending"
    assert desk.counts(campaign)["queued"] == 1
    desk.settle(campaign)
    assert sorted(desk.received()["counts"].values()) == [1, 2]
    assert desk.finish(campaign)
    desk.check_books([campaign])


def test_a_scheduled_campaign_waits_for_its_time(desk: Desk) -> None:
    desk.contacts(2)
    at = datetime.now(UTC) + timedelta(hours=2)
    campaign = desk.launch(scheduled_at=at.isoformat())
    assert desk.status(campaign) == "scheduled"
    assert desk.camp.api.post(f"/campaigns/{campaign}/launch").status_code == 409
    ids = (desk.camp.tenant_id, campaign)
    assert ids not in launching.due_for_release(desk.now())
    launching.release(*ids, desk.now())
    assert desk.send(campaign) == 0
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert desk.ok("POST", f"/campaigns/{campaign}/resume")["status"] == "scheduled"
    desk.skip(hours=2, seconds=1)
    assert ids in launching.due_for_release(desk.now())
    launching.release(*ids, desk.now())
    assert desk.status(campaign) == "sending"
    desk.settle(campaign)
    assert desk.received()["most"] == 1


def test_a_time_without_a_zone_and_a_past_one_are_refused(desk: Desk) -> None:
    desk.contacts(1)
    naive = desk.camp.api.post("/campaigns", desk.draft(scheduled_at="2026-11-01T10:00:00"))
    assert naive.status_code == 422
    campaign = desk.campaign(scheduled_at="2020-01-01T10:00:00+09:00")
    assert desk.camp.api.post(f"/campaigns/{campaign}/launch").status_code == 409


def test_a_launch_whose_worker_died_is_frozen_later(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    ids = (desk.camp.tenant_id, campaign)
    assert ids not in launching.lost_launches(desk.now())
    assert ids in launching.lost_launches(desk.now() + timedelta(seconds=31))


def test_advertising_rests_at_night(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(2):
        desk.consent(desk.contact(phone(f"000{i}")))
    body = "(광고) 도서 안내 02-1234-5678 무료수신거부 080-123-4567"
    campaign = desk.campaign(desk.step(body=body), purpose="commercial")
    noon = datetime.now(UTC).replace(hour=3) + timedelta(days=1)
    with desk.camp.transaction() as connection:
        launching.launch(connection, desk.camp.cipher, campaign, desk.camp.member_id, noon)
    launching.freeze(desk.camp.tenant_id, campaign, noon)
    tenant = desk.camp.tenant_id
    assert sending.send_due(tenant, campaign, 1, lambda: noon) == 1
    assert sending.send_due(tenant, campaign, 1, lambda: noon.replace(hour=12)) == 0
    assert sending.send_due(tenant, campaign, 1, lambda: noon + timedelta(days=1)) == 1


def test_production_names_the_account_that_is_missing(desk: Desk, monkeypatch: Any) -> None:
    from shared.messaging import accounts

    desk.contacts(1)
    campaign = desk.campaign()
    chosen = desk.settings.model_copy(update={"environment": "production"})
    monkeypatch.setattr(accounts, "settings", lambda: chosen)
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    assert answer.status_code == 409
    assert "SOLAPI" in error(answer)["message"]


def test_camps_do_not_see_each_others_campaigns(desk: Desk, new_desk: Any) -> None:
    desk.contacts(2)
    campaign = desk.launch()
    other: Desk = new_desk()
    calls = [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "/stats"),
        ("GET", "/series"),
        ("GET", "/messages"),
        ("POST", "/launch"),
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("POST", "/cancel"),
        ("POST", "/retry-failed"),
        ("POST", "/preview"),
        ("POST", "/test-send"),
    ]
    for method, rest in calls:
        body = {"to": "010-2222-3333"} if rest == "/test-send" else None
        body = other.draft() if method == "PUT" else body
        answer = other.camp.api.call(method, f"/campaigns/{campaign}{rest}", body)
        assert answer.status_code == 404, (method, rest, answer.text)
    sender = desk.sender()
    stolen = other.camp.api.post(
        "/campaigns", {**other.draft(), "steps": [{**other.step(), "sender_id": sender}]}
    )
    assert stolen.status_code == 422
    assert other.send(campaign) == 0
    desk.settle(campaign)
    assert desk.counts(campaign)["delivered"] == 2
