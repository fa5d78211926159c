"""NHN Cloud's wire, byte for byte, and what its answers and webhooks mean."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.messaging.gateways import (
    Button,
    CarrierRefused,
    LookUpFailed,
    MessageKind,
    NhnGateway,
    OutcomeUnknown,
    OutgoingMessage,
    nhn_wire,
)
from tests.shared.messaging.gateways.scripted import scripted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CREDENTIALS = {
    "api_key": "smsAppKey",
    "api_secret": "smsSecret",
    "kakao_key": "kakaoAppKey",
    "kakao_secret": "kakaoSecret",
    "webhook_secret": "typed in the console",
}
OK = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}


def message(reference: str = "r1", kind: MessageKind = "sms", **fields: Any) -> OutgoingMessage:
    given = {"to": "01012345678", "sender": "0212345678", "text": "안녕", **fields}
    return OutgoingMessage(reference=reference, kind=kind, **given)


class Carrier:
    """Remembers the requests, and answers what a test wants."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | dict[str, Any]) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer
        send = scripted(self._called)
        self.gateway = NhnGateway(
            "http://sms.test", "http://kakao.test", CREDENTIALS, send=send, clock=lambda: NOW
        )

    def _called(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return (
            httpx.Response(200, json=self._answer)
            if isinstance(self._answer, dict)
            else self._answer(request)
        )


def texts_taken(count: int, **header: Any) -> dict[str, Any]:
    results = [{"recipientNo": "0101", "resultCode": 0, "recipientSeq": n} for n in range(1, count + 1)]
    data = {"requestId": "20180810100630ReZQ6KZzAH0", "statusCode": "2", "sendResultList": results}
    return {"header": {**OK, **header}, "body": {"data": data}}


def kakao_taken(count: int) -> dict[str, Any]:
    results = [{"recipientNo": "0101", "resultCode": 0, "recipientSeq": n} for n in range(1, count + 1)]
    return {"header": OK, "message": {"requestId": "20210810100630ReZQ6KZzAH0", "sendResults": results}}


def failed(code: int) -> dict[str, Any]:
    return {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": "FAIL"}}


def test_a_text_byte_for_byte() -> None:
    carrier = Carrier(texts_taken(2))
    carrier.gateway.send([message("r1"), message("r2", to="01087654321")])
    [request] = carrier.requests
    assert (request.method, str(request.url)) == (
        "POST",
        "http://sms.test/sms/v3.0/appKeys/smsAppKey/sender/sms",
    )
    assert request.headers["X-Secret-Key"] == "smsSecret"
    assert request.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert (
        request.content
        == (
            '{"body":"안녕","sendNo":"0212345678","recipientList":['
            '{"recipientNo":"01012345678","recipientGroupingKey":"r1"},'
            '{"recipientNo":"01087654321","recipientGroupingKey":"r2"}]}'
        ).encode()
    )


def test_a_reserved_picture_byte_for_byte() -> None:
    carrier = Carrier(texts_taken(1))
    later = datetime(2026, 5, 1, 3, 4, 5, tzinfo=UTC)
    carrier.gateway.send([message(kind="mms", subject="제목", image_id="123", send_at=later)])
    [request] = carrier.requests
    assert request.url.path == "/sms/v3.0/appKeys/smsAppKey/sender/mms"
    assert (
        request.content
        == (
            '{"body":"안녕","sendNo":"0212345678","recipientList":['
            '{"recipientNo":"01012345678","recipientGroupingKey":"r1"}],'
            '"title":"제목","attachFileIdList":[123],"requestDate":"2026-05-01 12:05"}'
        ).encode()
    )


def test_an_alimtalk_byte_for_byte() -> None:
    carrier = Carrier(kakao_taken(1))
    given: dict[str, Any] = {
        "sender": "",
        "channel_id": "a" * 40,
        "template_id": "tpl",
        "variables": {"이름": "홍길동"},
    }
    carrier.gateway.send([message(kind="alimtalk", **given)])
    [request] = carrier.requests
    assert str(request.url) == "http://kakao.test/alimtalk/v2.3/appkeys/kakaoAppKey/messages"
    assert request.headers["X-Secret-Key"] == "kakaoSecret"
    # The SHA-256 of "r1".
    digest = "82f3e9c695dc6b8d1b11818d5701919e286de8d47f7c3eb3100c485f79e57828"
    assert request.headers["X-NC-API-IDEMPOTENCY-KEY"] == digest
    assert (
        request.content
        == (
            '{"senderKey":"' + "a" * 40 + '","templateCode":"tpl","recipientList":['
            '{"recipientNo":"01012345678","templateParameter":{"이름":"홍길동"},'
            '"recipientGroupingKey":"r1","resendParameter":{"isResend":false}}]}'
        ).encode()
    )


def test_a_brand_message_byte_for_byte() -> None:
    carrier = Carrier(kakao_taken(1))
    button = Button("자세히", "WL", "https://x.example")
    carrier.gateway.send([message(kind="brand", sender="", channel_id="key", buttons=(button,))])
    [request] = carrier.requests
    assert request.url.path == "/brand-message/v1.0/appkeys/kakaoAppKey/freestyle-messages"
    assert (
        request.content
        == (
            '{"senderKey":"key","chatBubbleType":"TEXT","content":"안녕","recipientList":['
            '{"recipientNo":"01012345678","targeting":"I","recipientGroupingKey":"r1",'
            '"resendParameter":{"isResend":false}}],'
            '"buttons":[{"name":"자세히","type":"WL","linkMo":"https://x.example"}]}'
        ).encode()
    )


def test_a_brand_template_has_a_path_of_its_own() -> None:
    carrier = Carrier(kakao_taken(1))
    carrier.gateway.send([message(kind="brand", channel_id="key", template_id="t", variables={"값": "1"})])
    assert carrier.requests[0].url.path.endswith("/basic-messages")
    body = json.loads(carrier.requests[0].content)
    assert body["recipientList"][0]["templateParameter"] == {"값": "1"}


def test_advertising_leaves_by_the_path_that_checks_it() -> None:
    carrier = Carrier(texts_taken(1))
    [answer] = carrier.gateway.send([message(advertising=True)])
    assert carrier.requests[0].url.path.endswith("/sender/ad-sms")
    assert answer.carrier_message_id == "ad-sms:20180810100630ReZQ6KZzAH0:1"


def test_a_long_text_without_a_subject_has_its_beginning_for_a_title() -> None:
    carrier = Carrier(texts_taken(1))
    carrier.gateway.send([message(kind="lms", text="가" * 30 + "\n둘째 줄")])
    title = json.loads(carrier.requests[0].content)["title"]
    assert title == "가" * 20
    assert len(title.encode("cp949")) == nhn_wire.TITLE_BYTES


def test_a_batch_is_split_by_what_a_request_shares() -> None:
    gateway = Carrier({}).gateway
    same = [message(f"a{n}") for n in range(3)]
    others = [message("b", text="다른 글"), message("c", sender="0319876543"), message("d", send_at=NOW)]
    kakao = [
        message(f"k{n}", "alimtalk", channel_id="key", template_id="t", text=f"{n}") for n in range(1500)
    ]
    sizes = [len(group) for group in gateway.split([*same, *others, *kakao])]
    assert sizes == [3, 1, 1, 1, 1000, 500]


def test_messages_with_other_texts_are_no_request() -> None:
    with pytest.raises(ValueError, match="share their text"):
        Carrier({}).gateway.send([message("a"), message("b", text="다른 글")])


def test_without_a_kakao_key_kakao_is_refused_before_the_call() -> None:
    gateway = NhnGateway("http://sms.test", "http://kakao.test", {"api_key": "k", "api_secret": "s"})
    assert gateway.kinds == {"sms", "lms", "mms"}
    with pytest.raises(CarrierRefused) as caught:
        gateway.send([message(kind="alimtalk", channel_id="key", template_id="t")])
    assert not caught.value.retryable


def test_each_recipient_has_its_own_answer() -> None:
    answer = texts_taken(2)
    answer["body"]["data"]["sendResultList"][1]["resultCode"] = -2019
    first, second = Carrier(answer).gateway.send([message("r1"), message("r2")])
    assert (first.accepted, first.carrier_message_id) == (True, "sms:20180810100630ReZQ6KZzAH0:1")
    assert (second.accepted, second.code, second.reason) == (False, "-2019", "invalid_number")


def test_a_request_where_all_failed_still_tells_of_each() -> None:
    answer = failed(-1031)
    answer["message"] = {"requestId": None, "sendResults": [{"recipientSeq": 1, "resultCode": -5000}]}
    given = {"channel_id": "key", "template_id": "t"}
    [only] = Carrier(answer).gateway.send([message(kind="alimtalk", **given)])
    assert (only.accepted, only.reason) == (False, "invalid_number")


@pytest.mark.parametrize(("code", "reason"), [(-2023, "content"), (-2312, "sender"), (-2052, "balance")])
def test_what_is_wrong_with_the_text_is_wrong_for_everybody(code: int, reason: str) -> None:
    answers = Carrier(failed(code)).gateway.send([message("r1"), message("r2")])
    assert [(each.accepted, each.reason) for each in answers] == [(False, reason)] * 2


def test_one_bad_number_says_nothing_of_the_others() -> None:
    with pytest.raises(CarrierRefused) as caught:
        Carrier(failed(-2019)).gateway.send([message("r1"), message("r2")])
    assert not caught.value.retryable


@pytest.mark.parametrize(("code", "retryable"), [(-2021, True), (-1000, False), (-9998, False), (-77, False)])
def test_what_is_refused_as_a_whole_can_be_sent_again(code: int, retryable: bool) -> None:
    with pytest.raises(CarrierRefused) as caught:
        Carrier(failed(code)).gateway.send([message()])
    assert (caught.value.code, caught.value.retryable) == (str(code), retryable)


def test_an_unexpected_error_leaves_it_open() -> None:
    with pytest.raises(OutcomeUnknown):
        Carrier(failed(-9999)).gateway.send([message()])


def test_a_repetition_on_the_way_leaves_it_open() -> None:
    with pytest.raises(OutcomeUnknown):
        Carrier(failed(-1005)).gateway.send([message(kind="alimtalk", channel_id="k", template_id="t")])


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"header": OK},
        {"header": OK, "body": {"data": {"sendResultList": []}}},
        {"header": OK, "body": {"data": {"requestId": "R", "sendResultList": [{"recipientSeq": 2}]}}},
        {"header": OK, "body": {"data": {"sendResultList": [{"recipientSeq": 1, "resultCode": 0}]}}},
        {"header": OK, "body": {"data": {"requestId": "R", "sendResultList": [{"recipientSeq": [1]}]}}},
        {"header": OK, "body": []},
    ],
)
def test_an_answer_that_settles_nothing_leaves_it_open(answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        Carrier(answer).gateway.send([message()])


def test_an_answer_about_another_message_leaves_it_open() -> None:
    answer = texts_taken(1)
    answer["body"]["data"]["sendResultList"][0]["recipientGroupingKey"] = "somebody-else"
    with pytest.raises(OutcomeUnknown):
        Carrier(answer).gateway.send([message()])


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_leaves_it_open(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        Carrier(lambda request: httpx.Response(status)).gateway.send([message()])


def test_too_many_requests_say_when_to_come_back() -> None:
    carrier = Carrier(lambda request: httpx.Response(429, headers={"Retry-After": "7"}))
    with pytest.raises(CarrierRefused) as caught:
        carrier.gateway.send([message()])
    assert (caught.value.retryable, caught.value.retry_after) == (True, 7.0)


@pytest.mark.parametrize("body", [{}, {"body": {"data": [1]}}, {"body": 3}])
def test_a_list_that_cannot_be_read_is_no_empty_list(body: dict[str, Any]) -> None:
    with pytest.raises(LookUpFailed):
        Carrier({"header": OK, **body}).gateway.look_up(["r1"], since=NOW, until=NOW)


def test_a_look_up_asks_every_list_until_all_are_found() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        item = {"requestId": "R", "recipientSeq": 1, "msgStatus": "3", "resultCode": "1000"}
        found = [{**item, "recipientGroupingKey": "r1"}] if request.url.path.endswith("/sender/mms") else []
        return httpx.Response(200, json={"header": OK, "body": {"data": found, "totalCount": len(found)}})

    carrier = Carrier(answer)
    [event] = carrier.gateway.look_up(["r1"], since=NOW, until=NOW + timedelta(minutes=1))
    assert event.carrier_message_id == "mms:R:1"
    assert [request.url.path.rpartition("/")[2] for request in carrier.requests] == ["sms", "mms"]
    query = dict(carrier.requests[0].url.params)
    assert (query["startCreateDate"], query["endCreateDate"]) == (
        "2026-05-01 08:55:00",
        "2026-05-01 09:06:00",
    )


def test_ids_are_asked_for_by_request() -> None:
    carrier = Carrier({"header": OK, "body": {"data": [], "totalCount": 0}})
    ids = ["sms:R1:1", "sms:R1:2", "sms:R2:1", "nonsense", "fax:R1:1", "sms:../x:1", "sms:R:x"]
    assert carrier.gateway.look_up_ids(ids) == []
    assert [dict(request.url.params)["requestId"] for request in carrier.requests] == ["R1", "R2"]


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 5, 1, 0, 0, tzinfo=UTC), "2026-05-01 09:00"),
        (datetime(2026, 5, 1, 0, 0, 1, tzinfo=UTC), "2026-05-01 09:01"),
        (datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), "2027-01-01 00:00"),
    ],
)
def test_a_time_is_never_before_the_one_asked_for(at: datetime, shown: str) -> None:
    assert nhn_wire.minute(at) == shown
