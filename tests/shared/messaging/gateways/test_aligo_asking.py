"""What Aligo is asked: results by request, lists, reservations, templates, what is left."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.messaging.gateways import (
    AligoGateway,
    Button,
    LookUpFailed,
    NewTemplate,
    NotOffered,
)
from shared.messaging.gateways.listed import Sought
from tests.shared.messaging.gateways.aligo_answers import (
    NOW,
    TWO,
    Recorded,
    accepted,
    answering,
    gateway,
)


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
