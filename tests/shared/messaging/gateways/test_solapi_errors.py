"""Which failures prove that nothing was accepted, and which leave it open."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
from urllib3.exceptions import DecodeError, IncompleteRead, ProtocolError, ReadTimeoutError

from shared.messaging.gateways import (
    Acceptance,
    CarrierRefused,
    LookUpFailed,
    OutcomeUnknown,
    OutgoingMessage,
    SolapiGateway,
)
from shared.messaging.gateways.exchanging import Answer, CallTimeout, NothingWritten, Request
from tests.infra.simulator.running import free_port
from tests.shared.messaging.gateways.scripted import scripted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ONE = [OutgoingMessage("r1", "01012345678", "0212345678", "sms", "안녕")]
TWO = [*ONE, OutgoingMessage("r2", "01087654321", "0212345678", "sms", "안녕")]


def _gateway(answer: Callable[[httpx.Request], httpx.Response]) -> SolapiGateway:
    send = scripted(answer)
    return SolapiGateway("http://carrier.test", "KEY", "secret", "hook", send=send)


def _failing(error: Exception) -> SolapiGateway:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return _gateway(fail)


def _answering(status: int, **answer: Any) -> SolapiGateway:
    return _gateway(lambda request: httpx.Response(status, **answer))


def test_before_the_first_byte_is_written_nothing_can_be_accepted() -> None:
    with pytest.raises(CarrierRefused, match="NOT_CONNECTED") as caught:
        _failing(NothingWritten("NOT_CONNECTED")).send(ONE)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "error",
    [
        OSError("reset"),
        TimeoutError("slow"),
        CallTimeout("slow"),
        ProtocolError("closed"),
        ReadTimeoutError(cast(Any, None), "", "slow"),
        IncompleteRead(1, 2),
        DecodeError("gzip"),
        ValueError("odd"),
    ],
)
def test_after_the_first_byte_everything_is_possible(error: Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        _failing(error).send(ONE)


@pytest.mark.parametrize(
    ("status", "answer", "code", "retryable"),
    [
        (400, {"json": {"errorCode": "ValidationError", "errorMessage": ""}}, "ValidationError", 0),
        (403, {"json": {"errorCode": "InvalidAPIKey"}}, "InvalidAPIKey", False),
        (403, {"json": {"errorCode": "RequestTimeTooSkewed"}}, "RequestTimeTooSkewed", True),
        (429, {"json": {"errorCode": "TooManyRequests"}}, "TooManyRequests", True),
        (429, {"text": "slow down"}, "HTTP_429", True),
        (413, {"text": "<html>"}, "HTTP_413", False),
        (404, {"text": ""}, "HTTP_404", False),
    ],
)
def test_a_clear_no_is_a_refusal(status: int, answer: dict[str, Any], code: str, retryable: bool) -> None:
    with pytest.raises(CarrierRefused) as caught:
        _answering(status, **answer).send(ONE)
    assert (caught.value.code, caught.value.retryable) == (code, bool(retryable))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("9" * 30, 300.0),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
        ("Fri, 01 May 2126 00:00:00 GMT", 300.0),
        ("Fri, 01 May 2026 00:00:00 +999999999999999", None),
        ("Fri, 1 May", None),
        ("", None),
    ],
)
def test_the_wait_the_carrier_asks_for_is_passed_on(header: str, seconds: float | None) -> None:
    with pytest.raises(CarrierRefused) as caught:
        _answering(429, headers={"Retry-After": header}).send(ONE)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {"json": {"errorCode": "InternalError"}}),
        (502, {"text": "bad gateway"}),
        (503, {}),
        (504, {}),
        (302, {"headers": {"Location": "/elsewhere"}}),
        (408, {}),
        (200, {"text": "<html>"}),
        (200, {"json": {}}),
        (200, {"json": []}),
        (200, {"json": {"groupInfo": {"count": {"total": 1, "registeredFailed": 1}}}}),
        (200, {"json": {"groupInfo": {"count": {"total": 2, "registeredFailed": 0}}}}),
        # Our salts never repeat: somebody on the way sent the request twice.
        (403, {"json": {"errorCode": "DuplicatedSignature"}}),
    ],
)
def test_an_unclear_answer_leaves_the_outcome_open(status: int, answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        _answering(status, **answer).send(ONE)


@pytest.mark.parametrize("key", ["키", "\ud83d"])
def test_a_request_that_cannot_be_written_is_refused_for_good(key: str) -> None:
    gateway = SolapiGateway(f"http://127.0.0.1:{free_port()}", key, "secret", "hook")
    with pytest.raises(CarrierRefused) as refused:
        gateway.send(ONE)
    with pytest.raises(LookUpFailed) as failed:
        gateway.look_up(["r1"], since=NOW, until=NOW)
    assert not refused.value.retryable
    assert not failed.value.retryable


def test_an_error_of_another_kind_while_writing_leaves_the_outcome_open() -> None:
    with pytest.raises(OutcomeUnknown):
        _failing(OSError("odd")).send(ONE)
    with pytest.raises(LookUpFailed):
        _failing(OSError("odd")).balance()


def test_each_message_gets_its_own_answer_in_order() -> None:
    answer = {
        "failedMessageList": [
            {"to": "01012345678", "statusCode": "1062", "messageId": "M1", "customFields": {}}
        ],
        "groupInfo": {"groupId": "G1", "count": {"total": 2, "registeredFailed": 1}},
        "messageList": [
            {"messageId": "M2", "statusCode": "2000", "customFields": {"ref": "r2"}},
        ],
    }
    assert _answering(200, json=answer).send(TWO) == [
        Acceptance("r1", False, "M1", "G1", "1062", "sender"),
        Acceptance("r2", True, "M2", "G1", "2000", None),
    ]


def test_a_carrier_that_lists_only_failures_confirms_the_rest_by_its_count() -> None:
    answer = {
        "failedMessageList": [{"statusCode": "1062", "customFields": {"ref": "r1"}}],
        "groupInfo": {"groupId": "G1", "count": {"total": 2, "registeredFailed": 1}},
    }
    first, second = _answering(200, json=answer).send(TWO)
    assert not first.accepted
    assert second == Acceptance("r2", True, None, "G1", "2000", None)


@pytest.mark.parametrize("messages", [[], ONE * 2, TWO * 5001])
def test_a_batch_that_cannot_be_told_apart_is_not_sent(messages: list[OutgoingMessage]) -> None:
    with pytest.raises(ValueError, match="batch"):
        _failing(AssertionError("must not be called")).send(messages)


def test_a_look_up_that_fails_is_no_answer() -> None:
    for gateway in (_failing(CallTimeout()), _answering(500), _answering(200, json={})):
        with pytest.raises(LookUpFailed) as caught:
            gateway.look_up(["r1"], since=NOW, until=NOW)
        assert caught.value.retryable
    with pytest.raises(LookUpFailed) as caught:
        _answering(403, json={"errorCode": "InvalidAPIKey"}).look_up_ids(["M1"])
    assert not caught.value.retryable


def test_a_look_up_sees_what_a_carrier_dated_by_a_clock_15_minutes_off() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.extend(request.url.params[name] for name in ("dateType", "startDate", "endDate"))
        return httpx.Response(200, json={"messageList": {}, "nextKey": None})

    assert _gateway(answer).look_up(["r1"], since=NOW, until=NOW) == []
    assert seen == ["CREATED", "2026-04-30T23:45:00.000Z", "2026-05-01T00:15:00.000Z"]


def _record(**changed: Any) -> dict[str, Any]:
    return {"messageId": "M1", "statusCode": "2000", "customFields": {"ref": "r1"}, **changed}


def _look_up(*pages: dict[str, Any]) -> list[tuple[str | None, str]]:
    answers = iter(pages)
    gateway = _gateway(lambda request: httpx.Response(200, json=next(answers)))
    return [(e.reference, e.outcome) for e in gateway.look_up(["r1"], since=NOW, until=NOW)]


@pytest.mark.parametrize(
    "pages",
    [
        [{"messageList": {}, "nextKey": 12345}],
        [{"messageList": {}, "nextKey": "k" * 120}],
        [{"messageList": {}, "nextKey": "a"}, {"messageList": {}, "nextKey": "a"}],
        [{"messageList": None, "nextKey": None}],
        [{"messageList": "error"}],
        [{"messageList": [None]}],
        [{"messageList": {"M1": "gone"}}],
        [{"messageList": {"M1": _record(messageId=None)}}],
    ],
)
def test_what_cannot_be_read_is_never_taken_for_not_found(pages: list[dict[str, Any]]) -> None:
    with pytest.raises(LookUpFailed) as caught:
        _look_up(*pages)
    assert caught.value.retryable


@pytest.mark.parametrize("code", [None, "", {"no": "code"}])
def test_a_listed_message_without_a_readable_code_is_pending(code: Any) -> None:
    assert _look_up({"messageList": {"M1": _record(statusCode=code)}}) == [("r1", "pending")]


def test_a_list_is_walked_to_its_last_page() -> None:
    first = {"messageList": {}, "nextKey": "a"}
    assert _look_up(first, {"messageList": [_record()], "nextKey": ""}) == [("r1", "pending")]
    assert _look_up(first, {"messageList": []}) == []


def test_of_two_records_of_one_reference_the_further_one_counts() -> None:
    def record(code: str) -> dict[str, Any]:
        return {"messageId": f"M{code}", "statusCode": code, "customFields": {"ref": "r1"}}

    for codes in (("1062", "4000"), ("4000", "1062")):
        page = {"messageList": {code: record(code) for code in codes}}
        [event] = _answering(200, json=page).look_up(["r1"], since=NOW, until=NOW)
        assert event.outcome == "delivered"


def test_balance_is_money_and_points() -> None:
    assert _answering(200, json={"balance": 1200.5, "point": 30}).balance() == 1230
    with pytest.raises(LookUpFailed):
        _answering(200, json={"balance": None}).balance()


def test_a_closed_port_is_a_refusal() -> None:
    gateway = SolapiGateway(f"http://127.0.0.1:{free_port()}", "KEY", "secret", "hook")
    with pytest.raises(CarrierRefused):
        gateway.send(ONE)


@pytest.fixture
def hanging_up() -> Iterator[str]:
    """A server that reads a little of each request and hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.recv(10)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def test_a_real_hang_up_leaves_the_outcome_open(hanging_up: str) -> None:
    gateway = SolapiGateway(hanging_up, "KEY", "secret", "hook")
    with pytest.raises(OutcomeUnknown):
        gateway.send(ONE)


@pytest.fixture
def trickling() -> Iterator[str]:
    """A server that answers a byte now and then, each well within a read's patience."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b" ")
                time.sleep(0.05)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def test_an_answer_that_trickles_is_given_up(trickling: str) -> None:
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="CallTimeout"):
        SolapiGateway(trickling, "KEY", "secret", "hook", call_seconds=0.5).send(ONE)
    assert 0.4 < time.monotonic() - started < 5


def test_a_request_is_not_finished_after_its_time() -> None:
    """However slowly it is taken: a carrier never gets the last piece of a call that was given up."""
    taken = bytearray()

    def slow(request: Request) -> Answer:
        for piece in request.pieces():
            taken.extend(piece)
            time.sleep(0.2)
        return Answer(200, {}, b"{}")

    long = [OutgoingMessage(f"r{i}", "01012345678", "02", "lms", "가" * 1000) for i in range(100)]
    gateway = SolapiGateway(
        "http://carrier.test",
        "KEY",
        "secret",
        "hook",
        call_seconds=0.3,
        send=slow,
    )
    with pytest.raises(OutcomeUnknown, match="CallTimeout"):
        gateway.send(long)
    assert 0 < len(taken) < 200_000
