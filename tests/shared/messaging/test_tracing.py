"""Carriers without our reference and without webhooks, from the launch to the last result."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import delivering
from shared.messaging.gateways import AligoGateway, SensGateway, calling
from shared.messaging.tracing import listing_grace
from tests.infra.simulator.running import wait_until
from tests.shared.messaging.carrier_desks import CARRIERS, at_carrier
from tests.shared.messaging.desk import Desk, dying_before, phone
from tests.shared.messaging.test_pictures import uploaded

GATEWAYS = {"sens": SensGateway, "aligo": AligoGateway}


@pytest.fixture(params=CARRIERS)
def carrier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def there(desk: Desk, carrier: str) -> Desk:
    return at_carrier(desk, carrier)


def lost(desk: Desk, campaign: UUID) -> None:
    """Send; the carrier takes the messages and its answer is lost."""
    desk.simulator.faults(desk.api_key, reset_after_accept=1)
    assert desk.send(campaign)


def late(desk: Desk) -> None:
    """Past the deadline, the grace and the time a list is given."""
    desk.skip(seconds=60 + 60 + 5 * 60 + 1)


def states(desk: Desk, campaign: UUID) -> dict[str, int]:
    return {state: count for state, count in desk.counts(campaign).items() if count and state != "recipients"}


def test_polling_alone_settles_a_campaign(there: Desk) -> None:
    numbers = [phone("0001"), phone("9001"), phone("9002"), phone("9003")]
    for number in numbers:
        there.contact(number)
    campaign = there.launch()
    assert there.send(campaign) == 4
    assert states(there, campaign) == {"sent": 4}
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 1, "failed": 3}
    reasons = {each["reason"]: each["count"] for each in there.stats(campaign)["reasons"]}
    assert reasons == {"unreachable": 1, "invalid_number": 1, "spam": 1}
    there.check_books([campaign])


def test_a_batch_goes_in_requests_as_the_carrier_takes_them(there: Desk, carrier: str) -> None:
    there.contacts(120)
    campaign = there.launch()
    assert there.send(campaign) == 120
    assert there.received()["most"] == 1
    groups = {text["group_id"] for text in there.texts()}
    assert len(groups) == (2 if carrier == "sens" else 1)
    assert {text["text"] for text in there.texts()} >= {"김하가님, 안녕하세요."}
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 120}


def test_a_lost_answer_is_found_and_nobody_is_sent_to_twice(there: Desk, carrier: str) -> None:
    there.contacts(7)
    campaign = there.launch()
    lost(there, campaign)
    assert states(there, campaign) == {"unknown": 7}
    there.skip(seconds=6)
    there.sweep("resolve_unknown")
    assert states(there, campaign).get("unknown") is None
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 7}
    assert there.received()["most"] == 1
    there.check_books([campaign])


def test_what_is_found_by_the_list_is_not_read_from_it_again(there: Desk, monkeypatch: Any) -> None:
    """Two answers are lost: the second look asks no more than the first."""
    there.contacts(3)
    asked: list[str] = []
    call = calling.Caller.ask

    def heard(self: calling.Caller, path: str, **options: Any) -> Any:
        asked.append(path)
        return call(self, path, **options)

    monkeypatch.setattr(calling.Caller, "ask", heard)
    looks = []
    for body in ("#{이름}님, 안녕하세요.", "#{이름}님, 다시 안내드립니다."):
        lost(there, there.launch(there.step(body=body)))
        there.skip(seconds=6)
        asked.clear()
        there.sweep("resolve_unknown")
        looks.append(len(asked))
    assert looks[0] == looks[1] > 0


def test_what_the_carrier_never_got_waits_for_its_list_and_is_sent_again(there: Desk) -> None:
    there.contacts(3)
    campaign = there.launch()
    there.simulator.faults(there.api_key, reset_before_accept=1)
    there.send(campaign)
    there.skip(seconds=121)
    there.sweep("resolve_unknown")
    assert states(there, campaign) == {"unknown": 3}, "a list may know a message later than it was taken"
    late(there)
    there.sweep("resolve_unknown")
    assert states(there, campaign) == {"queued": 3}
    assert there.send(campaign) == 3
    assert there.received()["most"] == 1
    there.check_books([campaign])


def test_an_attempt_that_was_turned_away_does_not_stand_for_the_next_one(there: Desk) -> None:
    """The carrier is busy and takes nothing; then it takes the same texts, and its answer is lost."""
    there.contacts(3)
    campaign = there.launch()
    there.simulator.faults(there.api_key, status_429=1)
    there.send(campaign)
    assert states(there, campaign) == {"queued": 3}
    there.skip(seconds=70)
    lost(there, campaign)
    late(there)
    there.sweep("resolve_unknown")
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 3}
    assert there.received()["most"] == 1
    there.check_books([campaign])


def test_what_the_list_does_not_show_is_asked_for_when_the_list_is_complete(there: Desk) -> None:
    """Not half an hour later, however often it was asked for before."""
    there.contacts(1)
    campaign = there.launch()
    there.simulator.faults(there.api_key, reset_before_accept=1)
    there.send(campaign)
    for seconds in (6, 11, 21, 41, 81):
        there.skip(seconds=seconds)
        there.sweep("resolve_unknown")
    [row] = there.camp.rows("SELECT deadline, next_look_up_at AS at FROM messages")
    assert row["at"] <= row["deadline"] + listing_grace()


@pytest.mark.parametrize("carrier", ["aligo"])
def test_by_a_wrong_clock_aligos_list_teaches_nothing(there: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SENS refuses a question that is signed five minutes off; Aligo answers it."""
    there.skip(minutes=-30)
    there.contacts(2)
    campaign = there.launch()
    lost(there, campaign)
    late(there)
    with monkeypatch.context() as wrong:
        wrong.setattr(calling, "wall_seconds", lambda: there.now().timestamp())
        there.sweep("resolve_unknown")
    assert states(there, campaign) == {"unknown": 2}
    assert there.send(campaign) == 0


def test_a_worker_that_dies_before_the_answer_is_written_loses_nothing(there: Desk, monkeypatch: Any) -> None:
    there.contacts(4)
    campaign = there.launch()
    with dying_before(delivering, "_store_answers", monkeypatch):
        there.send(campaign)
    there.skip(seconds=61)
    there.sweep("recover_sends")
    there.sweep("resolve_unknown")
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 4}
    assert there.received()["most"] == 1


def test_a_worker_that_dies_before_the_call_leaves_nothing_there(
    there: Desk, carrier: str, monkeypatch: Any
) -> None:
    there.contacts(2)
    campaign = there.launch()
    with dying_before(GATEWAYS[carrier], "send", monkeypatch):
        there.send(campaign)
    there.skip(seconds=61)
    there.sweep("recover_sends")
    late(there)
    there.sweep("resolve_unknown")
    assert there.send(campaign) == 2
    assert there.received()["most"] == 1


def test_an_account_that_sends_the_same_text_to_the_same_people_elsewhere_is_told_apart(
    there: Desk,
) -> None:
    """Two campaigns of one text: the answer about the second is lost, and it was not taken."""
    there.contact(phone())
    first, second = there.launch(), there.launch(there.step(body="김하늘님, 안녕하세요."))  # by another way
    assert there.send(first) == 1
    there.simulator.faults(there.api_key, reset_before_accept=1)
    there.send(second)
    late(there)
    there.sweep("resolve_unknown")
    assert states(there, second) == {"queued": 1}
    assert states(there, first) == {"sent": 1}


def test_two_lost_answers_with_one_text_to_one_person_are_counted(there: Desk) -> None:
    there.contact(phone())
    first, second = there.launch(), there.launch(there.step(body="김하늘님, 안녕하세요."))  # by another way
    lost(there, first)
    lost(there, second)
    there.skip(seconds=6)
    there.sweep("resolve_unknown")
    there.reconcile(first)
    there.reconcile(second)
    assert states(there, first) == states(there, second) == {"delivered": 1}
    assert there.received()["total"] == 2


def test_what_cannot_be_told_apart_stays_unknown_until_a_person_decides(there: Desk) -> None:
    number = phone()
    there.contact(number)
    campaign = there.launch()
    there.simulator.faults(there.api_key, reset_before_accept=1)
    there.send(campaign)
    elsewhere(there, number, "다른 곳에서 보낸 문자")
    late(there)
    for _ in range(3):
        there.sweep("resolve_unknown")
        there.skip(hours=1)
    assert states(there, campaign) == {"unknown": 1}, "never sent again by itself"
    [row] = there.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    path = f"/campaigns/{campaign}/messages/{row['id']}/decision"
    [shown] = there.ok("GET", f"/campaigns/{campaign}/messages?status=unknown")
    assert there.camp.api.call("POST", path, {"sent": False}).status_code == 409, "its deadline is to come"
    assert datetime.fromisoformat(shown["decide_from"]) > datetime.now(UTC) + listing_grace()
    there.camp.rows(
        "UPDATE messages SET deadline = now() - interval '6 minutes' WHERE id = %s RETURNING id", row["id"]
    )
    [shown] = there.ok("GET", f"/campaigns/{campaign}/messages")
    assert datetime.fromisoformat(shown["decide_from"]) < datetime.now(UTC)
    there.ok("POST", path, {"sent": False}, 204)
    assert states(there, campaign) == {"queued": 1}
    [shown] = there.ok("GET", f"/campaigns/{campaign}/messages")
    assert shown["decide_from"] is None
    assert there.camp.api.call("POST", path, {"sent": True}).status_code == 409
    assert there.send(campaign) == 1
    there.check_books([campaign])


def test_a_person_who_says_it_was_sent_has_the_last_word(there: Desk) -> None:
    number = phone()
    there.contact(number)
    campaign = there.launch()
    there.simulator.faults(there.api_key, reset_before_accept=1)
    there.send(campaign)
    elsewhere(there, number, "다른 곳에서 보낸 문자")
    late(there)
    there.sweep("resolve_unknown")
    [row] = there.camp.rows(
        "UPDATE messages SET deadline = now() - interval '6 minutes' WHERE campaign_id = %s RETURNING id",
        campaign,
    )
    there.ok("POST", f"/campaigns/{campaign}/messages/{row['id']}/decision", {"sent": True}, 204)
    assert states(there, campaign) == {"sent": 1}
    there.skip(hours=73)
    there.sweep("reconcile_reports")
    there.sweep("expire_unreported")
    assert states(there, campaign) == {"failed": 1}
    assert there.received()["total"] == 1
    there.check_books([campaign])


def test_a_list_that_cannot_be_read_teaches_nothing(there: Desk, carrier: str, monkeypatch: Any) -> None:
    there.contacts(2)
    campaign = there.launch()
    lost(there, campaign)
    late(there)
    key = there.api_key
    there.simulator.put(key, credentials={"user_id": "somebody"}).raise_for_status()
    there.sweep("resolve_unknown")
    assert states(there, campaign) == {"unknown": 2}


def test_another_camp_may_not_decide(there: Desk, new_desk: Any) -> None:
    there.contact(phone())
    campaign = there.launch()
    lost(there, campaign)
    [row] = there.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    path = f"/campaigns/{campaign}/messages/{row['id']}/decision"
    assert new_desk().camp.api.call("POST", path, {"sent": False}).status_code == 404
    assert there.camp.member("staff").api.call("POST", path, {"sent": False}).status_code == 403


def elsewhere(desk: Desk, number: str, text: str) -> None:
    """Somebody sends from the same account with another tool."""
    from shared.messaging import accounts
    from shared.messaging.gateways import OutgoingMessage

    with desk.camp.transaction() as connection:
        gateway = accounts.gateway_for(accounts.for_sending(connection, desk.camp.cipher))
    message = OutgoingMessage("elsewhere", number.replace("-", ""), "0212345678", "sms", text)
    [answer] = gateway.send([message])
    assert answer.accepted
    wait_until(lambda: desk.received()["total"] >= 1)


def test_a_picture_is_uploaded_or_goes_along_as_the_carrier_takes_it(there: Desk) -> None:
    image = uploaded(there)
    number = phone()
    there.contact(number)
    step = there.step("mms", "#{이름}님, 사진을 보냅니다.", image_id=image["id"], subject="사진")
    campaign = there.launch(step)
    assert there.send(campaign) == 1
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 1}
    assert [text["type"] for text in there.texts()] == ["MMS"]
