"""The simulator's HTTP API as a strict client sees it."""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.infra.simulator.running import API_SECRET, CHANNEL, HTTP, SENDER, TEMPLATE, Line, wait_until


def _call(line: Line, method: str, path: str, **arguments: Any) -> httpx.Response:
    date, salt = datetime.now(UTC).isoformat(), secrets.token_hex(8)
    signature = hmac.new(API_SECRET.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
    header = f"HMAC-SHA256 apiKey={line.api_key}, date={date}, salt={salt}, signature={signature}"
    return HTTP.request(method, line.simulator.url + path, headers={"Authorization": header}, **arguments)


def _text(to: str = "01011112222", **fields: Any) -> dict[str, Any]:
    return {"to": to, "from": SENDER, "text": "안녕", **fields}


def _send(line: Line, *messages: dict[str, Any], **options: Any) -> dict[str, Any]:
    body = {"messages": messages, **options}
    answer = _call(line, "POST", "/messages/v4/send-many/detail", json=body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def _list(line: Line, **query: Any) -> dict[str, Any]:
    answer = _call(line, "GET", "/messages/v4/list", params=query)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_a_single_message_is_answered_flat(line: Line) -> None:
    answer = _call(line, "POST", "/messages/v4/send", json={"message": _text()}).json()
    assert re.fullmatch(r"G4V\d{14}[A-Z0-9]{15}", answer["groupId"])
    assert re.fullmatch(r"M4V\d{14}[A-Z0-9]{15}", answer["messageId"])
    assert re.fullmatch(r"\d{8}", answer["accountId"])
    assert answer["statusCode"] == "2000"
    assert answer["statusMessage"] == "정상 접수(이통사로 접수 예정) "
    assert (answer["to"], answer["from"], answer["type"]) == ("01011112222", SENDER, "SMS")
    assert answer["country"] == "82"


def test_many_messages_list_their_failures_and_counts(line: Line) -> None:
    messages = [_text(customFields={"ref": "a"}), _text("123", customFields={"ref": "b"})]
    answer = _send(line, *messages, showMessageList=True)
    [failed] = answer["failedMessageList"]
    assert (failed["to"], failed["statusCode"], failed["customFields"]) == (
        "123",
        "1011",
        {"ref": "b"},
    )
    count = answer["groupInfo"]["count"]
    assert (count["total"], count["registeredFailed"], count["registeredSuccess"]) == (2, 1, 1)
    assert answer["groupInfo"]["countForCharge"]["sms"] == {"82": 1}
    listed = {each["customFields"]["ref"]: each["statusCode"] for each in answer["messageList"]}
    assert listed == {"a": "2000", "b": "1011"}


def test_duplicates_in_a_request_are_refused_by_default(line: Line) -> None:
    assert _send(line, _text(), _text())["failedMessageList"][0]["statusCode"] == "1026"
    assert _send(line, _text(), _text(), allowDuplicates=True)["failedMessageList"] == []


def test_a_strict_request_is_taken_whole_or_not_at_all(line: Line) -> None:
    body = {"messages": [_text(), _text("123")], "strict": True}
    answer = _call(line, "POST", "/messages/v4/send-many/detail", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "ValidationError")
    assert _list(line)["messageList"] == {}


@pytest.mark.parametrize(
    "arguments",
    [
        {"json": {"messages": []}},
        {"json": {"messages": [_text()] * 10_001}},
        {"json": {"messages": ["text"]}},
        {"json": []},
        {"content": b"{"},
        {"content": b"[" * 100_000},
        {"content": b'{"messages": [{"to": "01011112222", "text": "\\uD83D"}]}'},
    ],
)
def test_a_request_that_makes_no_sense_is_a_400(line: Line, arguments: dict[str, Any]) -> None:
    answer = _call(line, "POST", "/messages/v4/send-many/detail", **arguments)
    assert answer.status_code == 400
    assert set(answer.json()) == {"errorCode", "errorMessage"}


def test_without_a_signature_nothing_answers(line: Line) -> None:
    for path in ("/messages/v4/list", "/cash/v1/balance", "/senderid/v1/numbers"):
        answer = HTTP.get(line.simulator.url + path)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "InvalidAPIKey")


def test_the_list_filters_and_pages(line: Line) -> None:
    group = _send(line, *[_text(f"0101111{index:04d}") for index in range(25)])["groupInfo"]
    other = _send(line, _text("01099998888", text="가" * 50))["groupInfo"]
    first = _list(line)
    assert len(first["messageList"]) == first["limit"] == 20
    rest = _list(line, startKey=first["nextKey"])
    assert rest["nextKey"] is None
    assert len(first["messageList"] | rest["messageList"]) == 26
    some = [*first["messageList"]][:2]
    for query, count in (
        ({"groupId": group["groupId"], "limit": 100}, 25),
        ({"groupId": other["groupId"]}, 1),
        ({"to": "01099998888"}, 1),
        ({"type": "LMS"}, 1),
        ({"type[ne]": "LMS", "limit": 100}, 25),
        ({"from": SENDER, "limit": 100}, 26),
        ({"messageId": some[0]}, 1),
        ({"messageIds[in]": ",".join(some)}, 2),
        ({"messageIds[in]": some}, 2),
        ({"messageIds[in]": f'["{some[0]}","{some[1]}"]'}, 2),
        ({"startDate": "2999-01-01T00:00:00Z"}, 0),
        ({"endDate": "2999-01-01T00:00:00Z", "dateType": "UPDATED", "limit": 100}, 26),
    ):
        assert len(_list(line, **query)["messageList"]) == count, query


def test_a_record_has_the_documented_keys_and_reaches_its_end(line: Line) -> None:
    _send(line, _text(customFields={"ref": "r1"}))
    wait_until(lambda: len(_list(line, statusCode="4000")["messageList"]) == 1)
    [(message_id, record)] = _list(line)["messageList"].items()
    assert record["messageId"] == message_id
    assert record["customFields"] == {"ref": "r1"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["dateReceived"])
    assert {"_id", "status", "reason", "replacement", "kakaoOptions", "log"} <= set(record)


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "501"}, {"startKey": "none"}, {"color": "red"}, {"to[or]": "1"},
     {"startDate": "yesterday"}, {"dateType": "SENT"}, {"messageIds[in]": "["}],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_a_400(line: Line, query: dict[str, str]) -> None:
    answer = _call(line, "GET", "/messages/v4/list", params=query)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "ValidationError")


def test_a_group_counts_its_messages(line: Line) -> None:
    group_id = _send(line, _text(), _text("01011119001"), _text("1"))["groupInfo"]["groupId"]
    path = f"/messages/v4/groups/{group_id}"
    wait_until(lambda: _call(line, "GET", path).json()["status"] == "COMPLETE")
    count = _call(line, "GET", path).json()["count"]
    assert (count["total"], count["sentSuccess"], count["sentFailed"]) == (3, 1, 1)
    assert len(_call(line, "GET", path + "/messages").json()["messageList"]) == 3
    assert _call(line, "GET", "/messages/v4/groups/G4VNONE").status_code == 404


def test_senders_channels_and_templates(line: Line) -> None:
    assert _call(line, "GET", "/senderid/v1/numbers/active").json() == [SENDER]
    [sender] = _call(line, "GET", "/senderid/v1/numbers").json()["senderIds"]
    assert (sender["phoneNumber"], sender["status"]) == (SENDER, "ACTIVE")
    [channel] = _call(line, "GET", "/kakao/v2/channels").json()["channelList"]
    assert channel["channelId"] == CHANNEL
    [template] = _call(line, "GET", "/kakao/v2/templates").json()["templateList"]
    assert (template["templateId"], template["status"]) == (TEMPLATE, "APPROVED")


def test_another_accounts_messages_are_not_listed(line: Line) -> None:
    _send(line, _text())
    [message_id] = _list(line)["messageList"]
    stranger = Line("NCSSTRANGER", line.gateway, line.simulator, line.receiver)
    line.simulator.put("NCSSTRANGER", api_secret=API_SECRET, senders=[SENDER])
    assert _list(stranger, messageId=message_id)["messageList"] == {}
