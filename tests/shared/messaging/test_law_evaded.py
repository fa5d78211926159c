"""Ways to a ninth send, to voters by test messages, and past the rules by what a variable says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from shared.messaging import law, trial_sends
from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_contents import replace
from tests.shared.messaging.test_law import BODY, counter, election_campaign, launch, verdicts
from tests.shared.messaging.test_law_at_batches import begun, stop_reason
from tests.shared.messaging.test_trial_sends import try_it


def elsewhere(desk: Desk, election: str, count: int) -> None:
    for _ in range(count):
        desk.ok("POST", f"/elections/{election}/sends", {"sent_on": desk.now().date().isoformat()}, 201)


def test_what_goes_on_in_another_election_is_counted_there(desk: Desk) -> None:
    desk.contacts(3)
    desk.candidate()
    campaign = begun(desk, election_campaign(desk))
    later = desk.election(in_days=61)
    desk.candidate(election_id=later)
    assert counter(desk)["used"] == 0
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 1
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 1


def test_an_election_entered_twice_is_one(desk: Desk) -> None:
    desk.contacts(1)
    elsewhere(desk, desk.candidate()["election_id"], 8)
    twin = desk.election()
    desk.candidate(election_id=twin)
    assert counter(desk) == {"limit": 8, "used": 8, "elsewhere": 8, "left": 0}
    assert launch(desk, election_campaign(desk)) == (409, ["E02"])
    listed = desk.ok("GET", f"/elections/{twin}/sends")
    desk.ok("DELETE", f"/elections/{twin}/sends/{listed[0]['id']}", status=204)
    other = f"/elections/{desk.election(in_days=61)}/sends/{listed[1]['id']}"
    assert desk.camp.api.delete(other).status_code == 404
    assert counter(desk)["used"] == 7


def test_a_launch_reads_the_counter_under_its_lock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch takes a number without the launches' lock: between question and answer it must not."""
    desk.contacts(1)
    desk.candidate()
    judge, locked = law.judge, []

    def judged(*arguments: Any) -> Any:
        try:
            with desk.camp.transaction() as other:
                other.execute("SELECT 1 FROM elections FOR NO KEY UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            locked.append(True)
        return judge(*arguments)

    monkeypatch.setattr(law, "judge", judged)
    assert launch(desk, election_campaign(desk))[0] == 202
    assert locked == [True]


def test_another_text_is_another_send(desk: Desk) -> None:
    desk.contacts(3)
    election = desk.candidate()["election_id"]
    campaign = begun(desk, election_campaign(desk))
    assert counter(desk)["used"] == 1
    replace(desk, campaign, body=BODY + " 둘째")
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 2
    elsewhere(desk, election, 6)
    assert replace(desk, campaign, 409, body=BODY + " 셋째")["details"][0]["rule"] == "E02"
    assert desk.send(campaign, 1) == 1, "the second text is still allowed"
    assert counter(desk)["used"] == 8


def test_a_text_mended_before_any_left_is_the_same_send(desk: Desk) -> None:
    desk.contacts(2)
    desk.candidate()
    campaign = election_campaign(desk)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    replace(desk, campaign, body=BODY + " 고침")
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert desk.send(campaign) == 2
    assert counter(desk)["used"] == 1


def test_what_was_held_before_any_left_is_one_send_when_it_goes(desk: Desk) -> None:
    desk.contacts(2)
    desk.candidate()
    campaign = election_campaign(desk)
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    desk.skip(days=2)
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 1
    desk.skip(days=2)
    assert desk.send(campaign, 1) == 1
    assert counter(desk)["used"] == 2


def test_a_batch_whose_calls_begin_after_midnight_obeys_the_new_day(
    desk: Desk,
) -> None:
    desk.contacts(2)
    known = desk.candidate()
    campaign = begun(desk, election_campaign(desk))
    korea = desk.now() + timedelta(hours=9)
    midnight = (korea + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    desk.candidate(election_id=known["election_id"], withdrawn_on=midnight.date().isoformat())
    desk.skipped += midnight - korea - timedelta(seconds=5)
    assert desk.send(campaign) == 0
    assert stop_reason(desk, campaign) == "compliance:E01"


def test_tests_go_to_ones_own_people_not_to_voters(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_sends, "MOST_NUMBERS", 2)
    campaign, numbers = desk.campaign(), [phone() for _ in range(3)]
    assert [try_it(desk, campaign, number).status_code for number in numbers] == [200, 200, 429]
    again, other = try_it(desk, campaign, numbers[0]), try_it(desk, desk.campaign(), numbers[2])
    assert (again.status_code, other.status_code) == (200, 429)
    assert "2" in other.json["error"]["message"]
    assert 0 < int(other.headers["Retry-After"]) <= trial_sends.DAY
    assert desk.quota()["used"] == 3


def test_tests_at_once_are_counted_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_sends, "MOST_NUMBERS", 2)
    campaign = desk.campaign()
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda number: try_it(desk, campaign, number), [phone() for _ in range(4)]))
    assert sorted(one.status_code for one in answers) == [200, 200, 429, 429]


@pytest.mark.parametrize("word", ["여론조사 1위", "지지를 부탁드립니다", "지 지 율"])
def test_what_a_variable_says_of_one_person_is_judged_too(desk: Desk, word: str) -> None:
    harmless, told = phone("0001"), phone("0002")
    desk.ok("POST", "/custom-fields", {"label": "한마디"}, 201)
    desk.contact(told, custom={"한마디": word})
    desk.contact(harmless, custom={"한마디": "반갑습니다"})  # the newest is whom the launch looks at
    campaign = desk.launch(desk.step(body="#{한마디}"))
    desk.settle(campaign)
    assert set(desk.received()["counts"]) == {harmless.replace("-", "")}
    [left] = desk.camp.rows("SELECT reason FROM recipients WHERE state = 'failed'")
    assert left["reason"] == "wording"
    desk.check_books([campaign])


def test_a_word_that_the_text_itself_says_was_judged(desk: Desk) -> None:
    number = phone()
    desk.ok("POST", "/custom-fields", {"label": "한마디"}, 201)
    desk.contact(number, custom={"한마디": "여론조사"})
    campaign = desk.campaign(desk.step(body="여론조사 결과 #{한마디}"))
    desk.ok("PUT", f"/campaigns/{campaign}/declarations", {"poll_reference": "제12345호"})
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.received()["total"] == 1


def test_election_content_under_another_purpose_waits_for_another_admin(desk: Desk) -> None:
    desk.contacts(1)
    body = "행사 안내. 기호 1번 홍길동을 뽑아 주세요"
    campaign = desk.campaign(desk.step(body=body))
    assert verdicts(desk, campaign)["E22"]["severity"] == "second_person"
    assert launch(desk, campaign) == (409, ["E22"])
    assert launch(desk, desk.campaign(desk.step(body=BODY))) == (409, ["E22"])
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    admin = desk.camp.member("admin")
    assert admin.api.post(f"/compliance/approvals/{asked['id']}/approve", {}).status_code == 200
    assert launch(desk, campaign)[0] == 202


def test_the_days_of_a_sender_are_on_record(desk: Desk) -> None:
    sender, today = desk.sender(), desk.now().date().isoformat()
    wanted = {"kind": "phone", "value": "02-1234-5678", "reported_on": today}
    desk.ok("PUT", f"/senders/{sender}", wanted)
    [line] = desk.camp.rows(
        "SELECT detail FROM audit_log WHERE action = 'sender.changed' AND target = %s", str(UUID(sender))
    )
    assert line["detail"]["reported_on"] == today


def test_a_freeze_waits_for_the_test_that_is_being_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it has answered nothing leaves any more, not even a test."""
    campaign, order = desk.campaign(), {"reason": "선관위 요청"}
    with ThreadPoolExecutor(1) as commission:

        def ordered_meanwhile(*_: Any) -> None:
            asked.append(commission.submit(desk.camp.api.post, "/compliance/freezes", order))
            with pytest.raises(TimeoutError):
                asked[0].result(timeout=0.5)

        asked: list[Any] = []
        monkeypatch.setattr(trial_sends, "_check_numbers", ordered_meanwhile)
        assert try_it(desk, campaign, phone()).status_code == 200
        assert asked[0].result(timeout=10).status_code == 201
    assert try_it(desk, campaign, phone()).status_code == 409
