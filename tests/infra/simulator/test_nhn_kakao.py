"""The simulator is as strict as NHN Cloud's KakaoTalk Bizmessage."""

import secrets
from datetime import datetime
from typing import Any

import pytest

from infra.simulator import nhn_kakao
from infra.simulator.nhn_wire import SEOUL
from tests.infra.simulator.nhn_account import ALIMTALK, MANY, Nhn, alimtalk, code_of, in_minutes, nhn
from tests.infra.simulator.running import CHANNEL, HTTP, wait_until

__all__ = ["nhn"]


def recipient(**fields: Any) -> dict[str, Any]:
    given = {"recipientNo": "01011112222", "templateParameter": {"이름": "하늘"}, **fields}
    return {"recipientList": [given, {"recipientNo": "01011113333", "templateParameter": {"이름": "바다"}}]}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"senderKey": "nobody"}, -2017),
        ({"templateCode": "none"}, -3003),
        ({"templateCode": "new"}, -3005),
        ({"recipientList": []}, -2001),
        ({"recipientList": MANY}, 4),
        ({"requestDate": "내일"}, -2027),
        ({"requestDate": in_minutes(-60)}, -2025),
        ({"requestDate": in_minutes(91 * 24 * 60)}, -2026),
        ({"recipientList": [{"recipientNo": "02"}]}, -1031),
    ],
)
def test_an_alimtalk_is_refused_with_the_documented_code(nhn: Nhn, fields: dict[str, Any], code: int) -> None:
    assert code_of(nhn.kakao(ALIMTALK, alimtalk(**fields))) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"recipientNo": "02"}, -5000),
        ({"templateParameter": {}}, -3004),
        ({"templateParameter": {"이름": "가" * 1300}}, -2019),
        ({"resendParameter": {"isResend": True}}, -2502),
    ],
)
def test_one_bad_recipient_of_an_alimtalk_fails_alone(nhn: Nhn, fields: dict[str, Any], code: int) -> None:
    results = nhn.kakao(ALIMTALK, alimtalk(**recipient(**fields)))["message"]["sendResults"]
    assert [result["resultCode"] for result in results] == [code, 0]


def test_a_new_profile_may_not_fill_in_much(nhn: Nhn) -> None:
    nhn.settings({"first_user": "yes"})
    long = recipient(templateParameter={"이름": "가" * 20})
    results = nhn.kakao(ALIMTALK, alimtalk(**long))["message"]["sendResults"]
    assert [result["resultCode"] for result in results] == [-1028, 0]


def test_an_idempotency_key_works_once(nhn: Nhn) -> None:
    path = ALIMTALK.replace("KEY", nhn.kakao_key)
    headers = {"X-Secret-Key": "kakao-secret", "X-NC-API-IDEMPOTENCY-KEY": secrets.token_hex(8)}
    codes = [
        code_of(HTTP.post(nhn.simulator.url + path, json=alimtalk(), headers=headers).json())
        for _ in range(2)
    ]
    assert codes == [0, -1005]
    assert nhn.simulator.counts(nhn.key)["total"] == 1


BRAND = "/brand-message/v1.0/appkeys/KEY/freestyle-messages"


def brand(**fields: Any) -> dict[str, Any]:
    given = {"senderKey": CHANNEL, "chatBubbleType": "TEXT", "content": "소식"}
    return {**given, "recipientList": [{"recipientNo": "01011112222", "targeting": "I"}], **fields}


BUTTON = {"name": "자세히", "type": "WL", "linkMo": "https://x.example"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"buttons": [BUTTON]}, 0),
        ({"content": ""}, -3303),
        ({"content": "가" * 1301}, -3304),
        ({"buttons": [BUTTON] * 6}, -3304),
        ({"buttons": [{**BUTTON, "name": "가" * 15}]}, -3304),
        ({"buttons": [{**BUTTON, "name": ""}]}, -3009),
        ({"buttons": [{"name": "자세히", "type": "WL"}]}, -3307),
        ({"buttons": [{**BUTTON, "linkMo": "x.example"}]}, -3310),
        ({"senderKey": "nobody"}, -2017),
    ],
)
def test_a_brand_message_is_refused_with_the_documented_code(
    nhn: Nhn, fields: dict[str, Any], code: int
) -> None:
    assert code_of(nhn.kakao(BRAND, brand(**fields))) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 0),
        ({"targeting": None}, -3298),
        ({"targeting": "M"}, -4029),
        ({"recipientNo": "01011119006"}, -3301),
    ],
)
def test_one_bad_recipient_of_a_brand_message_fails_alone(
    nhn: Nhn, fields: dict[str, Any], code: int
) -> None:
    first = {"recipientNo": "01011112222", "targeting": "I", **fields}
    both = [first, {"recipientNo": "01011113333", "targeting": "I"}]
    results = nhn.kakao(BRAND, brand(recipientList=both))["message"]["sendResults"]
    assert [result["resultCode"] for result in results] == [code, 0]


def test_strangers_can_be_targeted_where_kakao_allowed_it(nhn: Nhn) -> None:
    nhn.settings({"marketing": "approved"})
    assert (
        code_of(nhn.kakao(BRAND, brand(recipientList=[{"recipientNo": "01011112222", "targeting": "M"}])))
        == 0
    )


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [(7, 59, True), (8, 0, False), (20, 49, False), (20, 50, True), (23, 0, True), (0, 0, True)],
)
def test_kakao_delivers_no_brand_message_at_night(hour: int, minute: int, night: bool) -> None:
    at = datetime(2026, 5, 1, hour, minute, tzinfo=SEOUL)
    assert nhn_kakao.at_night(int(at.timestamp() * 1000)) is night


def _brand_code(nhn: Nhn, body: dict[str, Any]) -> str:
    request_id = nhn.kakao(BRAND, body)["message"]["requestId"]
    codes: list[Any] = []

    def ended() -> bool:
        path = "/brand-message/v1.0/appkeys/KEY/messages"
        page = nhn.kakao(path, method="GET", params={"requestId": request_id})["messageSearchResultResponse"]
        codes[:] = [item["resultCode"] for item in page["messages"]]
        return None not in codes

    wait_until(ended)
    return str(codes[0])


def test_a_brand_message_to_a_stranger_fails(nhn: Nhn) -> None:
    stranger = [{"recipientNo": "01011119013", "targeting": "I"}]
    assert _brand_code(nhn, brand(recipientList=stranger)) == "2003"
    assert _brand_code(nhn, brand()) == "1000"


def test_templates_are_checked_when_they_are_registered(nhn: Nhn) -> None:
    path = f"/alimtalk/v2.3/appkeys/KEY/senders/{CHANNEL}/templates"
    button = {"ordering": 1, "name": "자세히", "type": "WL", "linkMo": "https://x.example"}
    good: dict[str, Any] = {
        "templateCode": "t1",
        "templateName": "안내",
        "templateContent": "안녕",
        "buttons": [button],
    }
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"templateCode": ""}, -2001),
        ({"templateCode": "t" * 21}, -2000),
        ({"templateContent": "가" * 1301}, -2000),
        ({"templateCode": "ok"}, -3001),
        ({"templateName": "하나"}, -3001),
        ({"buttons": [button] * 6}, -2018),
        ({"buttons": [{**button, "ordering": None}]}, -2018),
        ({"buttons": [{**button, "name": "#{이름}"}]}, -3008),
        ({"buttons": [{**button, "linkMo": None}]}, -3000),
    ]
    for fields, code in wrong:
        assert code_of(nhn.kakao(path, {**good, **fields})) == code, fields
    assert code_of(nhn.kakao(path, good)) == 0
    assert code_of(nhn.kakao(path, good)) == -3001
    assert code_of(nhn.kakao(path.replace(CHANNEL, "nobody"), good)) == -2017
