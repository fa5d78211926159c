"""SOLAPI's wire format, byte for byte, without a network."""

import json
import logging
import traceback
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.gateways import (
    Button,
    MalformedReport,
    OutgoingMessage,
    SolapiGateway,
)
from shared.messaging.gateways import solapi_wire as wire
from shared.messaging.gateways.solapi_codes import REASONS, classify
from shared.messaging.gateways.solapi_wire import plain_id

KST = timezone(timedelta(hours=9))
GATEWAY = SolapiGateway("http://127.0.0.1:9", "key", "secret", "test-secret")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ITEM_KEYS = st.sampled_from(
    ["messageId", "statusCode", "customFields", "data", "dateReceived", "eventDataId", "ref"]
)
REPORT_LIKE = st.recursive(JSON, lambda inner: st.dictionaries(ITEM_KEYS, inner), max_leaves=8)


def test_the_header_is_the_documented_signature_of_date_and_salt() -> None:
    header = wire.authorization(
        "KEY",
        "TESTSECRET0123456789TESTSECRET01",
        datetime(2026, 5, 1, 9, tzinfo=KST),
        "0123456789abcdef0123456789abcdef",
    )
    assert header == (
        "HMAC-SHA256 apiKey=KEY, date=2026-05-01T09:00:00+09:00, "
        "salt=0123456789abcdef0123456789abcdef, "
        "signature=89b359a0cf04ba607bbc8fb0038af3b9ed2d252e7af8bb1f5d7ce0e398bb4fce"
    )


def test_the_webhook_secret_is_its_sha1() -> None:
    assert wire.webhook_digest("test-secret") == "fe1bae27cb7c1fb823f496f286e78f1d2ae87734"


@pytest.mark.parametrize(
    ("headers", "genuine"),
    [
        ({"X-Solapi-Secret": "fe1bae27cb7c1fb823f496f286e78f1d2ae87734"}, True),
        ({"x-solapi-secret": "fe1bae27cb7c1fb823f496f286e78f1d2ae87734"}, True),
        ({"X-Solapi-Secret": "FE1BAE27CB7C1FB823F496F286E78F1D2AE87734"}, False),
        ({"X-Solapi-Secret": "test-secret"}, False),
        ({"X-Solapi-Secret": "비밀"}, False),
        ({}, False),
    ],
)
def test_verify(headers: dict[str, str], genuine: bool) -> None:
    assert GATEWAY.verify(headers) is genuine


def test_without_a_webhook_secret_nothing_is_genuine() -> None:
    open_gateway = SolapiGateway("http://127.0.0.1:9", "key", "secret", "")
    assert not open_gateway.verify({"X-Solapi-Secret": wire.webhook_digest("")})


def test_a_long_text_carries_its_subject_and_our_reference() -> None:
    message = OutgoingMessage("r1", "01012345678", "0212345678", "lms", "본문", subject="제목")
    assert wire.encode_message(message) == {
        "to": "01012345678",
        "from": "0212345678",
        "text": "본문",
        "type": "LMS",
        "autoTypeDetect": False,
        "customFields": {"ref": "r1"},
        "subject": "제목",
    }


def test_an_alimtalk_never_falls_back_at_the_carrier() -> None:
    message = OutgoingMessage(
        "r1",
        "01012345678",
        "",
        "alimtalk",
        "홍길동님",
        channel_id="PF",
        template_id="TP",
        variables={"이름": "홍길동"},
        buttons=(Button("보기", link_mobile="https://x.example"),),
    )
    item = wire.encode_message(message)
    assert item["type"] == "ATA"
    assert "from" not in item
    assert item["kakaoOptions"] == {
        "pfId": "PF",
        "disableSms": True,
        "templateId": "TP",
        "variables": {"#{이름}": "홍길동"},
        "buttons": [{"buttonName": "보기", "buttonType": "WL", "linkMo": "https://x.example"}],
    }


def test_a_brand_message_goes_to_channel_friends_only() -> None:
    button = Button("보기", link_mobile="https://x.example")
    message = OutgoingMessage(
        "r1", "01012345678", "", "brand", "안녕하세요", channel_id="PF", buttons=(button,)
    )
    item = wire.encode_message(message)
    assert item["type"] == "BMS_FREE"
    assert item["kakaoOptions"]["bms"] == {
        "targeting": "I",
        "chatBubbleType": "TEXT",
        "buttons": [{"name": "보기", "linkType": "WL", "linkMobile": "https://x.example"}],
    }


def test_a_message_does_not_show_its_person_when_it_is_printed() -> None:
    message = OutgoingMessage("r1", "01012345678", "0212345678", "sms", "홍길동님")
    assert "01012345678" not in repr(message)
    assert "홍길동" not in repr(message)


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        ("2000", "pending", None),
        ("3000", "pending", None),
        ("4000", "delivered", None),
        ("1026", "failed", "duplicate"),
        ("1043", "failed", "kakao_template"),
        ("1061", "failed", "opt_out"),
        ("1062", "failed", "sender"),
        ("3032", "failed", "invalid_number"),
        ("3040", "failed", "expired"),
        ("3043", "failed", "unreachable"),
        ("3054", "failed", "spam"),
        ("3104", "failed", "kakao_not_user"),
        ("3107", "failed", "kakao_blocked"),
    ],
)
def test_a_known_code_has_its_class(code: str, outcome: str, reason: str | None) -> None:
    assert classify(code) == (outcome, reason)


def test_no_known_failure_is_an_accepting_code() -> None:
    assert not {"2000", "3000", "4000"} & set(REASONS)
    assert all(len(code) == 4 for code in REASONS)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("3999", ("failed", "unknown")),
        ("1099", ("failed", "unknown")),
        ("4001", ("pending", None)),
        ("9", ("pending", None)),
    ],
)
def test_an_unknown_code_is_logged_and_ends_a_message_only_in_a_failure_range(
    code: str, expected: tuple[str, str | None], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert classify(code) == expected
    assert code in caplog.text


def _report(**fields: object) -> dict[str, object]:
    return {
        "messageId": "M4V1",
        "to": "01012345678",
        "text": "홍길동님",
        "statusCode": "3043",
        "dateReceived": "2026-05-01T00:00:00.500Z",
        "customFields": {"ref": "r1"},
        **fields,
    }


def test_both_item_shapes_give_the_same_event() -> None:
    flat = json.dumps([_report()]).encode()
    envelope = json.dumps([{"eventDataId": "E", "data": _report(), "retryCount": 0}]).encode()
    [event] = GATEWAY.parse_reports({}, flat)
    assert [event] == GATEWAY.parse_reports({}, envelope)
    assert (event.reference, event.carrier_message_id, event.code) == ("r1", "M4V1", "3043")
    assert (event.outcome, event.reason) == ("failed", "unreachable")
    assert event.at == datetime(2026, 5, 1, 0, 0, 0, 500_000, UTC)


def test_group_reports_hold_no_message() -> None:
    body = json.dumps([{"groupId": "G4V1", "count": {"total": 1}}]).encode()
    assert GATEWAY.parse_reports({"X-Solapi-Event-Name": "GROUP-REPORT"}, body) == []


def test_malformed_items_are_skipped_and_counted_without_personal_data(
    caplog: pytest.LogCaptureFixture,
) -> None:
    items = [
        _report(messageId=None),
        _report(messageId="M4V\x00"),
        _report(statusCode=[]),
        "01012345678",
        _report(customFields={"ref": "x" * 200}, dateReceived="gestern"),
    ]
    [event] = GATEWAY.parse_reports({}, json.dumps(items).encode())
    assert (event.reference, event.at) == (None, None)
    assert "4 malformed" in caplog.text
    assert "01012345678" not in caplog.text
    assert "홍길동" not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"to=01012345678", b"\xff\xfe", b"[" * 100_000, b'"01012345678"', b"17"]
)
def test_a_body_that_is_no_report_is_malformed_and_says_nothing_of_its_content(body: bytes) -> None:
    with pytest.raises(MalformedReport) as caught:
        GATEWAY.parse_reports({}, body)
    assert "01012345678" not in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert "JSONDecodeError" not in shown


@settings(max_examples=30, deadline=None)
@given(st.lists(REPORT_LIKE, max_size=4) | REPORT_LIKE)
def test_any_json_gives_clean_events_or_is_malformed(body: object) -> None:
    try:
        events = GATEWAY.parse_reports({}, json.dumps(body).encode())
    except MalformedReport:
        assert not isinstance(body, list | dict)
        return
    for event in events:
        assert event.carrier_message_id.isprintable()
        assert event.at is None or event.at.tzinfo is UTC


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_malformed(body: bytes) -> None:
    try:
        GATEWAY.parse_reports({}, body)
    except MalformedReport:
        return
    assert isinstance(json.loads(body), list | dict)


@given(
    st.text(st.characters(max_codepoint=0x100), max_size=4) | st.text("a\x7f ~!", min_size=99, max_size=102)
)
def test_an_id_is_printable_ascii_of_at_most_100(text: str) -> None:
    plain = 0 < len(text) <= 100 and all("!" <= character <= "~" for character in text)
    assert plain_id(text) == (text if plain else None)
