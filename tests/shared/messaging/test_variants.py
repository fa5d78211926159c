"""Two texts of a step: everybody gets one of them, once, and the better one goes to the rest."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging import delivering, splits, store_splits, variants
from tests.shared.messaging.desk import Desk, dying_before, phone

FIRST, SECOND = "첫째 https://a.example/1", "둘째 https://a.example/2"


def launched(desk: Desk, people: int = 10, share: int = 40, **ab: Any) -> UUID:
    desk.contacts(people)
    step = desk.step(body=FIRST, variant_b={"body": SECOND})
    return desk.launch(step, ab={"share_percent": share, **ab})


def view(desk: Desk, campaign: UUID) -> dict[str, Any]:
    found: dict[str, Any] = desk.ok("GET", f"/campaigns/{campaign}/variants")
    return found


def choose(desk: Desk, campaign: UUID, variant: str, status: int = 200) -> Any:
    answer = desk.camp.api.post(f"/campaigns/{campaign}/variants/choose", {"variant": variant})
    assert answer.status_code == status, answer.text
    return answer.json.get("data")


def texts(desk: Desk) -> list[str]:
    """The first words of what the carrier took."""
    return sorted(one["text"].split()[0] for one in desk.texts())


def send_trial(desk: Desk, campaign: UUID) -> None:
    """The trial with its reports."""
    for _ in range(200):
        desk.send(campaign)
        desk.apply_reports()
        trial = view(desk, campaign)["variants"]
        if all(one["delivered"] == one["recipients"] for one in trial):
            return
    raise AssertionError(trial)


def opened(desk: Desk, campaign: UUID, variant: str, people: int) -> None:
    """So many who got a text follow its link."""
    with desk.camp.transaction() as connection:
        connection.execute(
            """UPDATE recipients SET clicked_at = now() WHERE campaign_id = %s AND id IN (
                 SELECT id FROM recipients WHERE campaign_id = %s AND variant = %s ORDER BY id LIMIT %s)""",
            [campaign, campaign, variant, people],
        )


@given(people=st.integers(0, 2_000_000), share=st.integers(1, 90))
def test_a_trial_is_two_equal_halves_within_the_audience(people: int, share: int) -> None:
    first, second = splits.trial_sizes(people, share)
    assert 0 <= second <= first
    assert first + second <= people
    assert first == second or people < 2
    assert people < 2 or second >= 1
    assert first + second <= max(2, people * share / 100)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_the_better_text_is_the_one_more_people_opened(a: int, of_a: int, b: int, of_b: int) -> None:
    found = variants.better({"opened": a, "delivered": of_a}, {"opened": b, "delivered": of_b})
    assert (found == "b") == (b / of_b > a / of_a)


def test_everybody_gets_one_text_and_the_rest_the_chosen_one(desk: Desk) -> None:
    campaign = launched(desk)
    trial = view(desk, campaign)
    assert [one["recipients"] for one in trial["variants"]] == [2, 2]
    assert (trial["rest"], trial["waiting_for"], trial["chosen"]) == (6, "hand", None)
    send_trial(desk, campaign)
    assert texts(desk) == ["둘째", "둘째", "첫째", "첫째"]
    desk.skip(days=2)
    assert desk.send(campaign) == 0  # the rest waits, however long
    assert not desk.finish(campaign)
    desk.skip(days=-2)
    assert choose(desk, campaign, "b")["chosen"] == "b"
    desk.settle(campaign)
    assert texts(desk) == ["둘째"] * 8 + ["첫째"] * 2
    assert (desk.received()["most"], desk.received()["total"]) == (1, 10)
    assert desk.finish(campaign)
    desk.check_books([campaign])
    rows = desk.camp.rows(
        "SELECT variant, count(*) AS n FROM messages WHERE campaign_id = %s GROUP BY variant", campaign
    )
    assert {row["variant"]: row["n"] for row in rows} == {"a": 2, "b": 8}


def test_the_draw_is_the_same_however_often_and_another_in_another_campaign(desk: Desk) -> None:
    campaign = launched(desk, people=20, share=50)

    def drawn(of: UUID) -> dict[bytes, str | None]:
        rows = desk.camp.rows("SELECT phone_hash, variant FROM recipients WHERE campaign_id = %s", of)
        return {bytes(row["phone_hash"]): row["variant"] for row in rows}

    before = drawn(campaign)
    desk.freeze(campaign)
    with desk.camp.transaction() as connection:
        store_splits.draw(connection, campaign, 5, 5, desk.now())
    assert drawn(campaign) == before
    step = desk.step(body=FIRST + "!", variant_b={"body": SECOND})
    assert drawn(desk.launch(step, ab={"share_percent": 50})) != before


def test_a_second_decision_is_refused_and_one_of_two_at_once_counts(desk: Desk) -> None:
    campaign = launched(desk)
    path = f"/campaigns/{campaign}/variants/choose"
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda one: desk.camp.api.post(path, {"variant": one}), "abab"))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    chosen = next(a.json["data"]["chosen"] for a in answers if a.status_code == 200)
    assert view(desk, campaign)["chosen"] == chosen
    assert variants.decide(desk.camp.tenant_id, campaign, desk.now()) is None
    desk.settle(campaign)
    assert desk.received()["most"] == 1


@pytest.mark.parametrize(("a", "b", "winner"), [(1, 2, "b"), (1, 1, "a"), (0, 0, "a"), (2, 0, "a")])
def test_the_rule_decides_after_its_time_by_the_open_rate(desk: Desk, a: int, b: int, winner: str) -> None:
    campaign = launched(desk, decide="auto", after_minutes=30, minimum=2)
    tenant = desk.camp.tenant_id
    assert view(desk, campaign)["waiting_for"] == "trial"
    send_trial(desk, campaign)
    opened(desk, campaign, "a", a)
    opened(desk, campaign, "b", b)
    assert variants.decide(tenant, campaign, desk.now()) is None
    assert view(desk, campaign)["waiting_for"] == "time"
    desk.skip(minutes=31)
    assert (tenant, campaign) in variants.undecided()
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert (tenant, campaign) not in variants.undecided()
    assert variants.decide(tenant, campaign, desk.now()) is None
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert variants.decide(tenant, campaign, desk.now()) == winner
    assert variants.decide(tenant, campaign, desk.now()) is None
    desk.settle(campaign)
    word = {"a": "첫째", "b": "둘째"}[winner]
    assert texts(desk).count(word) == 8
    desk.check_books([campaign])


def test_the_rule_waits_for_enough_deliveries_and_a_person_need_not(desk: Desk) -> None:
    campaign = launched(desk, decide="auto", after_minutes=1, minimum=3)
    send_trial(desk, campaign)
    desk.skip(hours=5)
    assert variants.decide(desk.camp.tenant_id, campaign, desk.now()) is None
    assert choose(desk, campaign, "a")["waiting_for"] is None


def test_a_worker_that_dies_in_the_middle_gives_nobody_two_texts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = launched(desk)
    with dying_before(store_splits, "release", monkeypatch):
        variants_choose = variants.choose
        with desk.camp.transaction() as connection:
            variants_choose(connection, campaign, "b", None, desk.now())
    assert view(desk, campaign)["chosen"] is None  # neither half of the decision
    with dying_before(delivering, "deliver", monkeypatch):
        desk.send(campaign)
    choose(desk, campaign, "b")
    desk.send(campaign)
    desk.skip(seconds=150)
    for sweep in ("recover_sends", "resolve_unknown"):
        desk.sweep(sweep)
    desk.settle(campaign)
    assert (desk.received()["most"], desk.received()["total"]) == (1, 10)
    desk.check_books([campaign])


def test_a_launch_that_dies_before_the_draw_has_no_recipients(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contacts(4)
    campaign = desk.campaign(desk.step(body=FIRST, variant_b={"body": SECOND}), ab={"share_percent": 50})
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    choose(desk, campaign, "a", 409)
    with dying_before(splits, "begin", monkeypatch):
        desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 0
    desk.freeze(campaign)
    assert [one["recipients"] for one in view(desk, campaign)["variants"]] == [1, 1]


def test_cancelling_ends_it_for_the_rest_and_gives_their_quota_back(desk: Desk) -> None:
    campaign = launched(desk)
    send_trial(desk, campaign)
    desk.ok("POST", f"/campaigns/{campaign}/cancel")
    choose(desk, campaign, "a", 409)
    assert desk.counts(campaign)["suppressed"] == 6
    assert desk.quota()["used"] == 4
    desk.check_books([campaign])


def test_who_opts_out_during_the_trial_gets_nothing_after_it(desk: Desk) -> None:
    campaign = launched(desk)
    send_trial(desk, campaign)
    took = set(desk.received()["counts"])
    rest = next(n for n in (f"010-3000-{i:04d}" for i in range(10)) if n.replace("-", "") not in took)
    desk.ok("POST", "/opt-outs", {"phone": rest}, 201)
    choose(desk, campaign, "a")
    desk.settle(campaign)
    assert desk.received()["total"] == 9
    assert desk.counts(campaign)["suppressed"] == 1


def test_one_person_gets_text_a_and_a_pair_one_each(desk: Desk) -> None:
    campaign = launched(desk, people=1)
    desk.settle(campaign)
    assert texts(desk) == ["첫째"]
    assert desk.finish(campaign)


def test_both_texts_are_judged_and_shown(desk: Desk) -> None:
    desk.contacts(1)
    bad = desk.step(body=FIRST, variant_b={"body": "둘째 \U0001f600"})
    campaign = desk.campaign(bad, ab={})
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    assert answer.status_code == 409
    [detail] = answer.json["error"]["details"]
    assert detail["rule"] == "V01"
    assert detail["message"].startswith("B안: ")
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    assert shown["variant_b"]["text"].startswith("둘째")
    assert not shown["compliance"]["allowed"]
    draft = {name: desk.draft(bad)[name] for name in ("purpose", "audience", "steps")}
    assert desk.ok("POST", "/campaigns/preview", draft)["variant_b"]["unsendable_characters"]


def test_the_words_the_law_wants_are_put_into_whichever_text_lacks_them(desk: Desk) -> None:
    desk.contacts(2)
    desk.candidate(phone="02-1234-5678", refusal_number="080-123-4567")
    whole = "(선거운동정보) 예비후보 홍길동 02-1234-5678 불법수집정보 신고 118 무료수신거부 080-123-4567"
    step = desk.step(body=whole, variant_b={"body": "안녕하세요"})
    campaign = desk.launch(step, ab={"share_percent": 90}, purpose="election_campaign")
    [first] = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert first["body"] == whole
    assert first["variant_b"]["body"].startswith("(선거운동정보)\n안녕하세요")
    desk.settle(campaign)
    assert sorted(one["text"] for one in desk.texts()) == sorted([whole, first["variant_b"]["body"]])


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    two = desk.step(body="첫째", variant_b={"body": "둘째"})
    drafts = [
        desk.draft(two),
        desk.draft(desk.step(), ab={}),
        desk.draft(desk.step(), two, ab={}),
        desk.draft(two, ab={"decide": "auto"}),
        desk.draft(two, ab={"share_percent": 0}),
        desk.draft(desk.step("kakao_alimtalk", variant_b={"body": "둘째"}), ab={}),
    ]
    assert [desk.camp.api.post("/campaigns", draft).status_code for draft in drafts] == [422] * len(drafts)
    plain = desk.campaign()
    assert desk.camp.api.get(f"/campaigns/{plain}/variants").status_code == 404
    choose(desk, plain, "a", 404)


def test_a_draft_keeps_and_loses_its_second_text(desk: Desk) -> None:
    step = desk.step(body=FIRST, variant_b={"body": SECOND})
    campaign = desk.campaign(step, ab={"minimum": 7})
    found = desk.ok("GET", f"/campaigns/{campaign}")
    assert found["steps"][0]["variant_b"]["body"] == SECOND
    assert (found["ab"]["minimum"], found["ab"]["decide"], found["ab"]["chosen"]) == (7, "hand", None)
    desk.ok("PUT", f"/campaigns/{campaign}", desk.draft())
    found = desk.ok("GET", f"/campaigns/{campaign}")
    assert (found["ab"], found["steps"][0]["variant_b"]) == (None, None)


def test_a_test_send_can_be_of_either_text(desk: Desk) -> None:
    campaign = desk.campaign(desk.step(body=FIRST, variant_b={"body": SECOND}), ab={})
    for variant in ("a", "b"):
        desk.ok("POST", f"/campaigns/{campaign}/test-send", {"to": phone(), "variant": variant})
    assert texts(desk) == ["둘째", "첫째"]
