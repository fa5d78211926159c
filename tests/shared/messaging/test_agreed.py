"""Who has agreed to advertising: consents of people who were merged, and those that were taken back."""

from datetime import timedelta

import pytest

from shared import compliance
from shared.compliance import advertising
from shared.kernel.clock import SEOUL
from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_law import ad, launch


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (advertising, compliance):
        monkeypatch.setattr(module, "is_night", lambda at: False)


def test_a_consent_that_is_taken_back_counts_at_the_next_batch(desk: Desk) -> None:
    contact = desk.contact(phone())
    given = desk.consent(contact)
    campaign = ad(desk)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.ok("POST", f"/contacts/{contact}/consents/{given}/withdraw", {"how": "전화"})
    assert desk.send(campaign) == 0
    assert desk.counts(campaign)["suppressed"] == 1
    assert desk.ok("GET", f"/campaigns/{campaign}/stats")["suppressed"] == 1
    desk.check_books([campaign])


def test_the_consent_of_a_merged_contact_is_the_persons(desk: Desk) -> None:
    keep, gone = desk.contact(phone()), desk.contact(phone())
    desk.consent(gone)
    desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [gone]}, 201)
    assert desk.ok("POST", f"/campaigns/{ad(desk)}/preview", {})["audience"]["value"] == 1


def test_the_consent_of_one_who_was_merged_twice_is_the_persons(desk: Desk) -> None:
    first, second, third = (desk.contact(phone()) for _ in range(3))
    desk.consent(first)
    for keep, gone in ((second, first), (third, second)):
        desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [gone]}, 201)
    campaign = ad(desk)
    assert desk.ok("POST", f"/campaigns/{campaign}/preview", {})["audience"]["value"] == 1
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    assert desk.send(campaign) == 1


def take_back(desk: Desk, contact: str, consent: str) -> None:
    desk.ok("POST", f"/contacts/{contact}/consents/{consent}/withdraw", {"how": "전화"})


def agreeing(desk: Desk) -> int:
    """How many a new advertisement by text would reach."""
    return int(desk.ok("POST", f"/campaigns/{ad(desk)}/preview", {})["audience"]["value"])


def test_who_takes_back_one_consent_has_taken_back_those_for_the_same(desk: Desk) -> None:
    contact, older = desk.contact(phone()), desk.contact(phone())
    taken_back, other = desk.consent(contact), desk.consent(contact)
    desk.consent(older)
    campaign = ad(desk)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    take_back(desk, contact, taken_back)
    assert agreeing(desk) == 1, "the other one's"
    assert desk.send(campaign) == 1
    assert desk.counts(campaign)["suppressed"] == 1
    shown = {one["id"]: one for one in desk.ok("GET", f"/contacts/{contact}/consents")}
    assert shown[other]["ended_at"] == shown[taken_back]["withdrawn_at"]
    assert (
        shown[other]["reconfirm_by"] is shown[other]["withdrawn_at"] is shown[taken_back]["ended_at"] is None
    )
    noted = {"what": "confirmed", "consent_ids": [other]}
    desk.ok("POST", "/compliance/notices", noted)
    assert agreeing(desk) == 1, "a confirmation by the camp is no new consent"
    desk.ok("POST", "/contacts/merges", {"keep_id": older, "merge_ids": [contact]}, 201)
    assert agreeing(desk) == 0, "the one person of both has said no"
    desk.consent(older)
    assert agreeing(desk) == 0, "given yesterday, which was before"
    desk.consent(older, given_at=desk.now().astimezone(SEOUL).replace(hour=0, minute=0).isoformat())
    assert agreeing(desk) == 1, "changed their mind on the same day"


def test_a_consent_taken_back_for_texts_stays_for_the_rest(desk: Desk) -> None:
    contact = desk.contact(phone())
    desk.consent(contact)
    take_back(desk, contact, desk.consent(contact, channel="kakao"))
    assert agreeing(desk) == 1
    take_back(desk, contact, desk.consent(contact, channel="sms"))
    assert agreeing(desk) == 0


def test_an_old_consent_of_a_merged_contact_is_a_task_for_the_one_that_stays(desk: Desk) -> None:
    first, second, third = (desk.contact(phone()) for _ in range(3))
    given_at = (desk.now() - timedelta(days=731)).isoformat()
    desk.consent(first, given_at=given_at)
    for keep, gone in ((second, first), (third, second)):
        desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [gone]}, 201)
    due = {"results_to_tell": 1, "consents_to_confirm": 1}
    assert desk.ok("GET", "/compliance/status")["tasks"] == due
    assert [one["contact_id"] for one in desk.ok("GET", "/privacy/consents-due")] == [third]
    assert [one["contact_id"] for one in desk.ok("GET", "/compliance/notices")] == [third]
    take_back(desk, third, desk.consent(third))
    assert desk.ok("GET", "/privacy/consents-due") == [], "nobody is asked again who has said no"
    assert desk.ok("GET", "/compliance/status")["tasks"]["consents_to_confirm"] == 0


def test_who_wants_no_advertising_is_not_asked_again_about_the_night(desk: Desk) -> None:
    contact = desk.contact(phone())
    given_at = (desk.now() - timedelta(days=731)).isoformat()
    night = desk.consent(contact, purpose="night_advertising", given_at=given_at)
    by_day = desk.consent(contact)
    assert [one["id"] for one in desk.ok("GET", "/privacy/consents-due")] == [night]
    take_back(desk, contact, by_day)
    assert desk.ok("GET", "/privacy/consents-due") == []
    shown = {one["id"]: one for one in desk.ok("GET", f"/contacts/{contact}/consents")}
    assert shown[night]["ended_at"] == shown[by_day]["withdrawn_at"]
