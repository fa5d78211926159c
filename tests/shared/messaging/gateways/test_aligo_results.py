"""What Aligo says of a message, in words and codes."""

import pytest

from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways import aligo_wire


@pytest.mark.parametrize(("words", "outcome", "reason"), codes._TEXT_WORDS)
def test_every_word_of_a_state_has_its_meaning(words: str, outcome: str, reason: str | None) -> None:
    assert codes.classify_text(words) == (outcome, reason)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("발송완료", ("delivered", None)),
        ("발송실패[전원꺼짐]", ("failed", "unreachable")),
        ("발송실패(결번)", ("failed", "invalid_number")),
        ("발송실패", ("failed", "unknown")),
        ("예약대기중", ("pending", None)),
        ("", ("pending", None)),
        ("모르는 말", ("pending", None)),
    ],
)
def test_a_state_is_read_as_it_is_written(state: str, expected: tuple[str, str | None]) -> None:
    assert codes.classify_text(state) == expected


@pytest.mark.parametrize(("words", "reason"), codes._KAKAO_WORDS)
def test_every_word_of_a_kakao_result_has_its_reason(words: str, reason: str) -> None:
    assert codes.classify_kakao("9", f"… {words} …") == ("failed", reason)


@pytest.mark.parametrize(("code", "reason"), codes.KAKAO_RESULTS.items())
def test_every_kakao_result_has_its_reason(code: str, reason: str) -> None:
    assert codes.classify_kakao(code, "") == ("failed", reason)


def test_words_that_no_ledger_takes_are_cleaned() -> None:
    event = aligo_wire.decode_text_row({"sms_state": "발송\x00완료\ud800 "}, "ours")
    assert (event.code, event.outcome) == ("발송완료", "delivered")
    assert aligo_wire.decode_kakao_row({"rslt": "\x000"}, "ours").code == "0"


def test_a_kakao_result_that_is_no_failure_of_the_table() -> None:
    assert codes.classify_kakao("", "") == ("pending", None)
    assert codes.classify_kakao("0", "성공") == ("delivered", None)
    assert codes.classify_kakao("Q", "모르는 말") == ("failed", "unknown")
