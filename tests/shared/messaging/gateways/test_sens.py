"""The SENS gateway: byte-exact requests, every row of its tables, and what each answer proves."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.messaging.gateways import (
    Button,
    CarrierRefused,
    LookUpFailed,
    NotOffered,
    OutcomeUnknown,
    OutgoingMessage,
    SensGateway,
)
from shared.messaging.gateways import sens_codes as codes
from shared.messaging.gateways import sens_wire as wire
from shared.messaging.gateways.kakao_codes import REASONS as KAKAO_REASONS
from shared.messaging.gateways.listed import Sought
from tests.shared.messaging.gateways.recorded import Recorded
from tests.shared.messaging.gateways.scripted import scripted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SMS = "ncp:sms:kr:123456789012:demo"
KAKAO = "ncp:kkobizmsg:kr:123456789012:demo"
ONE = OutgoingMessage("r1", "01012345678", "0212345678", "sms", "안녕")
TWO = [ONE, replace(ONE, reference="r2", to="01087654321", text="잘 가")]
ALIMTALK = OutgoingMessage(
    "k1", "01012345678", "", "alimtalk", "홍길동님", channel_id="@camp", template_id="T1"
)
ACCEPTED = {"requestId": "RSSA-1", "requestTime": "t", "statusCode": "202", "statusName": "success"}


def gateway(answer: Callable[[httpx.Request], httpx.Response]) -> SensGateway:
    send = scripted(answer)
    return SensGateway(
        "http://sens.test",
        "ACCESSKEY0123456789A",
        "SECRETKEY0123456789012345678901234567890",
        sms_service=SMS,
        kakao_service=KAKAO,
        send=send,
        clock=lambda: 1_700_000_000_000,
    )


def answering(status: int, **answer: Any) -> SensGateway:
    return gateway(lambda request: httpx.Response(status, **answer))


def test_the_signature_is_byte_exact() -> None:
    uri = f"/sms/v2/services/{SMS}/messages"
    signed = wire.signature(
        "POST", uri, "1700000000000", "ACCESSKEY0123456789A", "SECRETKEY0123456789012345678901234567890"
    )
    assert signed == "FX6JEj/GLj7tc/vsFfQKzGsy4ryQBpE3mHmAqMq/kxw="


def test_the_request_carries_that_signature_over_the_address_as_it_is_sent() -> None:
    seen = Recorded(httpx.Response(202, json=ACCEPTED))
    gateway(seen).send([ONE])
    headers = seen.requests[0].headers
    assert seen.requests[0].url.raw_path == f"/sms/v2/services/{SMS}/messages".encode()
    assert headers["x-ncp-apigw-signature-v2"] == "FX6JEj/GLj7tc/vsFfQKzGsy4ryQBpE3mHmAqMq/kxw="
    assert headers["x-ncp-apigw-timestamp"] == "1700000000000"
    assert headers["x-ncp-iam-access-key"] == "ACCESSKEY0123456789A"


def test_a_question_is_signed_with_its_query() -> None:
    seen = Recorded({"messages": []})
    gateway(seen).look_up_ids(["sms/RSSA-1/1/" + "0" * 16])
    request = seen.requests[0]
    uri = request.url.raw_path.decode()
    assert uri.endswith("/messages?requestId=RSSA-1&pageSize=100")
    signed = wire.signature(
        "GET", uri, "1700000000000", "ACCESSKEY0123456789A", "SECRETKEY0123456789012345678901234567890"
    )
    assert request.headers["x-ncp-apigw-signature-v2"] == signed


def test_texts_are_written_byte_for_byte() -> None:
    body = wire.encode_json(wire.encode([replace(message, kind="lms", subject="제목") for message in TWO]))
    assert body.decode() == (
        '{"type":"LMS","contentType":"COMM","countryCode":"82","from":"0212345678","content":"안녕",'
        '"messages":[{"to":"01012345678","content":"안녕","subject":"제목"},'
        '{"to":"01087654321","content":"잘 가","subject":"제목"}]}'
    )


def test_pictures_advertising_and_reservations_are_written() -> None:
    at = datetime(2026, 5, 1, 0, 30, tzinfo=UTC)
    body = wire.encode([replace(ONE, kind="mms", image_id="F1", advertising=True, send_at=at)])
    assert (body["type"], body["contentType"], body["files"]) == ("MMS", "AD", [{"fileId": "F1"}])
    assert (body["reserveTime"], body["reserveTimeZone"]) == ("2026-05-01 09:30", "Asia/Seoul")


def test_kakao_messages_are_written_without_the_carriers_own_fallback() -> None:
    button = Button("보기", "WL", link_mobile="https://x.example", link_pc="https://x.example")
    body = wire.encode([replace(ALIMTALK, buttons=(button,))])
    assert body == {
        "plusFriendId": "@camp",
        "templateCode": "T1",
        "messages": [
            {
                "countryCode": "82",
                "to": "01012345678",
                "content": "홍길동님",
                "buttons": [
                    {
                        "type": "WL",
                        "name": "보기",
                        "linkMobile": "https://x.example",
                        "linkPc": "https://x.example",
                    }
                ],
                "useSmsFailover": False,
            }
        ],
    }
    brand = wire.encode([replace(ALIMTALK, kind="brand", template_id="B1", variables={"이름": "홍길동"})])
    assert (brand["messageType"], brand["targeting"], brand["templateCode"]) == ("TEXT", "I", "B1")
    assert brand["messages"][0]["templateParameters"] == {"이름": "홍길동"}


def test_an_accepted_batch_gets_ids_that_tell_no_number() -> None:
    answers = answering(202, json=ACCEPTED).send(TWO)
    assert [each.accepted for each in answers] == [True, True]
    ids = {each.carrier_message_id for each in answers}
    assert len(ids) == 2
    assert all(each and each.startswith("sms/RSSA-1/2/") and "0101" not in each for each in ids)
    assert {each.carrier_group_id for each in answers} == {"RSSA-1"}


def test_each_kakao_message_is_accepted_or_refused_by_itself() -> None:
    two = [ALIMTALK, replace(ALIMTALK, reference="k2", to="01087654321")]
    items = [
        {"to": "01087654321", "messageId": "m2", "requestStatusCode": "B004", "requestStatusName": "fail"},
        {"to": "01012345678", "messageId": "m1", "requestStatusCode": "A000", "requestStatusName": "success"},
    ]
    first, second = answering(202, json={**ACCEPTED, "messages": items}).send(two)
    assert (first.accepted, first.code) == (True, "A000")
    assert (second.accepted, second.code, second.reason) == (False, "B004", "balance")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (replace(ONE, text="가" * 46), "TOO_LONG"),
        (replace(ONE, kind="lms", text="가" * 1001), "TOO_LONG"),
        (replace(ONE, kind="lms", subject="가" * 21), "TOO_LONG"),
        (replace(ONE, text="안녕🙂"), "UNSENDABLE"),
        (replace(ONE, kind="mms"), "NO_IMAGE"),
    ],
)
def test_what_sens_would_cut_or_drop_is_not_handed_over(message: OutgoingMessage, code: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    [answer] = gateway(fail).send([message])
    assert (answer.accepted, answer.code, answer.reason) == (False, code, "content")


def test_a_request_holds_what_belongs_together_and_no_number_twice() -> None:
    mixed = [ONE, replace(ONE, reference="r2"), replace(ONE, reference="r3", kind="lms"), ALIMTALK]
    groups = answering(202).split(mixed)
    assert [[each.reference for each in group] for group in groups] == [["r1"], ["r2"], ["r3"], ["k1"]]
    many = [replace(ONE, reference=f"r{i}", to=f"010{i:08d}") for i in range(250)]
    assert [len(group) for group in answering(202).split(many)] == [100, 100, 50]
    with pytest.raises(ValueError, match="one request"):
        answering(202).send(mixed)


@pytest.mark.parametrize(
    ("status", "answer", "code", "retryable"),
    [
        (400, {"json": {"status": 400, "errorMessage": "from"}}, "HTTP_400", False),
        (
            401,
            {"json": {"error": {"errorCode": "200", "message": "Authentication Failed"}}},
            "APIGW_200",
            False,
        ),
        (403, {}, "HTTP_403", False),
        (404, {}, "HTTP_404", False),
        (429, {"headers": {"Retry-After": "3"}}, "HTTP_429", True),
    ],
)
def test_a_clear_no_is_a_refusal(status: int, answer: dict[str, Any], code: str, retryable: bool) -> None:
    with pytest.raises(CarrierRefused) as caught:
        answering(status, **answer).send([ONE])
    assert (caught.value.code, caught.value.retryable) == (code, retryable)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {}),
        (503, {}),
        (202, {"text": "<html>"}),
        (202, {"json": {}}),
        (202, {"json": {**ACCEPTED, "requestId": "a/b"}}),
        (202, {"json": {**ACCEPTED, "statusName": "fail"}}),
        (200, {"json": {**ACCEPTED, "statusCode": "500"}}),
    ],
)
def test_an_unclear_answer_leaves_the_outcome_open(status: int, answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        answering(status, **answer).send([ONE])


def test_an_unclear_kakao_answer_leaves_all_of_it_open() -> None:
    with pytest.raises(OutcomeUnknown):
        answering(202, json={**ACCEPTED, "messages": []}).send([ALIMTALK])


def row(**fields: Any) -> dict[str, Any]:
    common = {"requestId": "RSSA-1", "messageId": "m1", "requestTime": "2026-05-01T09:00:01", "type": "SMS"}
    return {**common, "to": "01012345678", "status": "COMPLETED", "statusName": "fail", **fields}


def poll(**fields: Any) -> tuple[str, str | None]:
    [sent] = answering(202, json=ACCEPTED).send([ONE])
    [event] = gateway(Recorded({"messages": [row(**fields)]})).look_up_ids([str(sent.carrier_message_id)])
    return event.outcome, event.reason


@pytest.mark.parametrize(("code", "reason"), codes.TEXT_REASONS.items())
def test_every_code_of_a_text_has_its_reason(code: str, reason: str) -> None:
    assert poll(statusCode=code) == ("failed", reason)


@pytest.mark.parametrize(("code", "reason"), KAKAO_REASONS.items())
def test_every_code_of_kakao_has_its_reason(code: str, reason: str) -> None:
    assert codes.classify_kakao("fail", code) == ("failed", reason)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"statusName": "success", "statusCode": "0"}, ("delivered", None)),
        ({"status": "READY", "statusName": None}, ("pending", None)),
        ({"status": "PROCESSING", "statusName": None}, ("pending", None)),
        ({"status": "HELD", "statusName": None}, ("pending", None)),
        ({"statusCode": "9876"}, ("failed", "unknown")),
        ({"statusCode": "9876", "statusName": "odd"}, ("pending", None)),
    ],
)
def test_what_is_no_failure_of_the_table(fields: dict[str, Any], expected: tuple[str, str | None]) -> None:
    assert poll(**fields) == expected


@pytest.mark.parametrize(
    ("name", "code", "outcome"),
    [
        ("success", "0000", "delivered"),
        ("processing", "", "pending"),
        ("fail", "3005", "pending"),
        ("fail", "77", "failed"),
    ],
)
def test_what_kakao_says_that_is_no_failure_of_the_table(name: str, code: str, outcome: str) -> None:
    assert codes.classify_kakao(name, code)[0] == outcome


@pytest.mark.parametrize(("status", "expected"), codes.RESERVATIONS.items())
def test_a_reservation_the_list_does_not_know_is_asked_for(status: str, expected: tuple[Any, Any]) -> None:
    [sent] = answering(202, json=ACCEPTED).send([replace(ONE, send_at=NOW)])
    asked = Recorded(httpx.Response(404), {"reserveStatus": status})
    [event] = gateway(asked).look_up_ids([str(sent.carrier_message_id)])
    assert (event.outcome, event.reason) == expected
    assert asked.requests[1].url.path.endswith("/reservations/RSSA-1/reserve-status")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<html>not here</html>"),
        httpx.Response(404, json={"error": {"errorCode": "300", "message": "Not Found Exception"}}),
        httpx.Response(404, json={"status": 404, "error": "Not Found", "path": "/sms/v2/elsewhere"}),
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"messages": [1]}),
        httpx.Response(200, json={"messages": [], "hasMore": True}),
        httpx.Response(200, json={"messages": [], "nextToken": 7}),
        httpx.Response(200, json={"messages": [], "nextToken": "again"}),
    ],
)
def test_a_list_that_cannot_be_read_is_never_an_empty_one(answer: httpx.Response) -> None:
    sought = Sought(frozenset({"sms"}), NOW, NOW)
    with pytest.raises(LookUpFailed):
        gateway(Recorded(answer)).listed(sought)


def test_the_list_is_walked_to_its_end_and_texts_are_fetched() -> None:
    second = row(messageId="m2", to="01087654321")
    asked = Recorded(
        {"messages": [row()], "nextToken": "t1"},
        {"messages": [second]},
        {"messages": [{**row(), "content": "안녕"}]},
        {"messages": [{**second, "content": "잘 가"}]},
    )
    [request] = gateway(asked).listed(Sought(frozenset({"sms"}), NOW, NOW + timedelta(minutes=5)))
    assert [(message.number, message.text) for message in request.messages] == [
        ("01012345678", "안녕"),
        ("01087654321", "잘 가"),
    ]
    assert request.at == datetime(2026, 5, 1, 0, 0, 1, tzinfo=UTC)
    query = dict(asked.requests[0].url.params)
    assert query["requestStartTime"] == "2026-05-01 08:55:00"
    assert query["requestEndTime"] == "2026-05-01 09:10:00"
    assert asked.requests[1].url.params["nextToken"] == "t1"


def test_a_request_that_is_known_whole_is_not_read() -> None:
    asked = Recorded(
        {"messages": [row(), row(requestId="RSSA-2")]}, {"messages": [{**row(), "content": "안녕"}]}
    )
    found = gateway(asked).listed(Sought(frozenset({"sms"}), NOW, NOW, known={"RSSA-1": 1}))
    assert [each.id for each in found] == ["RSSA-2"]


def test_texts_of_messages_to_nobody_who_is_sought_are_not_asked_for() -> None:
    others = [row(messageId=f"m{i}", to=f"0109999{i:04d}") for i in range(40)]
    asked = Recorded(
        {"messages": [*others, row(), row(requestId="RSSA-2", to="01099990001")]},
        {"messages": [{**row(), "content": "안녕"}]},
    )
    sought = Sought(frozenset({"sms"}), NOW, NOW, about=lambda number: number == "01012345678")
    [request] = gateway(asked).listed(sought)
    assert [message.number for message in request.messages] == ["01012345678"]
    assert request.messages[0].event.carrier_message_id.split("/")[2] == "41", (
        "the request is as large as it is"
    )
    assert len(asked.requests) == 2


def test_only_a_whole_reservation_is_cancelled() -> None:
    later = [replace(message, send_at=NOW) for message in TWO]
    ids = [str(each.carrier_message_id) for each in answering(202, json=ACCEPTED).send(later)]
    asked = Recorded(httpx.Response(204))
    assert gateway(asked).cancel(ids[:1]) == set()
    assert asked.requests == []
    assert gateway(asked).cancel(ids) == set(ids)
    assert (asked.requests[0].method, asked.requests[0].url.path[-20:]) == (
        "DELETE",
        "/reservations/RSSA-1"[-20:],
    )
    assert answering(400).cancel(ids) == set()


def test_an_upload_is_json_with_base64() -> None:
    asked = Recorded({"fileId": "F-1", "createTime": "x", "expireTime": "2026-05-07T09:00:00"})
    image = gateway(asked).upload_image("봄 소식 1.png", b"\xff\xd8jpeg")
    assert (image.id, image.expires_at) == ("F-1", datetime(2026, 5, 7, tzinfo=UTC))
    body = json.loads(asked.requests[0].content)
    assert body == {"fileName": "1.jpg", "fileBody": base64.b64encode(b"\xff\xd8jpeg").decode()}


def test_refusals_templates_and_channels_are_read() -> None:
    refused = Recorded(
        [{"clientTelNo": "01012345678", "registerType": "C", "registerTime": 1_777_593_600_000}, {}]
    )
    [one] = gateway(refused).opt_outs(NOW)
    assert (one.number, one.at) == ("01012345678", datetime(2026, 5, 1, tzinfo=UTC))
    item = {
        "templateCode": "T1",
        "templateName": "안내",
        "content": "#{이름}님",
        "templateInspectionStatus": "REJECT",
        "templateStatus": "READY",
        "comments": [{"content": "광고입니다"}],
        "buttons": [{"type": "WL", "name": "보기", "linkMobile": "https://x.example"}],
    }
    [template] = gateway(Recorded([item, {"templateCode": "T2"}])).templates("@camp")
    assert (template.code, template.status, template.comment) == ("T1", "rejected", "광고입니다")
    assert template.buttons == (Button("보기", "WL", link_mobile="https://x.example"),)
    channels = gateway(Recorded([{"channelId": "@camp", "channelStatus": "ACTIVE"}, {}])).senders()
    assert [(each.value, each.status) for each in channels] == [("@camp", "active")]


def test_what_sens_does_not_have_is_not_offered() -> None:
    there = answering(200)
    for ask in (there.balance, lambda: there.look_up(["r"], since=NOW, until=NOW)):
        with pytest.raises(NotOffered):
            ask()
    texts_only = SensGateway("http://sens.test", "k", "s", sms_service=SMS)
    assert texts_only.kinds == {"sms", "lms", "mms"}
    with pytest.raises(NotOffered):
        texts_only.templates("@camp")
