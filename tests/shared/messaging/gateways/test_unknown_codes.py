"""A code that no table knows, of each of the four carriers: kept, told of, never taken for what it is not."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared.messaging.gateways import (
    DeliveryEvent,
    aligo_codes,
    aligo_wire,
    kakao_codes,
    nhn_codes,
    nhn_wire,
    sens_codes,
    sens_wire,
    solapi_codes,
    solapi_wire,
)

NUMBER = "01012345678"
_COUNTER = "hanpyo_carrier_unknown_codes_total"


def solapi() -> DeliveryEvent | None:
    return solapi_wire.decode_event({"messageId": "M1", "statusCode": "3999", "to": NUMBER})


def nhn(route: Any, product: str) -> Callable[[], DeliveryEvent | None]:
    item = {"requestId": "R1", "recipientSeq": 1, "resultCode": "7777", "recipientNo": NUMBER}
    return lambda: nhn_wire.decode_listed(route, item)


def sens_text() -> DeliveryEvent | None:
    row = {"to": NUMBER, "status": "COMPLETED", "statusName": "fail", "statusCode": "7777"}
    return sens_wire.decode_row(row, "sms", "ours")


def sens_kakao() -> DeliveryEvent | None:
    row = {"to": NUMBER, "messageStatusName": "fail", "messageStatusCode": "7777"}
    return sens_wire.decode_row(row, "alimtalk", "ours")


def aligo_text() -> DeliveryEvent | None:
    return aligo_wire.decode_text_row({"receiver": NUMBER, "sms_state": "처음 보는 말"}, "ours")


def aligo_kakao() -> DeliveryEvent | None:
    return aligo_wire.decode_kakao_row({"phone": NUMBER, "rslt": "Q", "rslt_message": "처음 보는 말"}, "ours")


def alarms(carrier: str) -> float:
    found = [metric for metric in REGISTRY.collect() if metric.name == _COUNTER.removesuffix("_total")]
    samples = [sample for metric in found for sample in metric.samples if sample.name == _COUNTER]
    return sum(sample.value for sample in samples if sample.labels["carrier"] == carrier)


@pytest.mark.parametrize(
    ("carrier", "report", "code"),
    [
        ("solapi", solapi, "3999"),
        ("nhn", nhn("sms", "sms"), "7777"),
        ("nhn", nhn("alimtalk", "kakao"), "7777"),
        ("nhn", nhn("brand", "kakao"), "7777"),
        ("sens", sens_text, "7777"),
        ("sens", sens_kakao, "7777"),
        ("aligo", aligo_text, "처음 보는 말"),
        ("aligo", aligo_kakao, "Q"),
    ],
)
def test_a_delivery_code_that_nobody_knows(
    carrier: str, report: Callable[[], DeliveryEvent | None], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = alarms(carrier)
    with caplog.at_level(logging.WARNING):
        event = report()
    assert event is not None
    assert event.code == code, "it stays with the message"
    assert (event.outcome, event.reason) in {("pending", None), ("failed", "unknown")}
    assert alarms(carrier) == before + 1
    assert "not in our table" in caplog.text
    assert NUMBER not in caplog.text


@pytest.mark.parametrize(
    ("carrier", "refused"),
    [
        ("solapi", lambda: solapi_codes.classify("1999")[1]),
        ("nhn", lambda: nhn_codes.refusal("sms", "-7777")),
        ("nhn", lambda: nhn_codes.refusal("kakao", "-7777")),
        ("sens", lambda: sens_codes.classify_request("B999")),
        ("aligo", lambda: aligo_codes.refusal("-777", aligo_codes.TEXT_CODES)),
        ("aligo", lambda: aligo_codes.refusal("777", aligo_codes.KAKAO_CODES)),
    ],
)
def test_a_code_of_acceptance_that_nobody_knows(carrier: str, refused: Callable[[], str | None]) -> None:
    before = alarms(carrier)
    assert refused() == "unknown"
    assert alarms(carrier) == before + 1


def test_what_kakao_says_means_the_same_through_every_carrier() -> None:
    """NHN publishes Kakao's own table; SENS passes the same codes on."""
    published = {code for code in nhn_codes.REASONS["kakao"] if len(code) == 4 and code.isdigit()}
    assert set(kakao_codes.REASONS) >= published - nhn_codes.PENDING["kakao"]
    assert nhn_codes.PENDING["kakao"] == kakao_codes.PENDING
    assert not kakao_codes.PENDING & set(kakao_codes.REASONS)


@pytest.mark.parametrize("code", sorted(kakao_codes.PENDING))
def test_what_is_no_end_at_kakao_is_none_at_sens(code: str) -> None:
    assert sens_codes.classify_kakao("fail", code) == ("pending", None)


def test_a_stranger_to_the_channel_is_told_as_such_by_sens() -> None:
    assert sens_codes.classify_kakao("fail", "2003") == ("failed", "kakao_not_friend")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("발송실패(통화중)", "unreachable"),
        ("발송실패(서비스 정지)", "unreachable"),
        ("발송실패(번호도용 차단)", "sender"),
        ("발송실패(발신번호 변작)", "sender"),
        ("발송실패(첨부파일 용량)", "content"),
        ("발송실패(통신사 서버 오류)", "system"),
        ("발송실패(유효시간 지남)", "expired"),
    ],
)
def test_the_words_of_the_telephone_carriers_are_known_at_aligo(state: str, reason: str) -> None:
    before = alarms("aligo")
    assert aligo_codes.classify_text(state) == ("failed", reason)
    assert alarms("aligo") == before
