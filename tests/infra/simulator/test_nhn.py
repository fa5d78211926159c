"""The simulator is as strict as NHN Cloud: what NHN would refuse is refused with NHN's code."""

import base64
from typing import Any

import pytest

from tests.infra.simulator.nhn_account import ALIMTALK, MANY, Nhn, alimtalk, code_of, in_minutes, nhn, text
from tests.infra.simulator.running import HTTP, SECRET, SENDER, Receiver, wait_until

__all__ = ["nhn"]

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"recipientList": []}, -2001),
        ({"recipientList": None}, -2001),
        ({"recipientList": MANY}, -2016),
        ({"recipientList": ["01011112222"]}, 4),
        ({"body": ""}, -2014),
        ({"body": "가" * 256}, -2015),
        ({"body": "좋아요 👍"}, -2023),
        ({"body": "사랑해요 ❤"}, -2023),
        ({"sendNo": "0299999999"}, -2312),
        ({"sendNo": None}, -2312),
        ({"requestDate": "내일"}, -2000),
        ({"requestDate": in_minutes(-60)}, -2022),
        ({"requestDate": in_minutes(61 * 24 * 60)}, 4),
        ({"requestDate": in_minutes(60)}, 0),
        ({"senderGroupingKey": "k" * 101}, 4),
    ],
)
def test_a_text_is_refused_with_the_documented_code(nhn: Nhn, fields: dict[str, Any], code: int) -> None:
    assert code_of(nhn.sms("/sender/sms", text(**fields))) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "제목"}, 0),
        ({}, -2014),
        ({"title": "제" * 121}, -2015),
        ({"title": "제목 👍"}, -2023),
        ({"title": "제목", "attachFileIdList": [1]}, -2004),
        ({"title": "제목", "attachFileIdList": [1, 2, 3, 4]}, 4),
        ({"title": "제목", "body": "가" * 4001}, -2015),
    ],
)
def test_a_long_text_is_refused_with_the_documented_code(nhn: Nhn, fields: dict[str, Any], code: int) -> None:
    assert code_of(nhn.sms("/sender/mms", text(**fields))) == code


@pytest.mark.parametrize(
    ("to", "code"),
    [("01011112222", 0), ("", -2018), (None, -2018), ("110", -2019), ("abc", -2019), ("01011119006", -6001)],
)
def test_one_bad_number_fails_alone(nhn: Nhn, to: str | None, code: int) -> None:
    both = [{"recipientNo": to, "recipientGroupingKey": "r1"}, {"recipientNo": "01011113333"}]
    answer = nhn.sms("/sender/sms", text(recipientList=both))
    results = answer["body"]["data"]["sendResultList"]
    assert [result["resultCode"] for result in results] == [code, 0]
    assert [result["recipientSeq"] for result in results] == [1, 2]
    assert results[0]["recipientGroupingKey"] == "r1"
    assert len(answer["body"]["data"]["requestId"]) == 25


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("(광고) 소식 무료수신거부 080-123-4567", 0),
        ("(광고) 소식 무료 거부 0801234567", 0),
        ("소식 무료수신거부 0801234567", -6003),
        ("(광고) 소식", -6003),
        ("(광고) 소식 무료수신거부 0809999999", -6004),
    ],
)
def test_advertising_must_say_so_and_how_to_refuse(nhn: Nhn, body: str, code: int) -> None:
    assert code_of(nhn.sms("/sender/ad-sms", text(body=body))) == code


def test_advertising_needs_a_number_to_refuse(nhn: Nhn) -> None:
    nhn.settings({"unsubscribe_no": ""})
    nhn.simulator.put(nhn.key, credentials={"kakao_key": nhn.kakao_key}).raise_for_status()
    assert code_of(nhn.sms("/sender/ad-sms", text(body="(광고) 소식 무료거부 0801234567"))) == -6000


def test_the_monthly_quota(nhn: Nhn) -> None:
    url = f"{nhn.simulator.url}/simulator/console/balance"
    HTTP.post(url, json={"api_key": nhn.key, "balance": 15}).raise_for_status()
    assert code_of(nhn.sms("/sender/sms", text(recipientList=[{"recipientNo": "01011112222"}] * 2))) == -2052
    assert code_of(nhn.sms("/sender/sms", text())) == 0


def test_keys_are_those_of_the_account(nhn: Nhn) -> None:
    sms = f"/sms/v3.0/appKeys/{nhn.key}/sendNos"
    assert code_of(nhn.call("GET", sms, "wrong")) == -1000
    assert code_of(nhn.call("GET", "/sms/v3.0/appKeys/nobody/sendNos", "sms-secret")) == -1001
    kakao = f"/alimtalk/v2.3/appkeys/{nhn.kakao_key}/senders"
    assert code_of(nhn.call("GET", kakao, "wrong")) == -1001
    assert code_of(nhn.call("GET", kakao.replace(nhn.kakao_key, "nobody"), "kakao-secret")) == -4004
    assert code_of(nhn.call("GET", kakao, "kakao-secret")) == 0


def test_the_capital_k_is_of_the_texts_only(nhn: Nhn) -> None:
    wrong = HTTP.get(f"{nhn.simulator.url}/sms/v3.0/appkeys/{nhn.key}/sendNos")
    assert wrong.status_code == 404


def test_a_body_that_is_no_json(nhn: Nhn) -> None:
    path = f"/sms/v3.0/appKeys/{nhn.key}/sender/sms"
    headers = {"X-Secret-Key": "sms-secret", "Content-Type": "application/json"}
    for content in (b"{", b"[]", b'"\\ud83d"'):
        answer = HTTP.post(nhn.simulator.url + path, content=content, headers=headers).json()
        assert code_of(answer) == -9997
    form = HTTP.post(nhn.simulator.url + path, data={"a": "b"}, headers={"X-Secret-Key": "sms-secret"})
    assert code_of(form.json()) == -9996


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", JPEG, 0),
        ("a.jpeg", JPEG, 0),
        ("", JPEG, -2002),
        ("a" * 42 + ".jpg", JPEG, -2002),
        ("a.png", JPEG, -2003),
        ("a.jpg", b"GIF89a", -2003),
        ("a.jpg", b"", -2005),
        ("a.jpg", JPEG + bytes(300 * 1024), -2005),
    ],
)
def test_attachments(nhn: Nhn, name: str, content: bytes, code: int) -> None:
    body = {"fileName": name, "fileBody": base64.b64encode(content).decode(), "createUser": "u"}
    answer = nhn.sms("/attachfile/binaryUpload", body)
    assert code_of(answer) == code
    if code == 0:
        picture = answer["body"]["data"]["fileId"]
        assert code_of(nhn.sms("/sender/mms", text(title="제목", attachFileIdList=[picture]))) == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, -2011),
        ({"startRequestDate": "2026-01-01 00:00"}, -2011),
        ({"startRequestDate": "2026-01-01 00:00", "endRequestDate": "2026-03-01 00:00"}, -4000),
        ({"startCreateDate": "2026-01-01 00:00", "endCreateDate": "2026-01-02 00:00"}, 0),
        ({"requestId": "R"}, 0),
    ],
)
def test_lists_want_a_request_or_a_month(nhn: Nhn, query: dict[str, str], code: int) -> None:
    assert code_of(nhn.sms("/sender/sms", method="GET", params=query)) == code


def test_results_by_time_span_a_day_at_most(nhn: Nhn) -> None:
    nhn.sms("/sender/sms", text())
    long = {"startUpdateDate": "2026-01-01 00:00", "endUpdateDate": "2026-01-03 00:00"}
    assert code_of(nhn.sms("/message-results", method="GET", params=long)) == -4000
    now = {"startUpdateDate": in_minutes(-5), "endUpdateDate": in_minutes(5)}

    def ended() -> bool:
        page = nhn.sms("/message-results", method="GET", params=now)["body"]
        return [item["resultCode"] for item in page["data"]] == ["1000"]

    wait_until(ended)


def test_a_reservation_is_cancelled_once(nhn: Nhn) -> None:
    request_id = nhn.sms("/sender/sms", text(requestDate=in_minutes(60)))["body"]["data"]["requestId"]
    wanted = {"reservationList": [{"requestId": request_id, "recipientSeq": 1}], "updateUser": "u"}
    for cancelled in (1, 0):
        answer = nhn.sms("/reservations/cancel", wanted, method="PUT")
        assert answer["body"]["data"] == {"requestedCount": 1, "canceledCount": cancelled}
    [item] = nhn.sms("/sender/sms", method="GET", params={"requestId": request_id})["body"]["data"]
    assert (item["msgStatus"], item["resultCode"]) == ("4", None)


def test_pages_hold_what_was_asked_for(nhn: Nhn) -> None:
    numbers = [{"recipientNo": f"0101111{n:04d}"} for n in range(30)]
    request_id = nhn.sms("/sender/sms", text(recipientList=numbers))["body"]["data"]["requestId"]
    seen: list[int] = []
    for page in (1, 2, 3):
        query = {"requestId": request_id, "pageNum": page, "pageSize": 12}
        body = nhn.sms("/sender/sms", method="GET", params=query)["body"]
        assert body["totalCount"] == 30
        seen += [item["recipientSeq"] for item in body["data"]]
    assert sorted(seen) == list(range(1, 31))


def test_webhooks_carry_the_typed_string_and_nhns_misspelling(nhn: Nhn, receiver: Receiver) -> None:
    nhn.settings({"quirks": "yes"})
    nhn.sms("/sender/sms", text(recipientList=[{"recipientNo": "01011112222", "recipientGroupingKey": "r1"}]))
    wait_until(lambda: len(receiver.calls) == 1)
    headers, body = receiver.calls[0]
    assert headers["x-toast-webhook-signature"] == SECRET
    assert (body["event"], body["productName"]) == ("MESSAGE_RESULT_UPDATE", "SMS")
    [hook] = body["hooks"]
    assert (hook["recipientGropuingKey"], hook["resultCode"], hook["messageStatus"]) == (
        "r1",
        "1000",
        "COMPLETED",
    )
    assert "recipientGroupingKey" not in hook


def test_products_call_apart(nhn: Nhn, receiver: Receiver) -> None:
    nhn.sms("/sender/sms", text())
    nhn.kakao(ALIMTALK, alimtalk())
    wait_until(lambda: len(receiver.calls) == 2)
    assert {body["productName"] for _, body in receiver.calls} == {"SMS", "KakaoTalk Bizmessage"}


def test_an_080_call_is_told_and_listed(nhn: Nhn, receiver: Receiver) -> None:
    url = f"{nhn.simulator.url}/simulator/console/opt-outs"
    HTTP.post(url, json={"api_key": nhn.key, "from": "01077778888", "to": SENDER}).raise_for_status()
    wait_until(lambda: len(receiver.calls) == 1)
    assert receiver.calls[0][1]["event"] == "UNSUBSCRIBE"
    assert receiver.calls[0][1]["hooks"][0]["recipientNo"] == "01077778888"
    listed = nhn.sms("/blockservice/recipients", method="GET", params={"unsubscribeNo": "0801234567"})
    assert [item["recipientNo"] for item in listed["body"]["data"]] == ["01077778888"]
    other = nhn.sms("/blockservice/recipients", method="GET", params={"unsubscribeNo": "0809999999"})
    assert code_of(other) == -6004
