"""What is a refusal, and what only sounds like one."""

import unicodedata

import pytest

from shared.inbox.keywords import is_refusal


@pytest.mark.parametrize(
    "said",
    [
        "수신거부",
        "수신 거부합니다.",
        "수 신 거 부",
        "무료수신거부",
        "거부",
        "거부요",
        "해지",
        "해지해주세요",
        "해지 부탁드립니다",
        "그만",
        "그만 보내세요!",
        "그만~~",
        "STOP",
        "stop!",
        "ＳＴＯＰ",
        "차단",
        "차단합니다",
        " 수신거부\n",
        "「수신거부」",
        "거부 거부",
        "수신거부 🙏",
        "\u200b수신거부",
        unicodedata.normalize("NFD", "수신거부"),
    ],
)
def test_a_message_that_is_the_word_is_a_refusal(said: str) -> None:
    assert is_refusal(said)


@pytest.mark.parametrize(
    "said",
    [
        "거부감",
        "거부감이 드네요",
        "그만두지 마세요 응원합니다",
        "그만큼 좋습니다",
        "수신거부가 뭔가요?",
        "수신거부?",
        "해지되나요?",
        "해지 안 할게요",
        "차단기 고장났어요",
        "nonstop",
        "stop by 3pm",
        "네",
        "",
        "?",
        "수신거부" * 20,
    ],
)
def test_the_word_inside_something_else_is_none(said: str) -> None:
    assert not is_refusal(said)
