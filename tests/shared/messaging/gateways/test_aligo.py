"""The Aligo gateway: its forms, every row of its tables, and what each answer proves."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.messaging.gateways import (
    AligoGateway,
    Button,
    CarrierRefused,
    OutcomeUnknown,
    OutgoingMessage,
)
from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways import aligo_wire as wire
from tests.shared.messaging.gateways.aligo_answers import (
    ALIMTALK,
    ONE,
    SAME,
    TWO,
    Recorded,
    accepted,
    answering,
    gateway,
)
from tests.shared.messaging.gateways.scripted import scripted


def test_one_text_for_all_is_one_form_byte_for_byte() -> None:
    seen = Recorded(accepted(2))
    gateway(seen).send(SAME)
    assert str(seen.requests[0].url) == "http://sms.test/send/"
    assert seen.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.requests[0].content == (
        b"key=KEY&user_id=camp&sender=0212345678&msg_type=SMS"
        b"&receiver=01012345678%2C01087654321&msg=%EC%95%88%EB%85%95"
    )


def test_texts_of_their_own_are_numbered_byte_for_byte() -> None:
    seen = Recorded(accepted(2, form=str))
    gateway(seen).send([replace(message, kind="lms", subject="제목") for message in TWO])
    assert str(seen.requests[0].url) == "http://sms.test/send_mass/"
    assert seen.requests[0].content == (
        b"key=KEY&user_id=camp&sender=0212345678&msg_type=LMS&title=%EC%A0%9C%EB%AA%A9&cnt=2"
        b"&rec_1=01012345678&msg_1=%EC%95%88%EB%85%95&rec_2=01087654321&msg_2=%EC%9E%98+%EA%B0%80"
    )


def test_a_picture_goes_with_the_text_in_parts() -> None:
    seen = Recorded(accepted(1))
    gateway(seen).send([replace(ONE, kind="mms", image=b"\xff\xd8jpeg\xff\xd9")])
    content_type = seen.requests[0].headers["content-type"]
    boundary = content_type.partition("boundary=")[2].encode()
    body = seen.requests[0].content
    assert content_type.startswith("multipart/form-data; boundary=")
    assert b'name="msg"\r\n\r\n' + "안녕".encode() + b"\r\n" in body
    assert (
        b'name="image1"; filename="image1.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8jpeg\xff\xd9'
        in body
    )
    assert body.endswith(b"--" + boundary + b"--\r\n")


def test_a_reservation_is_written_in_seouls_time() -> None:
    at = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
    _, fields = wire.encode_texts([replace(ONE, send_at=at)])
    assert (fields["rdate"], fields["rtime"]) == ("20260502", "0030")
    assert wire.encode_alimtalk([replace(ALIMTALK, send_at=at)], "0212345678")["senddate"] == "20260502003000"


def test_alimtalk_is_numbered_with_its_buttons_and_without_the_carriers_own_fallback() -> None:
    seen = Recorded({"code": 0, "message": "", "info": {"mid": 5, "scnt": 1, "fcnt": 0}})
    button = Button("보기", "WL", link_mobile="https://x.example")
    [answer] = gateway(seen).send([replace(ALIMTALK, buttons=(button,))])
    assert seen.requests[0].url.path == "/akv10/token/create/30/i/"
    assert seen.fields() == {
        "apikey": "KEY",
        "userid": "camp",
        "token": "TOK",
        "senderkey": "SK",
        "tpl_code": "T1",
        "sender": "0212345678",
        "failover": "N",
        "receiver_1": "01012345678",
        "subject_1": "알림",
        "message_1": "홍길동님",
        "button_1": '{"button": [{"name": "보기", "linkType": "WL", "linkTypeName": "웹링크", '
        '"linkM": "https://x.example"}]}',
    }
    assert str(answer.carrier_message_id).startswith("kakao/5/1/")


def test_a_token_is_made_once_and_again_before_it_runs_out() -> None:
    seen, now = Recorded({"code": 0, "list": []}), [0.0]
    send = scripted(seen)
    there = AligoGateway("http://s.test", "http://k.test", "KEY", "camp", send=send, seconds=lambda: now[0])
    for now[0] in (0.0, 1499.0, 1500.0):
        there.templates("SK")
    assert sum("/token/" in request.url.path for request in seen.requests) == 2


@pytest.mark.parametrize("answer", [{"code": -99}, {"code": 0}, {}])
def test_without_a_token_nothing_is_sent(answer: dict[str, Any]) -> None:
    with pytest.raises(CarrierRefused):
        answering(200, json=answer).send([ALIMTALK])


@pytest.mark.parametrize("form", [int, str])
def test_an_accepted_batch_gets_ids_that_tell_no_number(form: type) -> None:
    answers = answering(200, json=accepted(2, form=form)).send(TWO)
    ids = {str(each.carrier_message_id) for each in answers}
    assert all(each.accepted for each in answers)
    assert len(ids) == 2
    assert all(each.startswith("text/777/2/") and "0101" not in each for each in ids)


def test_whom_aligo_did_not_take_is_read_from_its_list() -> None:
    listed = {
        "result_code": 1,
        "list": [{"receiver": "01087654321", "sms_state": "발송대기"}],
        "next_yn": "N",
    }
    first, second = gateway(Recorded(accepted(2, failed=1), listed)).send(TWO)
    assert (first.accepted, first.code, first.reason) == (False, "NOT_TAKEN", "invalid_number")
    assert second.accepted


def test_when_that_list_fails_all_of_it_is_open() -> None:
    with pytest.raises(OutcomeUnknown):
        gateway(Recorded(accepted(2, failed=1), httpx.Response(500))).send(TWO)


@pytest.mark.parametrize(("code", "reason"), codes.TEXT_CODES.items())
def test_every_code_of_a_text_request(code: str, reason: str) -> None:
    there = answering(200, json={"result_code": int(code), "message": ""})
    with pytest.raises(CarrierRefused) as caught:
        there.send(TWO)
    assert (caught.value.code, caught.value.retryable) == (code, False)
    if reason in ("content", "invalid_number"):
        [answer] = there.send([ONE])
        assert (answer.accepted, answer.code, answer.reason) == (False, code, reason)


@pytest.mark.parametrize("code", codes.KAKAO_CODES)
def test_every_code_of_a_kakao_request(code: str) -> None:
    two = [ALIMTALK, replace(ALIMTALK, reference="k2", to="01087654321")]
    with pytest.raises(CarrierRefused) as caught:
        gateway(Recorded({"code": int(code), "message": ""})).send(two)
    assert caught.value.code == code


def test_aligos_own_trouble_may_be_tried_again_and_an_unknown_code_may_not() -> None:
    for code, retryable in (("-900", True), ("-777", False)):
        with pytest.raises(CarrierRefused) as caught:
            answering(200, json={"result_code": code}).send([ONE])
        assert caught.value.retryable is retryable


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {}),
        (200, {"text": "<html>"}),
        (200, {"json": {}}),
        (200, {"json": {"result_code": 0}}),
        (200, {"json": {**accepted(2), "msg_id": None}}),
        (200, {"json": accepted(3)}),
        (200, {"json": {**accepted(2), "error_cnt": "one"}}),
    ],
)
def test_an_unclear_answer_leaves_the_outcome_open(status: int, answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        answering(status, **answer).send(TWO)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (replace(ONE, text="가" * 46), "TOO_LONG"),
        (replace(ONE, text=""), "TOO_LONG"),
        (replace(ONE, kind="lms", subject="가" * 23), "TOO_LONG"),
        (replace(ONE, text="안녕🙂"), "UNSENDABLE"),
        (replace(ONE, text="%고객명%님"), "PLACEHOLDER"),
        (replace(ONE, kind="mms"), "NO_IMAGE"),
        (replace(ALIMTALK, text="가" * 1001), "TOO_LONG"),
        (replace(ALIMTALK, kind="brand"), "NO_SERVICE"),
    ],
)
def test_what_aligo_would_change_is_not_handed_over(message: OutgoingMessage, code: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    [answer] = gateway(fail).send([message])
    assert (answer.accepted, answer.code, answer.reason) == (False, code, "content")


def test_a_request_holds_what_belongs_together_and_no_number_twice() -> None:
    mixed = [*TWO, replace(ONE, reference="r3"), replace(ONE, reference="r4", kind="lms", subject="제목")]
    groups = answering(200).split(mixed)
    assert [[each.reference for each in group] for group in groups] == [["r1", "r2"], ["r3"], ["r4"]]
    many = [replace(ONE, reference=f"r{i}", to=f"010{i:08d}") for i in range(1100)]
    assert [len(group) for group in answering(200).split(many)] == [500, 500, 100]
    pictures = [replace(message, kind="mms", image=b"\xff\xd8") for message in TWO]
    assert len(answering(200).split(pictures)) == 2
