"""Money: prices, the estimate, what was spent, no start that the balance cannot finish."""

import json
from typing import Any

import pytest

from shared.messaging.gateways import LookUpFailed, SolapiGateway
from tests.shared.messaging.desk import Desk, phone


def account(desk: Desk) -> str:
    assert desk.api_key
    return str(desk.ok("GET", "/carrier-accounts")[0]["id"])


def test_prices_are_the_accounts_own(desk: Desk) -> None:
    place = f"/carrier-accounts/{account(desk)}"
    assert desk.ok("GET", "/carrier-accounts")[0]["prices"]["sms"] == 18
    assert desk.ok("PUT", place, {"prices": {"sms": 9}})["prices"] == {
        "sms": 9,
        "lms": 45,
        "mms": 110,
        "alimtalk": 13,
        "brand": 25,
    }
    for wrong in ({"sms": -1}, {"fax": 3}, {"sms": "much"}):
        assert desk.camp.api.put(place, {"prices": wrong}).status_code == 422
    for _ in range(3):
        desk.contact(phone())
    steps = [desk.step(), desk.step("lms", "긴 글")]
    shown = desk.ok("POST", f"/campaigns/{desk.campaign(*steps)}/preview", {})
    assert [(s["kind"], s["cost_krw"], s["total_krw"]) for s in shown["steps"]] == [
        ("sms", 9, 27),
        ("lms", 45, 135),
    ]
    assert shown["estimated_cost_krw"] == 27


def test_a_campaign_tells_what_it_spent_at_the_prices_of_its_launch(desk: Desk) -> None:
    place = f"/carrier-accounts/{account(desk)}"
    desk.ok("PUT", place, {"prices": {"sms": 10, "lms": 30}})
    desk.contact(phone())
    desk.contact(phone("9012"))  # its texts fail on the way: taken, so paid
    campaign = desk.launch(desk.step(), desk.step("lms", "안 되면 길게"))
    desk.ok("PUT", place, {"prices": {"sms": 1000}})
    desk.settle(campaign)
    stats = desk.stats(campaign)
    kinds = {one["kind"]: one["messages"] for one in stats["spend"]}
    taken = desk.camp.rows(
        "SELECT kind, count(*) AS n FROM messages WHERE accepted_at IS NOT NULL GROUP BY kind"
    )
    assert kinds == {row["kind"]: row["n"] for row in taken}
    assert kinds["sms"] == 2
    assert stats["spent_krw"] == 20 + 30 * kinds.get("lms", 0)


def test_nothing_begins_that_the_balance_cannot_finish(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        desk.contact(phone())
    balance = [53]
    monkeypatch.setattr(SolapiGateway, "balance", lambda self: balance[0])
    campaign = desk.launch()
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("stopped", "balance_short")
    assert desk.send(campaign) == 0
    desk.check_books([campaign])
    lines = map(json.loads, desk.camp.api.get(f"/campaigns/{campaign}/evidence").content.splitlines())
    [_, found] = [line["body"] for line in lines if line["kind"] == "check"]
    assert [(one["rule"], one["severity"]) for one in found["verdicts"]] == [("V04", "block")]
    assert found["facts"] == {"balance": 53, "cost": 54}
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert desk.send(campaign) == 3
    balance[0] = 54
    assert desk.status(desk.launch()) == "sending"


def test_a_carrier_that_does_not_tell_its_balance_holds_up_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Any) -> int:
        raise LookUpFailed("TIMEOUT", retryable=True)

    desk.contact(phone())
    monkeypatch.setattr(SolapiGateway, "balance", silent)
    assert desk.status(desk.launch()) == "sending"
