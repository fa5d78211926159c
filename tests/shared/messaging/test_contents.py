"""Another text for those who were not sent to yet; what was sent keeps its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.inbox import store_texts
from shared.messaging import contents, store_campaigns, variants
from tests.shared.messaging.desk import Desk, dying_before, phone
from tests.shared.messaging.test_holds import APPEAL, GREETING, freeze


def replace(desk: Desk, campaign: UUID, status: int = 200, **change: Any) -> Any:
    answer = desk.camp.api.post(f"/campaigns/{campaign}/content", {"position": 1, **change})
    assert answer.status_code == status, answer.text
    return answer.json.get("data") or answer.json["error"]


def texts(desk: Desk) -> list[str]:
    return sorted(one["text"] for one in desk.texts())


def test_a_running_send_goes_on_with_the_new_text_when_resumed(desk: Desk) -> None:
    desk.contacts(6)
    campaign = desk.launch(desk.step(body="처음"))
    assert desk.send(campaign, 2) == 2
    done = replace(desk, campaign, body="나중")
    assert (done["status"], done["version"], done["needs_approval"]) == ("paused", 2, False)
    assert desk.send(campaign) == 0
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert texts(desk) == ["나중"] * 4 + ["처음"] * 2
    assert desk.received()["most"] == 1
    rows = desk.camp.rows(
        "SELECT content_version AS v, count(*) AS n FROM messages WHERE campaign_id = %s GROUP BY v", campaign
    )
    assert {row["v"]: row["n"] for row in rows} == {1: 2, 2: 4}
    [line] = desk.camp.rows("SELECT detail FROM audit_log WHERE action = 'campaign.content_replaced'")
    assert line["detail"]["version"] == 2
    desk.check_books([campaign])


def test_a_text_replaced_while_batches_are_claimed_is_one_or_the_other(desk: Desk) -> None:
    desk.contacts(30)
    campaign = desk.launch(desk.step(body="처음"))

    def work(i: int) -> None:
        if i == 5:
            replace(desk, campaign, body="나중")
        else:
            desk.send(campaign, 2)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(work, range(12)))
    sent_before = desk.received()["total"]
    assert desk.send(campaign) == 0
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert texts(desk) == ["나중"] * (30 - sent_before) + ["처음"] * sent_before
    assert desk.received()["most"] == 1


def test_the_conversation_and_the_evidence_keep_the_text_of_then(desk: Desk) -> None:
    contact = desk.contact(phone())
    desk.contact(phone())
    campaign = desk.launch(desk.step(body="처음"))
    desk.send(campaign, 1)
    replace(desk, campaign, body="나중")
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    lines = [
        json.loads(line)
        for line in desk.camp.api.get(f"/campaigns/{campaign}/evidence").text.splitlines()
        if line
    ]
    [kept] = [line["body"] for line in lines if line["kind"] == "replaced_content"]
    assert (kept["body"], kept["version"], kept["variant"]) == ("처음", 1, "a")
    [step] = [line["body"] for line in lines if line["kind"] == "step"]
    assert (step["body"], step["content_version"]) == ("나중", 2)
    [sent] = desk.camp.rows("SELECT content_version FROM messages WHERE contact_id = %s", UUID(contact))
    with desk.camp.transaction() as connection:
        before = (desk.now() + timedelta(days=1), UUID(int=2**128 - 1))
        [shown] = store_texts.campaign_messages(connection, [UUID(contact)], before, 5)
    assert shown["body"] == {1: "처음", 2: "나중"}[sent["content_version"]]


def test_an_unlawful_text_changes_nothing_and_pauses_nothing(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.launch(desk.step(body="처음"))
    refused = replace(desk, campaign, 409, body="\U0001f600")
    assert (refused["code"], refused["details"][0]["rule"]) == ("COMPLIANCE_BLOCKED", "V01")
    assert desk.status(campaign) == "sending"
    [step] = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert (step["body"], step["content_version"]) == ("처음", 1)
    freeze(desk, campaign)
    assert replace(desk, campaign, 409, body="나중")["details"][0]["rule"] == "E21"


def test_a_worker_that_dies_in_the_middle_leaves_the_old_text_sending(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contacts(2)
    campaign = desk.launch(desk.step(body="처음"))
    change = contents.ContentChange(position=1, body="나중")
    with dying_before(store_campaigns, "set_law", monkeypatch), desk.camp.transaction() as connection:
        contents.replace(connection, desk.camp.cipher, campaign, change, UUID(int=1), desk.now())
    assert desk.status(campaign) == "sending"
    desk.settle(campaign)
    assert texts(desk) == ["처음"] * 2


def test_a_new_text_needs_a_new_word_of_a_second_person(desk: Desk) -> None:
    desk.contact(phone(), tags=["당원"])
    admin = desk.camp.member("admin")
    campaign = desk.campaign(desk.step(body=APPEAL), **GREETING)
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    assert admin.api.post(f"/compliance/approvals/{asked['id']}/approve", {}).status_code == 200
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.freeze(campaign)
    assert replace(desk, campaign, body=APPEAL + "!")["needs_approval"] is True
    assert desk.camp.api.post(f"/campaigns/{campaign}/resume").status_code == 409
    assert desk.ok("GET", f"/campaigns/{campaign}")["needs_approval"] is True
    known = desk.ok("GET", f"/campaigns/{campaign}/approvals")
    assert [(one["state"], one["current"]) for one in known] == [("requested", True), ("approved", False)]
    own = desk.camp.api.post(f"/compliance/approvals/{known[0]['id']}/approve", {})
    assert own.status_code == 403
    assert admin.api.post(f"/compliance/approvals/{known[0]['id']}/approve", {}).status_code == 200
    assert desk.ok("GET", f"/campaigns/{campaign}")["needs_approval"] is False
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    desk.settle(campaign)
    assert texts(desk)[0].endswith("!")


def test_either_of_two_texts_can_be_replaced(desk: Desk) -> None:
    desk.contacts(4)
    campaign = desk.launch(desk.step(body="첫째", variant_b={"body": "둘째"}), ab={"share_percent": 50})
    desk.send(campaign)
    assert texts(desk) == ["둘째", "첫째"]
    replace(desk, campaign, body="둘째 새로", variant="b")
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    with desk.camp.transaction() as connection:
        variants.choose(connection, campaign, "b", None, desk.now())
    desk.settle(campaign)
    assert texts(desk) == ["둘째", "둘째 새로", "둘째 새로", "첫째"]


def test_what_cannot_be_replaced_says_so(desk: Desk) -> None:
    desk.contacts(1)
    draft = desk.campaign()
    replace(desk, draft, 409, body="나중")
    campaign = desk.launch(desk.step(body="처음"))
    replace(desk, campaign, 422)
    replace(desk, campaign, 422, body="")
    replace(desk, campaign, 422, position=2, body="나중")
    replace(desk, campaign, 422, variant="b", body="나중")
    desk.settle(campaign)
    assert desk.finish(campaign)
    replace(desk, campaign, 409, body="나중")
    replace(desk, UUID(int=5), 404, body="나중")


def test_who_got_the_text_before_it_was_replaced_has_not_got_the_new_one(desk: Desk) -> None:
    """V02 compares the text that a person was sent, not the one the campaign has by now."""
    early, late = phone("0001"), phone("0002")
    desk.contact(early)
    desk.contact(late)
    first = desk.launch(desk.step(body="처음 글"))
    assert desk.send(first, 1) == 1
    got = next(iter(desk.received()["counts"]))
    replace(desk, first, body="나중 글")
    desk.ok("POST", f"/campaigns/{first}/resume")
    desk.settle(first)
    for body, left_out in (
        ("처음 글", {got}),
        ("나중 글", {n.replace("-", "") for n in (early, late)} - {got}),
    ):
        told = desk.ok("POST", "/campaigns/preview", preview_of(desk, body))["compliance"]["verdicts"]
        assert ["1명" in one["message"] for one in told if one["rule"] == "V02"] == [True]
        before = desk.received()["counts"]
        campaign = desk.launch(desk.step(body=body))
        desk.settle(campaign)
        after = desk.received()["counts"]
        assert {number for number in after if after[number] == before[number]} == left_out
        desk.check_books([campaign])


def preview_of(desk: Desk, body: str) -> dict[str, Any]:
    draft = desk.draft(desk.step(body=body))
    return {name: draft[name] for name in ("purpose", "audience", "steps")}


def test_who_waits_will_get_the_new_text(desk: Desk) -> None:
    """Before anybody was sent anything, the old text is nobody's any more."""
    desk.contacts(2)
    first = desk.launch(desk.step(body="처음 글"))
    replace(desk, first, body="나중 글")
    seen = {
        body: [one["rule"] for one in found]
        for body in ("처음 글", "나중 글")
        for found in [desk.ok("POST", "/campaigns/preview", preview_of(desk, body))["compliance"]["verdicts"]]
    }
    assert ("V02" in seen["처음 글"], "V02" in seen["나중 글"]) == (False, True)


def test_a_text_that_came_back_is_the_text_it_was(desk: Desk) -> None:
    numbers = desk.contacts(3)
    first = desk.launch(desk.step(body="처음 글"))
    for body in ("나중 글", "처음 글"):
        assert desk.send(first, 1) == 1
        replace(desk, first, body=body)
        desk.ok("POST", f"/campaigns/{first}/resume")
    desk.settle(first)
    second = desk.launch(desk.step(body="처음 글"))
    desk.settle(second)
    counts = desk.received()["counts"]
    assert sorted(counts.values()) == [1, 1, 2], "only who got the other text gets this one too"
    assert len(counts) == len(numbers)
