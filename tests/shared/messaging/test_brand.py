"""Kakao brand messages: written in the campaign, with buttons, to friends of the channel, in their hours."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.accounts.identity import Identity
from shared.kernel.errors import ComplianceBlocked
from shared.messaging import launching, trial_sends
from tests.shared.messaging.carrier_desks import at_carrier
from tests.shared.messaging.desk import CHANNEL, Desk, phone

SEOUL = ZoneInfo("Asia/Seoul")
BUTTON = {"name": "공약 보기", "type": "WL", "link_mobile": "https://camp.example/pledges"}
NewDesk = Callable[[], Desk]


def tomorrow(desk: Desk, hour: int, minute: int = 0) -> datetime:
    """A clock time of tomorrow in Korea."""
    day = desk.now().astimezone(SEOUL) + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def brand(desk: Desk, body: str = "#{이름}님, 골목 소식입니다.", **more: Any) -> dict[str, Any]:
    return desk.step("kakao_brand", body, **{"buttons": [BUTTON], **more})


def begin(desk: Desk, *steps: dict[str, Any], at: datetime | None = None, **more: Any) -> UUID:
    """A launched campaign whose hour, by default ten in the morning, has come."""
    at = at or tomorrow(desk, 10)
    campaign = desk.launch(*steps, scheduled_at=at.isoformat(), **more)
    desk.skipped += at - desk.now() + timedelta(seconds=1)
    launching.release(desk.camp.tenant_id, campaign, desk.now())
    return campaign


def test_friends_get_it_with_its_button_and_strangers_the_text(desk: Desk) -> None:
    friend, stranger = phone("0001"), phone("9013")
    desk.contact(friend, "김하늘")
    desk.contact(stranger, "이바다")
    campaign = begin(desk, brand(desk), desk.step(body="#{이름}님, 문자로 전합니다."))
    desk.settle(campaign)
    by_number: dict[str, list[dict[str, Any]]] = {}
    for text in desk.texts():
        by_number.setdefault(text["to"], []).append(text)
    [got] = by_number[friend.replace("-", "")]
    assert (got["type"], got["text"]) == ("BMS_FREE", "김하늘님, 골목 소식입니다.")
    assert sorted(text["type"] for text in by_number[stranger.replace("-", "")]) == ["BMS_FREE", "SMS"]
    rows = desk.camp.rows("SELECT state, reason FROM messages WHERE channel = 'kakao_brand' ORDER BY state")
    assert [(row["state"], row["reason"]) for row in rows] == [
        ("delivered", None),
        ("failed", "kakao_not_friend"),
    ]
    assert desk.counts(campaign)["delivered"] == 2
    desk.check_books([campaign])


def button_links(desk: Desk, number: str) -> list[str]:
    """Where the buttons on a virtual phone lead."""
    page = desk.simulator.get(f"/simulator/api/phones/{number.replace('-', '')}/messages")
    return [button["linkMo"] for message in page["messages"] for button in message["buttons"]]


def test_the_opening_of_a_button_is_counted(desk: Desk) -> None:
    number = phone()
    desk.contact(number)
    campaign = begin(desk, brand(desk, "자세히 https://camp.example/pledges"))
    desk.settle(campaign)
    [link] = button_links(desk, number)
    assert "/l/" in link
    assert desk.texts()[0]["text"].endswith(link), "one address is one link, wherever it stands"
    opened = desk.camp.api.with_token(None).get(
        "//l/" + link.rsplit("/", 1)[1], headers={"User-Agent": "Mozilla/5.0 (iPhone)"}
    )
    assert (opened.status_code, opened.headers["location"]) == (302, BUTTON["link_mobile"])
    assert desk.stats(campaign)["clicked"] == 1


def test_a_value_fills_the_link_of_a_button(desk: Desk) -> None:
    number = phone()
    desk.contact(number, "김하늘")
    link = {**BUTTON, "link_mobile": "https://camp.example/?who=#{이름}"}
    desk.settle(begin(desk, brand(desk, buttons=[link])))
    assert button_links(desk, number) == ["https://camp.example/?who=김하늘"]


@pytest.mark.parametrize("carrier", ["nhn", "sens"])
def test_other_carriers_take_it_too(desk: Desk, carrier: str) -> None:
    number = phone()
    desk.contact(number, "김하늘")
    if carrier == "sens":
        at_carrier(desk, "sens")
        desk.simulator.put(desk.api_key, channels=[CHANNEL]).raise_for_status()
    else:
        nhn(desk)
    campaign = begin(desk, brand(desk))
    desk.send(campaign)
    [taken] = desk.texts()
    assert (taken["text"], taken["to"]) == ("김하늘님, 골목 소식입니다.", number.replace("-", ""))
    assert desk.ledger(campaign) == {"accepted": 1}
    assert "/l/" in button_links(desk, number)[0]


def nhn(desk: Desk) -> None:
    """The camp's account at NHN, whose channel takes brand messages at any hour."""
    keys = {"kakao_key": "kakao" + desk.camp.tenant_id.hex[:12], "kakao_secret": "another-secret"}
    own = {"api_key": "app" + desk.camp.tenant_id.hex[-12:], "api_secret": "a-secret", **keys}
    desk.ok("POST", "/carrier-accounts", {"carrier": "nhn", "credentials": own}, 201)
    desk.simulator.put(
        own["api_key"],
        carrier="nhn",
        api_secret="a-secret",
        credentials={**keys, "unsubscribe_no": "0801234567", "brand_night": "open"},
        channels=[CHANNEL],
    ).raise_for_status()


@pytest.mark.parametrize(
    ("hour", "minute", "open_"), [(7, 59, False), (8, 0, True), (20, 49, True), (20, 50, False)]
)
def test_its_hours_are_told_before_and_kept_at_the_launch(
    desk: Desk, hour: int, minute: int, open_: bool
) -> None:
    desk.contact(phone())
    draft = desk.draft(brand(desk), scheduled_at=tomorrow(desk, hour, minute).isoformat())
    asked = {name: draft[name] for name in ("purpose", "audience", "steps", "scheduled_at")}
    seen = desk.ok("POST", "/campaigns/preview", asked)["compliance"]
    assert seen["allowed"] is open_
    assert ("A06" in [one["rule"] for one in seen["verdicts"]]) is not open_
    campaign = UUID(desk.ok("POST", "/campaigns", draft, 201)["id"])
    answer = desk.camp.api.call("POST", f"/campaigns/{campaign}/launch", None)
    assert answer.status_code == (202 if open_ else 409)


def test_what_is_left_at_ten_to_nine_waits_for_the_morning(desk: Desk) -> None:
    desk.contacts(2)
    campaign = begin(desk, brand(desk), at=tomorrow(desk, 20, 49))
    assert desk.send(campaign, 1) == 1
    desk.skip(minutes=1)
    assert desk.send(campaign) == 0
    assert desk.status(campaign) == "sending", "the night passes by itself"
    desk.skip(hours=11, minutes=12)
    assert desk.send(campaign) == 1


def test_another_text_for_those_who_wait(desk: Desk) -> None:
    desk.contacts(3)
    campaign = begin(desk, brand(desk, "처음 🙂"))
    desk.send(campaign, 1)
    desk.ok("POST", f"/campaigns/{campaign}/content", {"position": 1, "body": "나중 🙂"})
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    launching.release(desk.camp.tenant_id, campaign, desk.now())
    desk.settle(campaign)
    assert sorted(text["text"] for text in desk.texts()) == ["나중 🙂", "나중 🙂", "처음 🙂"]


@pytest.mark.parametrize(
    "changes",
    [
        {"buttons": [{**BUTTON, "link_mobile": None}]},
        {"buttons": [{**BUTTON, "link_mobile": "javascript:alert(1)"}]},
        {"buttons": [{**BUTTON, "link_mobile": "https://"}]},
        {"buttons": [{**BUTTON, "link_mobile": "https://a.example/" + "a" * 1000}]},
        {"buttons": [{**BUTTON, "name": "가" * 15}]},
        {"buttons": [{**BUTTON, "name": "#{이름}님"}]},
        {"buttons": [{**BUTTON, "type": "ZZ"}]},
        {"buttons": [{**BUTTON, "type": "AL", "link_mobile": None, "link_ios": "camp://"}]},
        {"buttons": [BUTTON] * 6},
        {"channel": "sms"},
        {"channel": "kakao_alimtalk"},
    ],
)
def test_a_button_that_no_phone_could_open_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    step = {**brand(desk), **changes}
    step["sender_id"] = desk.sender("phone" if step["channel"] == "sms" else "kakao_channel")
    answer = desk.camp.api.call("POST", "/campaigns", desk.draft(step))
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "VALIDATION_ERROR")


def test_a_saved_text_is_copied_with_its_buttons_and_a_reviewed_one_goes_as_it_is(desk: Desk) -> None:
    words = {"channel": "kakao_brand", "body": "다시 쓰는 글", "buttons": [BUTTON]}
    saved = desk.ok("POST", "/templates", {**words, "name": "저장"}, 201)
    known = desk.ok("POST", "/templates", {**words, "name": "등록", "carrier_template_id": "BRAND-1"}, 201)
    campaign = desk.campaign(
        desk.step("kakao_brand", "", template_id=saved["id"]),
        desk.step("kakao_brand", "고쳐 쓴 글", template_id=known["id"]),
    )
    copied, reviewed = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert (copied["template_id"], copied["body"]) == (None, "다시 쓰는 글")
    assert copied["buttons"][0]["link_mobile"] == BUTTON["link_mobile"]
    assert (reviewed["template_id"], reviewed["body"]) == (known["id"], "다시 쓰는 글")
    assert reviewed["buttons"] == []


def test_what_stands_on_a_button_is_read_by_the_rules_and_kept_as_evidence(desk: Desk) -> None:
    desk.candidate(election_id=desk.election(in_days=5))
    desk.contact(phone())
    named = {**BUTTON, "name": "여론조사 결과"}
    draft = desk.draft(brand(desk, buttons=[named]), scheduled_at=tomorrow(desk, 10).isoformat())
    asked = {name: draft[name] for name in ("purpose", "audience", "steps", "scheduled_at")}
    found = desk.ok("POST", "/campaigns/preview", asked)["compliance"]["verdicts"]
    assert "E12" in [one["rule"] for one in found]
    campaign = begin(desk, brand(desk))
    lines = desk.camp.api.get(f"/campaigns/{campaign}/evidence").text.splitlines()
    [step] = [json.loads(line)["body"] for line in lines if line and json.loads(line)["kind"] == "step"]
    assert step["buttons"][0]["name"] == BUTTON["name"]


def test_the_same_text_with_another_button_is_another_message(desk: Desk) -> None:
    desk.contact(phone())
    begin(desk, brand(desk))
    draft = desk.draft(brand(desk), scheduled_at=tomorrow(desk, 10).isoformat())
    for button, repeated in ((BUTTON, True), ({**BUTTON, "name": "다른 버튼"}, False)):
        draft["steps"][0]["buttons"] = [button]
        asked = {name: draft[name] for name in ("purpose", "audience", "steps", "scheduled_at")}
        found = desk.ok("POST", "/campaigns/preview", asked)["compliance"]["verdicts"]
        assert ("V02" in [one["rule"] for one in found]) is repeated


@pytest.mark.parametrize(("hour", "open_"), [(10, True), (21, False)])
def test_a_test_send_keeps_its_hours_and_shows_the_button(desk: Desk, hour: int, open_: bool) -> None:
    number = phone()
    desk.contact(phone())
    campaign = desk.campaign(brand(desk, "자세히 https://camp.example/pledges"))
    wanted, then = trial_sends.TestSend(to=number), tomorrow(desk, hour)
    me = Identity(desk.camp.tenant_id, desk.camp.member_id, UUID(int=0), "owner", True)
    if not open_:
        with pytest.raises(ComplianceBlocked) as refused:
            trial_sends.send(desk.camp.tenant_id, campaign, wanted, me, lambda: then)
        assert [one.rule for one in refused.value.details] == ["A06"]
        return
    answer = trial_sends.send(desk.camp.tenant_id, campaign, wanted, me, lambda: then)
    assert answer.state == "accepted"
    assert button_links(desk, number) == [BUTTON["link_mobile"]], "nobody's opening is counted"
