"""A test of a carrier account asks its carrier, says what it answered in words, and sends nothing."""

import secrets
from typing import Any

import pytest

from shared.messaging import accounts
from tests.shared.messaging.carrier_desks import CARRIERS, at_carrier
from tests.shared.messaging.desk import CHANNEL, HTTP, SENDER, Desk


def at_solapi(desk: Desk, **known: Any) -> str:
    """An account at SOLAPI that the carrier knows with a secret; its id."""
    key, secret = "NCS" + secrets.token_hex(8).upper(), secrets.token_hex(16)
    desk.simulator.put(key, **{"api_secret": secret, **known}).raise_for_status()
    draft = {"carrier": "solapi", "credentials": {"api_key": key, "api_secret": secret}}
    return str(desk.ok("POST", "/carrier-accounts", draft, 201)["id"])


def checked(desk: Desk, account: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.ok("POST", f"/carrier-accounts/{account}/test")
    return found


def test_a_good_account_tells_its_money_and_its_senders(desk: Desk) -> None:
    desk.sender()
    desk.sender("kakao_channel")
    account = at_solapi(desk, senders=[SENDER], channels=[])
    wanted = {"api_key": desk.api_key, "balance": 54_321}
    HTTP.post(f"{desk.simulator.url}/simulator/console/balance", json=wanted).raise_for_status()
    found = checked(desk, account)
    assert found["works"]
    assert found["problem"] is None
    assert found["balance_krw"] == 54_321
    assert found["senders"] == [
        {"value": SENDER, "status": "active"},
        {"value": CHANNEL, "status": "missing"},
    ]
    assert desk.received()["total"] == 0


def test_a_wrong_secret_is_said_in_words_and_opens_no_breaker(desk: Desk) -> None:
    account = at_solapi(desk, api_secret="another")
    found = checked(desk, account)
    assert not found["works"]
    assert found["code"]
    assert "키와 시크릿" in found["problem"]
    english = desk.camp.api.in_language("en").call("POST", f"/carrier-accounts/{account}/test").json["data"]
    assert "key and secret" in english["problem"]
    [shown] = [one for one in desk.ok("GET", "/carrier-accounts") if one["id"] == account]
    assert shown["state"] == "closed"
    assert shown["errors_last_minute"] == 0


@pytest.mark.parametrize("carrier", CARRIERS)
def test_carriers_without_a_balance_prove_the_account_by_what_they_tell(desk: Desk, carrier: str) -> None:
    desk.sender()
    at_carrier(desk, carrier)
    [account] = [one["id"] for one in desk.ok("GET", "/carrier-accounts") if one["carrier"] == carrier]
    found = checked(desk, account)
    assert found["works"]
    assert found["balance_krw"] is None
    assert found["senders"] is None, "numbers are shown in their consoles only"
    assert (found["remaining"] is not None) == (carrier == "aligo")
    desk.simulator.put(desk.api_key, credentials={"user_id": "somebody"}, api_secret="x").raise_for_status()
    assert not checked(desk, account)["works"]


def test_a_carrier_that_is_away_is_not_called_a_wrong_key(desk: Desk, monkeypatch: Any) -> None:
    account = at_solapi(desk)
    away = desk.settings.model_copy(update={"solapi_base_url": "http://127.0.0.1:9"})
    monkeypatch.setattr(accounts, "settings", lambda: away)
    accounts._gateways.clear()
    found = checked(desk, account)
    accounts._gateways.clear()
    assert not found["works"]
    assert found["code"] == "NOT_CONNECTED"
    assert "답하지 않습니다" in found["problem"]


def test_only_admins_of_the_camp_may_test(desk: Desk, new_desk: Any) -> None:
    account = at_solapi(desk)
    path = f"/carrier-accounts/{account}/test"
    assert desk.camp.member("staff").api.call("POST", path).status_code == 403
    assert new_desk().camp.api.call("POST", path).status_code == 404
    desk.ok("DELETE", f"/carrier-accounts/{account}", status=204)
    assert desk.camp.api.call("POST", path).status_code == 404
