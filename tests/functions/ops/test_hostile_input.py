"""What no screen of ours sends: refused by name or made whole, and never an error of ours."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import Camp

HALF = "\ud83d"  # of a surrogate pair: JSON may hold it, UTF-8 and the database do not
FIRST, LAST = "0001-01-01", "9999-12-31"


def election(day: str) -> dict[str, Any]:
    return {"kind": "governor", "name": "선거", "election_day": day}


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_day_that_has_no_days_around_it(camp: Camp, day: str) -> None:
    assert camp.api.post("/elections", election(day)).status_code == 422
    assert camp.api.get("/elections").json["data"] == []
    rule = {"kind": "election", "days": 0, "election_on": day}
    assert camp.api.post("/privacy/retention-rules", rule).status_code == 422
    for query in (f"to={day}", f"from={day}", f"from={day}&to={day}"):
        assert camp.api.get("/analytics/overview", query_string=query).status_code == 422


@pytest.mark.parametrize("moment", [f"{FIRST}T00:00:00+14:00", f"{LAST}T23:59:59-12:00", f"{LAST}T23:59:59Z"])
def test_a_moment_that_is_none_in_another_time_zone(camp: Camp, moment: str) -> None:
    contact = camp.api.post("/contacts", {"name": "김하늘"}).json["data"]["id"]
    consent = {"purpose": "sensitive", "text": "동의", "method": "web", "given_at": moment}
    assert camp.api.post(f"/contacts/{contact}/consents", consent).status_code == 422
    assert camp.api.get(f"/contacts/{contact}/consents").status_code == 200
    sender = camp.api.post("/senders", {"kind": "phone", "value": "02-1234-5678"}).json["data"]["id"]
    campaign = {
        "name": "봄 소식",
        "purpose": "commercial",
        "audience": {"all": True},
        "steps": [{"channel": "sms", "sender_id": sender, "body": "안녕하세요"}],
        "scheduled_at": moment,
    }
    assert camp.api.post("/campaigns", campaign).status_code == 422
    shown = {name: value for name, value in campaign.items() if name != "name"}
    assert camp.api.post("/campaigns/preview", shown).status_code == 422
    assert camp.api.post("/campaigns/preview", {**shown, "scheduled_at": None}).status_code == 200
    assert camp.api.get("/campaigns").json["data"] == []


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}])
def test_half_a_character_in_a_filter(camp: Camp, headers: dict[str, str]) -> None:
    for node in ({"tag": HALF}, {"not": {"tag": HALF}}, {"custom": {"label": HALF, "exists": True}}):
        for path, body in (
            ("/segments", {"name": "세그먼트", "filter": node}),
            ("/segments/preview", {"filter": node}),
        ):
            answer = camp.api.post(path, json.dumps(body), headers=dict(headers))
            assert answer.status_code == 422, (path, node, answer.text)
        headers = {name: value + "x" for name, value in headers.items()}


def test_half_a_character_where_any_text_goes(camp: Camp) -> None:
    button = {"name": "보기", "type": "WL", "link_mobile": f"https://example.kr/{HALF}"}
    template = {
        "name": f"알림{HALF}",
        "channel": "kakao_brand",
        "body": f"안녕{HALF}하세요",
        "buttons": [button],
    }
    made = camp.api.post("/templates", json.dumps(template), headers={"Idempotency-Key": "one"})
    assert made.status_code == 201, made.text
    kept = made.json["data"]
    assert (kept["name"], kept["body"]) == ("알림", "안녕하세요")
    assert kept["buttons"][0]["link_mobile"] == "https://example.kr/"


@pytest.mark.parametrize("tail", ["%00" * 32, "٣" * 32, "0" * 32, "A" * 32, ""])
def test_an_address_that_cannot_be_a_hook_of_ours(camp: Camp, tail: str) -> None:
    for place in ("reports", "inbound"):
        for tenant in (camp.tenant_id.hex, uuid4().hex):
            answer = camp.api.post(f"//hooks/solapi/{tenant}{tail}/{place}", [])
            assert answer.status_code == 404, answer.text
