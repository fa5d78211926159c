"""The Aligo gateway: its forms, every row of its tables, and what each answer proves."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from shared.messaging.gateways import (
    AligoGateway,
    Button,
    CarrierRefused,
    LookUpFailed,
    NewTemplate,
    NotOffered,
    OutcomeUnknown,
    OutgoingMessage,
)
from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways import aligo_wire as wire
from shared.messaging.gateways.listed import Sought

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ONE = OutgoingMessage("r1", "01012345678", "0212345678", "sms", "안녕")
TWO = [ONE, replace(ONE, reference="r2", to="01087654321", text="잘 가")]
SAME = [ONE, replace(ONE, reference="r2", to="01087654321")]
ALIMTALK = OutgoingMessage("k1", "01012345678", "", "alimtalk", "홍길동님", channel_id="SK", template_id="T1")
TOKEN = {"code": 0, "message": "", "token": "TOK"}


def accepted(count: int, failed: int = 0, form: type = int) -> dict[str, Any]:
    counts = {"success_cnt": form(count - failed), "error_cnt": form(failed)}
    return {"result_code": form(1), "message": "success", "msg_id": form(777), "msg_type": "SMS", **counts}


def gateway(answer: Callable[[httpx.Request], httpx.Response], sender: str = "0212345678") -> AligoGateway:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return AligoGateway(
        "http://sms.test", "http://kakao.test", "KEY", "camp", kakao_sender=sender, client=client
    )


def answering(status: int, **answer: Any) -> AligoGateway:
    return gateway(lambda request: httpx.Response(status, **answer))


class Recorded:
    """What was asked; answers in turn, the last one again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if "/token/" in request.url.path:
            return httpx.Response(200, json=TOKEN)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        # As Aligo does it: JSON under the name of HTML.
        text = json.dumps(answer, ensure_ascii=False)
        headers = {"Content-Type": "text/html; charset=UTF-8"}
        return (
            answer if isinstance(answer, httpx.Response) else httpx.Response(200, text=text, headers=headers)
        )

    def fields(self, index: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[index].content.decode()))


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
    client = httpx.Client(transport=httpx.MockTransport(seen))
    there = AligoGateway(
        "http://s.test", "http://k.test", "KEY", "camp", client=client, seconds=lambda: now[0]
    )
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


def text_row(receiver: str, state: str = "발송완료") -> dict[str, Any]:
    return {"mdid": "1", "receiver": receiver, "sms_state": state, "send_date": "2026-05-01 09:00:05"}


def test_results_are_asked_for_by_request_page_by_page() -> None:
    sent = answering(200, json=accepted(2)).send(TWO)
    seen = Recorded(
        {"result_code": 1, "list": [text_row("010-1234-5678")], "next_yn": "Y"},
        {
            "result_code": 1,
            "list": [text_row("01087654321", "발송실패[결번]"), text_row("01000000000")],
            "next_yn": "N",
        },
    )
    events = gateway(seen).look_up_ids([str(each.carrier_message_id) for each in sent])
    assert [event.outcome for event in events] == ["delivered", "failed"]
    assert [event.carrier_message_id for event in events] == [each.carrier_message_id for each in sent]
    assert events[0].at == datetime(2026, 5, 1, 0, 0, 5, tzinfo=UTC)
    assert [seen.fields(index)["page"] for index in (0, 1)] == ["1", "2"]
    assert seen.fields()["mid"] == "777"


def listed(mid: int, at: str, count: int = 1) -> dict[str, Any]:
    return {
        "mid": mid,
        "type": "SMS",
        "sender": "0212345678",
        "sms_count": count,
        "msg": "안녕",
        "reg_date": at,
    }


def test_the_list_of_a_time_is_read_whole_and_by_day() -> None:
    since = datetime(2026, 5, 1, 14, 58, tzinfo=UTC)  # two minutes to midnight in Seoul
    seen = Recorded(
        {
            "result_code": 1,
            "list": [listed(1, "2026-05-01 23:58:10"), listed(2, "2026-05-01 12:00:00")],
            "next_yn": "N",
        },
        {"result_code": 1, "list": [text_row("01012345678")], "next_yn": "N"},
        {"result_code": "1", "list": [listed(3, "2026-05-02 00:00:10", 2)], "next_yn": "N"},
    )
    known = {"3": 2}
    found = gateway(seen).listed(Sought(frozenset({"sms"}), since, since + timedelta(minutes=5), known=known))
    assert [each.id for each in found] == ["1"]
    assert (found[0].text, found[0].at) == ("안녕", datetime(2026, 5, 1, 14, 58, 10, tzinfo=UTC))
    days = [seen.fields(index).get("start_date") for index in range(3)]
    assert days == ["20260501", None, "20260502"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        {"result_code": -101},
        {"result_code": 1, "list": [1], "next_yn": "N"},
        {"result_code": 1, "list": []},
        {"result_code": 1, "list": [], "next_yn": "?"},
        {"result_code": 1, "list": [], "next_yn": "Y"},
        {"result_code": 1, "list": [{"mid": None, "sms_count": 1}], "next_yn": "N"},
        {"result_code": 1, "list": [{"mid": 5}], "next_yn": "N"},
    ],
)
def test_a_list_that_cannot_be_read_is_never_an_empty_one(answer: Any) -> None:
    with pytest.raises(LookUpFailed):
        gateway(Recorded(answer)).listed(Sought(frozenset({"sms"}), NOW, NOW))


def test_a_request_without_its_messages_is_not_believed() -> None:
    seen = Recorded(
        {"result_code": 1, "list": [listed(1, "2026-05-01 09:00:10")], "next_yn": "N"},
        {"result_code": 1, "list": [], "next_yn": "N"},
    )
    with pytest.raises(LookUpFailed):
        gateway(seen).listed(Sought(frozenset({"sms"}), NOW, NOW))


def test_kakaos_history_shows_the_text_of_each_message() -> None:
    detail = {"phone": "01012345678", "rslt": "", "message": "홍길동님"}
    row = {"mid": "9", "type": "AT", "msg_count": 1, "mbody": "홍길동님", "regdate": "2026-05-01 09:00:10"}
    page = {"currentPage": 1, "totalPage": 1}
    seen = Recorded({"code": 0, "list": [row], **page}, {"code": 0, "list": [detail], **page})
    [request] = gateway(seen).listed(Sought(frozenset({"alimtalk"}), NOW, NOW))
    assert (request.kind, request.messages[0].text) == ("alimtalk", "홍길동님")


def test_only_a_whole_reservation_is_cancelled() -> None:
    later = [replace(message, send_at=NOW) for message in TWO]
    ids = [str(each.carrier_message_id) for each in answering(200, json=accepted(2)).send(later)]
    seen = Recorded({"result_code": 1})
    assert gateway(seen).cancel(ids[:1]) == set()
    assert seen.requests == []
    assert gateway(seen).cancel(ids) == set(ids)
    assert (seen.requests[0].url.path, seen.fields()["mid"]) == ("/cancel/", "777")
    assert answering(200, json={"result_code": -804}).cancel(ids) == set()


def test_what_is_left_templates_and_channels_are_read() -> None:
    left = Recorded({"result_code": "1", "SMS_CNT": 5, "LMS_CNT": "2", "MMS_CNT": 0})
    assert gateway(left).remaining() == {"sms": 5, "lms": 2, "mms": 0}
    item = {
        "templtCode": "T1",
        "templtName": "안내",
        "templtContent": "#{이름}님",
        "inspStatus": "REQ",
        "status": "R",
        "buttons": [{"name": "보기", "linkType": "WL", "linkMo": "https://x.example"}],
    }
    listed_one = Recorded({"code": 0, "list": [item, {}]})
    [template] = gateway(listed_one).templates("SK")
    assert (template.code, template.status) == ("T1", "inspecting")
    gateway(listed_one).request_inspection("SK", "T1")
    assert not any("request" in request.url.path for request in listed_one.requests), (
        "it is with them already"
    )
    channels = gateway(Recorded({"code": 0, "list": [{"senderKey": "SK", "status": "A"}]})).senders()
    assert [(each.value, each.status) for each in channels] == [("SK", "active")]


def test_a_template_is_registered_with_its_buttons() -> None:
    seen = Recorded(
        {
            "code": 0,
            "data": {"templtCode": "T9", "templtName": "안내", "templtContent": "본문", "inspStatus": "REG"},
        }
    )
    new = NewTemplate("SK", "안내", "본문", buttons=(Button("보기", link_mobile="https://x.example"),))
    assert gateway(seen).create_template(new).status == "draft"
    assert seen.fields()["tpl_content"] == "본문"
    assert json.loads(seen.fields()["tpl_button"])["button"][0]["linkM"] == "https://x.example"


def test_what_aligo_does_not_have_is_not_offered() -> None:
    there = answering(200)
    asks = (
        there.balance,
        lambda: there.opt_outs(NOW),
        lambda: there.upload_image("a", b""),
        lambda: there.look_up(["r"], since=NOW, until=NOW),
    )
    for ask in asks:
        with pytest.raises(NotOffered):
            ask()
    assert gateway(lambda request: httpx.Response(200), sender="").kinds == {"sms", "lms", "mms"}


def test_only_a_relay_that_shows_the_secret_may_bring_texts() -> None:
    there = AligoGateway("http://s.test", "http://k.test", "KEY", "camp", webhook_secret="hush")
    assert there.verify({"X-Hook-Secret": "hush"})
    assert not there.verify({"X-Hook-Secret": "no"})
    assert not answering(200).verify({"X-Hook-Secret": ""})
