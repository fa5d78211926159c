"""The law at work on real campaigns: status, counter, wording, consents, batches."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import compliance
from shared.compliance import SEND_WINDOW, Declared, advertising
from shared.messaging import law, sending
from tests.shared.messaging.desk import Desk, phone

BODY = "(선거운동정보) 예비후보 홍길동 02-1234-5678 불법수집정보 신고 118 무료수신거부 080-123-4567"
ELECTION = {"purpose": "election_campaign"}


def launch(desk: Desk, campaign: UUID) -> tuple[int, list[str]]:
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    return answer.status_code, [d["rule"] for d in (answer.json.get("error") or {}).get("details", [])]


def election_campaign(desk: Desk, body: str = BODY, **more: Any) -> UUID:
    return desk.campaign(desk.step(body=body), **{**ELECTION, **more})


def counter(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = desk.ok("GET", "/compliance/status")["counter"]
    return found


def verdicts(desk: Desk, campaign: UUID) -> dict[str, dict[str, Any]]:
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    return {one["rule"]: one for one in shown["compliance"]["verdicts"]}


def test_nobody_campaigns_before_a_candidate_is_entered(desk: Desk) -> None:
    desk.contacts(1)
    assert launch(desk, election_campaign(desk)) == (409, ["E01"])
    desk.candidate(pre_registered_on=None)
    assert launch(desk, election_campaign(desk)) == (409, ["E09"])
    desk.candidate()
    assert launch(desk, election_campaign(desk))[0] == 202
    desk.candidate(organisation="party")
    assert launch(desk, election_campaign(desk)) == (409, ["E01"])


def test_sends_of_elsewhere_count_and_can_be_taken_back(desk: Desk) -> None:
    desk.contacts(1)
    election = desk.candidate()["election_id"]
    today = desk.now().date().isoformat()
    path = f"/elections/{election}/sends"
    made = [
        desk.ok("POST", path, {"sent_on": today, "recipients": 900, "note": "다른 업체"}, 201)
        for _ in range(7)
    ]
    assert counter(desk) == {"limit": 8, "used": 7, "elsewhere": 7, "left": 1}
    assert verdicts(desk, election_campaign(desk))["E02"]["severity"] == "warn"
    first, second = election_campaign(desk), election_campaign(desk)
    assert launch(desk, first)[0] == 202
    assert launch(desk, second) == (409, ["E02"])
    own = next(one for one in desk.ok("GET", path) if one["campaign_id"])
    assert own["campaign_id"] == str(first)
    assert desk.camp.api.delete(f"{path}/{own['id']}").status_code == 404
    desk.ok("DELETE", f"{path}/{made[0]['id']}", status=204)
    assert launch(desk, second)[0] == 202
    tomorrow = (desk.now() + timedelta(days=2)).date().isoformat()
    assert desk.camp.api.post(path, {"sent_on": tomorrow}).status_code == 422


def test_a_campaign_of_which_nothing_left_is_not_counted(desk: Desk) -> None:
    desk.contacts(1)
    desk.candidate()
    campaign = election_campaign(desk)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    assert counter(desk)["used"] == 1
    desk.ok("POST", f"/campaigns/{campaign}/cancel", status=200)
    assert counter(desk)["used"] == 0
    sent = election_campaign(desk)
    launch(desk, sent)
    desk.freeze(sent)
    desk.settle(sent)
    desk.finish(sent)
    assert counter(desk)["used"] == 1


def test_what_the_carrier_refused_at_its_door_was_not_sent(desk: Desk) -> None:
    desk.contact(phone("9006"))
    desk.candidate()
    campaign = election_campaign(desk)
    launch(desk, campaign)
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.finish(campaign)
    assert counter(desk)["used"] == 0
    assert desk.ledger(campaign) == {"failed": 1}


def test_two_launches_cannot_both_be_the_eighth(desk: Desk) -> None:
    desk.contacts(1)
    election = desk.candidate()["election_id"]
    today = desk.now().date().isoformat()
    for _ in range(5):
        desk.ok("POST", f"/elections/{election}/sends", {"sent_on": today}, 201)
    campaigns = [election_campaign(desk) for _ in range(6)]
    with ThreadPoolExecutor(6) as hands:
        statuses = [status for status, _ in hands.map(lambda one: launch(desk, one), campaigns)]
    assert sorted(statuses) == [202] * 3 + [409] * 3
    assert counter(desk) == {"limit": 8, "used": 8, "elsewhere": 5, "left": 0}


def test_what_goes_on_after_a_day_is_another_send(desk: Desk) -> None:
    desk.contacts(3)
    desk.candidate()
    campaign = election_campaign(desk)
    launch(desk, campaign)
    desk.freeze(campaign)
    assert desk.send(campaign, 1) == 1
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 1
    desk.skip(seconds=SEND_WINDOW.total_seconds() + 60)
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 2


def test_the_ninth_send_stops_a_campaign_that_goes_on_too_late(desk: Desk) -> None:
    desk.contacts(2)
    election = desk.candidate()["election_id"]
    campaign = election_campaign(desk)
    launch(desk, campaign)
    desk.freeze(campaign)
    assert desk.send(campaign, 1) == 1
    for _ in range(7):
        desk.ok("POST", f"/elections/{election}/sends", {"sent_on": desk.now().date().isoformat()}, 201)
    desk.skip(seconds=SEND_WINDOW.total_seconds() + 60)
    assert desk.send(campaign, 1) == 0
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("stopped", "compliance:E02")
    assert desk.counts(campaign)["queued"] == 1


def test_a_candidacy_that_ends_stops_the_next_batch(desk: Desk) -> None:
    desk.contacts(2)
    known = desk.candidate()
    campaign = election_campaign(desk)
    launch(desk, campaign)
    desk.freeze(campaign)
    assert desk.send(campaign, 1) == 1
    desk.candidate(election_id=known["election_id"], withdrawn_on=desk.now().date().isoformat())
    assert desk.send(campaign, 1) == 0
    assert desk.ok("GET", f"/campaigns/{campaign}")["stop_reason"] == "compliance:E01"
    found = desk.ok("GET", f"/campaigns/{campaign}/checks")
    assert [(one["moment"], one["step"]) for one in found] == [("launch", 0), ("batch", 1), ("batch", 1)]
    assert [v["rule"] for v in found[-1]["verdicts"]] == ["E01"]
    assert found[0]["rule_set"] == desk.ok("GET", "/compliance/rules")["version"]
    assert "E07" in [v["rule"] for v in found[0]["verdicts"]], "cautions are kept as well"


def test_batches_that_find_the_same_are_counted(desk: Desk) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    for _ in range(3):
        desk.send(campaign, 1)
    found = desk.ok("GET", f"/campaigns/{campaign}/checks")
    assert [(one["moment"], one["checks"]) for one in found] == [("launch", 1), ("batch", 3)]


def test_the_fallback_is_judged_as_a_step_of_its_own(desk: Desk) -> None:
    desk.contact(phone("9001"))
    campaign = desk.launch(desk.step(), desk.step("lms", "다시 보냅니다"))
    desk.settle(campaign)
    assert {one["step"] for one in desk.ok("GET", f"/campaigns/{campaign}/checks")} == {0, 1, 2}


def test_required_wording_is_put_in_and_shown(desk: Desk) -> None:
    desk.contact(phone(), "김하나")
    desk.candidate(phone="02-1234-5678", refusal_number="080-123-4567")
    campaign = election_campaign(desk, "#{이름}님, 안녕하세요")
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    told = {one["rule"]: one for one in shown["compliance"]["verdicts"]}
    assert told["E04"]["severity"] == "insert"
    assert shown["compliance"]["allowed"] is True
    text = shown["steps"][0]["text"]
    assert text.startswith("(선거운동정보)\n김하나님, 안녕하세요")
    assert text.endswith("홍길동 02-1234-5678\n불법수집정보 신고 118\n무료수신거부 080-123-4567")
    assert shown["steps"][0]["kind"] == "lms", "its size is judged with the words"
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.settle(campaign)
    assert [one["text"] for one in desk.texts()] == [text]


def test_required_wording_is_offered_when_the_camp_wants_to_put_it_in_itself(desk: Desk) -> None:
    desk.contacts(1)
    known = {"phone": "02-1234-5678", "refusal_number": "080-123-4567", "insert_wording": False}
    desk.candidate(**known)
    campaign = election_campaign(desk, "안녕하세요")
    assert launch(desk, campaign) == (409, ["E04"])
    [fix] = verdicts(desk, campaign)["E04"]["fixes"]
    assert (fix["kind"], fix["step"]) == ("insert", 1)
    body = fix["prefix"] + "안녕하세요" + fix["suffix"]
    desk.ok("PUT", f"/campaigns/{campaign}", desk.draft(desk.step(body=body), **ELECTION))
    assert launch(desk, campaign)[0] == 202


def test_a_newly_reported_number_replaces_the_old_one(desk: Desk) -> None:
    desk.contacts(1)
    desk.candidate()
    today = desk.now().date()
    newer = {
        "kind": "phone", "value": "02-9999-8888", "registered_on": "2026-01-02",
        "reported_on": (today - timedelta(days=2)).isoformat(),
    }  # fmt: skip
    campaign = election_campaign(desk)
    sender = desk.ok("POST", "/senders", newer, 201)
    assert launch(desk, campaign) == (409, ["E03"])
    used = {one["value"]: one["in_use"] for one in desk.ok("GET", "/compliance/status")["reported_numbers"]}
    assert used == {"02-1234-5678": False, "02-9999-8888": True}
    desk.ok("DELETE", f"/senders/{sender['id']}", status=204)
    assert launch(desk, campaign)[0] == 202


AD = "(광고) 홍길동 도서 안내\n무료수신거부 080-123-4567"


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    _always_day(monkeypatch)


def _always_day(patch: pytest.MonkeyPatch) -> None:
    for module in (advertising, compliance):
        patch.setattr(module, "is_night", lambda at: False)


def ad(desk: Desk) -> UUID:
    return desk.campaign(desk.step(body=AD), purpose="commercial")


def test_advertising_goes_to_those_who_agreed(desk: Desk, by_day: None) -> None:
    agreed, other, late, sms_only = phone("0001"), phone("0002"), phone("0003"), phone("0004")
    desk.consent(desk.contact(agreed))
    desk.contact(other)
    assert desk.ok("POST", f"/campaigns/{ad(desk)}/preview", {})["audience"]["value"] == 1
    desk.consent(desk.contact(late), given_at=(desk.now() - timedelta(days=731)).isoformat())
    desk.consent(desk.contact(sms_only), channel="sms")
    campaign = ad(desk)
    told = verdicts(desk, campaign)["A01"]
    assert (told["severity"], "2명" in told["message"]) == ("warn", True)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 2
    desk.settle(campaign)
    assert set(desk.received()["counts"]) == {agreed.replace("-", ""), sms_only.replace("-", "")}
    desk.check_books([campaign])


@pytest.mark.parametrize(
    "body",
    [
        "#{머리} 홍길동 도서 안내\n무료수신거부 080-123-4567",
        "(광고) 홍길동 도서 안내\n#{꼬리}",
        "(광고) #{이름} 도서 안내\n무료수신거부 080-123-4567",
    ],
)
def test_a_required_word_is_nothing_that_each_person_has(desk: Desk, by_day: None, body: str) -> None:
    """The one who is shown has it; the next one's field is empty."""
    desk.candidate(insert_wording=False)
    desk.consent(desk.contact(phone(), "이바다"))
    has = {"머리": "(광고)", "꼬리": "무료수신거부 080-123-4567"}
    desk.consent(desk.contact(phone(), "홍길동", custom=has))
    campaign = desk.campaign(desk.step(body=body), purpose="commercial")
    assert launch(desk, campaign) == (409, ["A03"])


def test_advertising_for_nobody_is_refused(desk: Desk, by_day: None) -> None:
    desk.contacts(2)
    assert launch(desk, ad(desk)) == (409, ["A01"])


NIGHT = datetime(2026, 11, 23, 13, tzinfo=UTC)  # ten in the evening in Seoul


def test_the_night_is_for_those_who_agreed_to_it(desk: Desk) -> None:
    first, second = desk.contact(phone()), desk.contact(phone())
    for contact in (first, second):
        desk.consent(contact)
    desk.consent(first, "night_advertising")
    at_night = NIGHT + timedelta(days=((datetime.now(UTC) - NIGHT).days + 2))
    campaign = desk.campaign(desk.step(body=AD), purpose="commercial", scheduled_at=at_night.isoformat())
    assert launch(desk, campaign) == (409, ["A02"])
    assert verdicts(desk, campaign)["A02"]["fixes"][0]["kind"] == "reschedule"
    desk.consent(second, "night_advertising")
    assert launch(desk, campaign)[0] == 202
    [row] = desk.camp.rows("SELECT consents_needed FROM campaigns WHERE id = %s", campaign)
    assert row["consents_needed"] == ["advertising", "night_advertising"]


def test_the_evenings_last_seconds_are_night_for_what_leaves_after_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is claimed at 20:59:50 may be under way at 21:00:05: a call begins up to 20 s later."""
    for _ in range(2):
        desk.consent(desk.contact(phone()))
    campaign = ad(desk)
    with monkeypatch.context() as patch:
        _always_day(patch)
        assert launch(desk, campaign)[0] == 202
        desk.freeze(campaign)
    nine = NIGHT.replace(hour=12) + timedelta(days=(datetime.now(UTC) - NIGHT).days + 2)
    for seconds, expected in ((-30, 1), (-10, 0), (1, 0), (11 * 3600 + 1, 1)):
        desk.skipped = nine + timedelta(seconds=seconds) - datetime.now(UTC)
        assert desk.send(campaign, 1) == expected, seconds
    desk.check_books([campaign])


def test_the_same_text_within_a_day_is_told(desk: Desk) -> None:
    desk.contacts(1)
    desk.launch()
    assert verdicts(desk, desk.campaign())["V02"]["severity"] == "warn"
    assert "V02" not in verdicts(desk, desk.campaign(desk.step(body="다른 글")))


def test_the_preview_tells_of_too_little_quota(desk: Desk) -> None:
    desk.contacts(2)
    desk.ok("PUT", "/quota", {"limit": 1})
    assert verdicts(desk, desk.campaign())["V04"]["severity"] == "block"


def test_people_who_refused_are_told_of(desk: Desk) -> None:
    number = phone()
    desk.contact(number)
    desk.contacts(1)
    desk.ok("POST", "/opt-outs", {"phone": number}, 201)
    assert "1명" in verdicts(desk, desk.campaign())["E05"]["message"]


def test_a_campaign_of_another_purpose_costs_one_question_a_batch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The candidate is looked up for election campaigns only."""
    from shared.compliance import registers

    desk.contacts(1)
    campaign = desk.launch()
    monkeypatch.setattr(registers, "load", lambda *_: pytest.fail("asked for the candidate"))
    assert sending.send_due(desk.camp.tenant_id, campaign, 1, desk.now) == 1


def test_old_consents_and_untold_results_are_tasks(desk: Desk, by_day: None) -> None:
    contact = desk.contact(phone())
    old = desk.consent(contact, given_at=(desk.now() - timedelta(days=731)).isoformat())
    due = {"results_to_tell": 1, "consents_to_confirm": 1}
    assert desk.ok("GET", "/compliance/status")["tasks"] == due
    assert launch(desk, ad(desk)) == (409, ["A01"]), "older than two years"
    for what in ("given", "confirmed"):
        told = {"what": what, "consent_ids": [old]}
        assert desk.ok("POST", "/compliance/notices", told) == {"noted": 1}
    assert set(desk.ok("GET", "/compliance/status")["tasks"].values()) == {0}
    assert launch(desk, ad(desk))[0] == 202


def test_the_same_words_with_another_picture_are_another_content() -> None:
    step = {"channel": "mms", "subject": "봄", "body": "인사드립니다", "image_id": None}
    shown, other = ({**step, "image_id": UUID(int=number)} for number in (1, 2))
    assert len({law.text_hash([one]) for one in (step, shown, other)}) == 3
    campaign = {"purpose": "event_notice", "audience": {"all": True}, "scheduled_at": None}
    hashes = {law.content_hash(campaign, [one], Declared()) for one in (step, shown, other)}
    assert len(hashes) == 3, "an approval of one picture is none of another"
