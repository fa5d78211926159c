"""NHN Cloud's webhook calls: what is read from them, and what is not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.messaging.gateways import MalformedReport, NhnGateway

GATEWAY = NhnGateway(
    "http://sms.test",
    "http://kakao.test",
    {"api_key": "k", "api_secret": "s", "webhook_secret": "typed in the console"},
)


def hook(**fields: Any) -> dict[str, Any]:
    return {
        "hookId": "h1",
        "senderType": "NORMAL_SMS",
        "requestId": "20240429205802y0Tl7Gbz0e0",
        "recipientSeq": 1,
        "receiveDate": "2024-04-29T20:58:04",
        "messageStatus": "COMPLETED",
        "recipientGroupingKey": "ref",
        "resultCode": "1000",
        **fields,
    }


def report(*hooks: dict[str, Any], product: str = "SMS", event: str = "MESSAGE_RESULT_UPDATE") -> bytes:
    return json.dumps({"productName": product, "event": event, "hooks": hooks}).encode()


def test_a_report_of_a_text() -> None:
    [event] = GATEWAY.parse_reports({}, report(hook()))
    assert (event.reference, event.outcome) == ("ref", "delivered")
    assert event.carrier_message_id == "sms:20240429205802y0Tl7Gbz0e0:1"
    assert event.at == datetime(2024, 4, 29, 11, 58, 4, tzinfo=UTC)


def test_nhns_own_misspelling_is_read() -> None:
    fields = hook(recipientGropuingKey="ref2", _link={})
    del fields["recipientGroupingKey"]
    [event] = GATEWAY.parse_reports({}, report(fields, product="Sms"))
    assert event.reference == "ref2"


@pytest.mark.parametrize(
    ("fields", "route"),
    [
        ({"senderType": "NORMAL_MMS"}, "mms"),
        ({"senderType": "AD_SMS"}, "ad-sms"),
        ({"senderType": "AD_LMS"}, "ad-mms"),
    ],
)
def test_a_report_tells_which_list_knows_more(fields: dict[str, Any], route: str) -> None:
    [event] = GATEWAY.parse_reports({}, report(hook(**fields)))
    assert event.carrier_message_id.startswith(f"{route}:")


@pytest.mark.parametrize(
    ("kind", "code", "outcome", "reason"),
    [
        ("ALIMTALK_NORMAL", "1000", "delivered", None),
        ("ALIMTALK_NORMAL", "3005", "pending", None),
        ("ALIMTALK_NORMAL", "3019", "failed", "kakao_not_user"),
        ("BRAND_MESSAGE_NORMAL", "3022", "failed", "kakao_time"),
    ],
)
def test_a_kakao_report_has_only_its_code(kind: str, code: str, outcome: str, reason: str | None) -> None:
    fields = hook(kakaoMessageType=kind, resultCode=code)
    del fields["messageStatus"], fields["senderType"]
    [event] = GATEWAY.parse_reports({}, report(fields, product="KakaoTalk Bizmessage"))
    assert (event.outcome, event.reason) == (outcome, reason)
    assert event.carrier_message_id.startswith("brand:" if kind.startswith("BRAND") else "alimtalk:")


@pytest.mark.parametrize(
    ("status", "code", "outcome", "reason"),
    [
        ("CANCEL", None, "failed", "expired"),
        ("DUPLICATED", "E915", "failed", "duplicate"),
        ("FAILED_AD", "E919", "failed", "kakao_time"),
        ("FAILED", "3018", "failed", "sender"),
        (None, None, "pending", None),
    ],
)
def test_states_of_texts(status: str | None, code: str | None, outcome: str, reason: str | None) -> None:
    [event] = GATEWAY.parse_reports({}, report(hook(messageStatus=status, resultCode=code)))
    assert (event.outcome, event.reason) == (outcome, reason)


def test_an_unsubscribe_call_is_a_refusal_and_no_report() -> None:
    call = report(
        {"recipientNo": "01012341234", "createdDateTime": "2020-09-09T11:25:10.000+09:00"},
        {"recipientNo": None},
        event="UNSUBSCRIBE",
    )
    assert GATEWAY.parse_reports({}, call) == []
    [refusal] = GATEWAY.parse_opt_outs({}, call)
    assert (refusal.number, refusal.at) == ("01012341234", datetime(2020, 9, 9, 2, 25, 10, tzinfo=UTC))
    assert GATEWAY.parse_opt_outs({}, report(hook())) == []


@pytest.mark.parametrize("event", ["CONVERSION_BLOCK", "INTERNATIONAL_DELIVERY_RECEIPT", "SOMETHING_NEW"])
def test_other_events_move_nothing(event: str) -> None:
    assert GATEWAY.parse_reports({}, report(hook(), event=event)) == []


@pytest.mark.parametrize("body", [b"", b"[1]", b"null", b'"x"', b"{", b"\xff"])
def test_a_call_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(MalformedReport):
        GATEWAY.parse_reports({}, body)


@pytest.mark.parametrize(
    "item", [{}, {"requestId": "R"}, {"requestId": "R", "recipientSeq": "x"}, {"recipientSeq": 1}]
)
def test_items_that_name_no_message_are_skipped(item: dict[str, Any]) -> None:
    assert len(GATEWAY.parse_reports({}, report(item, hook()))) == 1


def test_the_signature_is_the_very_string() -> None:
    assert GATEWAY.verify({"x-toast-webhook-signature": "typed in the console"})
    for forged in ("", "typed in the consol", "Typed in the console", "비밀"):
        assert not GATEWAY.verify({"X-Toast-Webhook-Signature": forged})
