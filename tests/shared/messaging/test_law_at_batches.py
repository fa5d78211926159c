"""What changes after the launch is asked of each batch, and of each person at the last moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import costs, store_recipients
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_brand import begin, brand, tomorrow
from tests.shared.messaging.test_law import election_campaign, launch, verdicts

POLL = "여론조사에서 앞섰습니다"


def stop_reason(desk: Desk, campaign: UUID) -> str | None:
    found: str | None = desk.ok("GET", f"/campaigns/{campaign}")["stop_reason"]
    return found


def begun(desk: Desk, campaign: UUID) -> UUID:
    """Launched, and its first message sent."""
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    assert desk.send(campaign, 1) == 1
    return campaign


def test_another_reported_number_stops_what_goes_on_from_the_old_one(desk: Desk) -> None:
    desk.contacts(2)
    desk.candidate()
    campaign = begun(desk, election_campaign(desk))
    newer = {
        "kind": "phone", "value": "02-9999-8888", "registered_on": "2026-01-02",
        "reported_on": (desk.now().date() - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    desk.ok("POST", "/senders", newer, 201)
    assert desk.send(campaign) == 0
    assert stop_reason(desk, campaign) == "compliance:E03"


@pytest.mark.parametrize("purpose", ["event_notice", "party_activity"])
def test_a_poll_is_quoted_until_the_seventh_day_before(desk: Desk, purpose: str) -> None:
    desk.contacts(2)
    day = desk.now() + timedelta(hours=9)  # Korea
    election = {
        "kind": "governor",
        "name": "선거",
        "election_day": (day + timedelta(days=7)).date().isoformat(),
    }
    desk.candidate(election_id=desk.ok("POST", "/elections", election, 201)["id"])
    campaign = desk.campaign(desk.step(body=POLL), purpose=purpose)
    desk.ok("PUT", f"/campaigns/{campaign}/declarations", {"poll_reference": "제12345호"})
    begun(desk, campaign)
    desk.skip(days=1)
    assert desk.send(campaign) == 0
    assert stop_reason(desk, campaign) == "compliance:E12"


def test_a_candidacy_that_ends_stops_kakao_too(desk: Desk) -> None:
    desk.contacts(2)
    known = desk.candidate(refusal_number="080-123-4567", insert_wording=True)
    campaign = begin(desk, brand(desk, "기호 1번입니다"), purpose="election_campaign")
    assert desk.send(campaign, 1) == 1
    desk.candidate(election_id=known["election_id"], withdrawn_on=desk.now().date().isoformat())
    assert desk.send(campaign) == 0
    assert stop_reason(desk, campaign) == "compliance:E19"


def test_a_brand_message_at_night_keeps_no_text_waiting(desk: Desk) -> None:
    friend, stranger = phone("0001"), phone("0002")
    desk.contact(friend)
    late = desk.contact(stranger)
    campaign = begin(desk, brand(desk), desk.step(body="문자로"), at=tomorrow(desk, 20, 49))
    with desk.camp.transaction() as connection:  # whom Kakao did not reach
        connection.execute("UPDATE recipients SET step = 2 WHERE contact_id = %s", [UUID(late)])
    desk.skip(minutes=2)
    assert desk.send(campaign) == 1
    assert set(desk.received()["counts"]) == {stranger.replace("-", "")}
    assert desk.send(campaign) == 0
    assert desk.status(campaign) == "sending", "the friend waits for the morning"
    desk.skip(hours=11, minutes=12)
    assert desk.send(campaign) == 1


def test_a_brand_message_of_the_last_seconds_waits_for_the_morning(desk: Desk) -> None:
    """Kakao would refuse what leaves after its hour, and the text behind it would go out instead."""
    desk.contacts(1)
    campaign = begin(desk, brand(desk), desk.step(body="문자로"), at=tomorrow(desk, 20, 49))
    desk.skip(seconds=50)
    assert desk.send(campaign) == 0
    assert desk.counts(campaign)["queued"] == 1


def test_who_got_the_same_text_within_a_day_is_left_out(desk: Desk) -> None:
    got, missed = phone("0001"), phone("9001")
    for number in (got, missed):
        desk.contact(number)
    desk.settle(desk.launch(desk.step(body="같은 글")))
    new = phone("0003")
    desk.contact(new)
    campaign = desk.campaign(desk.step(body="같은 글"))
    told = verdicts(desk, campaign)["V02"]
    assert (told["severity"], "1명" in told["message"]) == ("warn", True)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.settle(campaign)
    counts = desk.received()["counts"]
    assert counts == {got.replace("-", ""): 1, missed.replace("-", ""): 2, new.replace("-", ""): 1}
    [left] = desk.camp.rows("SELECT reason FROM recipients WHERE state = 'suppressed'")
    assert left["reason"] == "duplicate"
    desk.check_books([campaign])


def test_after_a_day_the_same_text_may_be_sent_again(desk: Desk) -> None:
    number = phone()
    desk.contact(number)
    desk.settle(desk.launch(desk.step(body="같은 글")))
    again = desk.launch(desk.step(body="같은 글"))
    desk.skip(hours=24, minutes=1)
    desk.settle(again)
    assert desk.received()["counts"] == {number.replace("-", ""): 2}


def test_what_a_slow_campaign_sent_today_counts_and_what_it_sent_before_does_not(desk: Desk) -> None:
    desk.contacts(2)
    slow = desk.launch(desk.step(body="같은 글"))
    assert desk.send(slow, 1) == 1
    desk.skip(days=2)
    assert desk.send(slow) == 1
    again = desk.launch(desk.step(body="같은 글"))
    assert desk.send(again) == 1
    assert sorted(desk.received()["counts"].values()) == [1, 2]


def test_two_campaigns_that_say_the_same_at_once_reach_everybody_once(desk: Desk) -> None:
    desk.contacts(12)
    campaigns = [desk.launch(desk.step(body="같은 글")) for _ in range(2)]
    with ThreadPoolExecutor(4) as hands:
        for _ in range(6):
            list(hands.map(lambda campaign: desk.send(campaign, 3), campaigns * 2))
    for campaign in campaigns:
        desk.settle(campaign)
    assert desk.received()["most"] == 1
    assert desk.received()["total"] == 12
    desk.check_books(campaigns)


def sensitive_campaign(desk: Desk) -> UUID:
    return desk.campaign(desk.step(body="#{모임 성향} 모임에 오세요"))


@pytest.fixture
def told(desk: Desk) -> list[str]:
    """Two contacts with a sensitive field."""
    desk.ok("POST", "/custom-fields", {"label": "모임 성향", "sensitive": True}, 201)
    custom = {"모임 성향": "푸른"}
    return [desk.contact(phone(suffix), custom=custom) for suffix in ("0001", "0002")]


def test_a_sensitive_field_is_told_to_those_who_agreed_to_that(desk: Desk, told: list[str]) -> None:
    assert launch(desk, sensitive_campaign(desk)) == (409, ["P02"])
    desk.consent(told[0], "sensitive", given_at=(desk.now() - timedelta(days=900)).isoformat())
    campaign = sensitive_campaign(desk)
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    assert shown["audience"]["value"] == 1
    found = next(one for one in shown["compliance"]["verdicts"] if one["rule"] == "P02")
    assert (found["severity"], "1명" in found["message"]) == ("warn", True)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.settle(campaign)
    assert [text["text"] for text in desk.texts()] == ["푸른 모임에 오세요"]


def test_a_consent_to_it_that_is_taken_back_counts_at_the_next_batch(desk: Desk, told: list[str]) -> None:
    given = [desk.consent(contact, "sensitive") for contact in told]
    campaign = sensitive_campaign(desk)
    assert "P02" not in verdicts(desk, campaign)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.ok("POST", f"/contacts/{told[0]}/consents/{given[0]}/withdraw", {"how": "전화"})
    assert desk.send(campaign) == 1
    [left] = desk.camp.rows("SELECT reason FROM recipients WHERE state = 'suppressed'")
    assert left["reason"] == "no_consent"


def test_the_money_at_the_carrier_is_asked_before_anything_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contacts(3)
    desk.api_key  # noqa: B018 (makes the account)
    campaign = desk.campaign(desk.step(body="짧은 글"))
    left = [53]
    asked: list[int] = []

    def balance(self: SolapiGateway) -> int:
        asked.append(left[0])
        return left[0]

    monkeypatch.setattr(SolapiGateway, "balance", balance)
    costs._lately.clear()
    found = [verdicts(desk, campaign)["V04"] for _ in range(3)]
    assert found[0]["severity"] == "block"
    assert "53" in found[0]["message"]
    assert len(asked) == 1, "previews come with every word"
    assert launch(desk, campaign) == (409, ["V04"])
    left[0] = 54
    assert launch(desk, campaign)[0] == 202, "a launch asks anew"
    costs._lately.clear()
    assert "V04" not in verdicts(desk, desk.campaign(desk.step(body="짧은 글")))


def test_what_no_account_sends_is_refused_at_the_preview(desk: Desk) -> None:
    desk.contacts(1)
    keys = {"api_key": "KEY", "api_secret": "SECRET"}
    desk.ok("POST", "/carrier-accounts", {"carrier": "nhn", "credentials": keys}, 201)
    step = brand(desk)
    draft: dict[str, Any] = {"purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    draft["scheduled_at"] = tomorrow(desk, 10).isoformat()
    found = desk.ok("POST", "/campaigns/preview", draft)["compliance"]["verdicts"]
    assert [(one["rule"], one["severity"]) for one in found] == [("V03", "block")]
    draft["steps"] = [desk.step()]
    assert desk.ok("POST", "/campaigns/preview", draft)["compliance"]["verdicts"] == []


def test_election_day_is_confirmed_apart_and_the_word_is_kept(desk: Desk) -> None:
    desk.contacts(1)
    today = (desk.now() + timedelta(hours=9)).date().isoformat()
    election = {"kind": "governor", "name": "선거", "election_day": today}
    day = desk.ok("POST", "/elections", election, 201)["id"]
    registered = (desk.now() - timedelta(days=20)).date().isoformat()
    desk.candidate(election_id=day, pre_registered_on=registered, registered_on=registered)
    campaign = election_campaign(desk)
    assert launch(desk, campaign) == (409, ["E20"])
    desk.ok("PUT", f"/campaigns/{campaign}/declarations", {"election_day": True})
    assert verdicts(desk, campaign)["E20"]["severity"] == "warn"
    assert launch(desk, campaign)[0] == 202
    assert desk.ok("GET", f"/campaigns/{campaign}/declarations")["election_day"] is True


def test_nobody_pays_for_a_lock_that_nobody_needs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign whose text nobody else has claims beside itself."""
    desk.contacts(2)
    campaign = desk.launch(desk.step(body="하나뿐인 글"))
    asked: list[Any] = []
    claim = store_recipients.claim

    def seen(*arguments: Any) -> Any:
        asked.append(arguments[-1])
        return claim(*arguments)

    monkeypatch.setattr(store_recipients, "claim", seen)
    assert desk.send(campaign) == 2
    assert [one["twins"] for one in asked] == [[]]
