import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.rendering import (
    Channel,
    Kind,
    fill,
    message_kind,
    preview,
    sanitize,
    text_bytes,
    unsendable_characters,
    variables_in,
)


def test_fills_variables_and_reports_those_without_a_value() -> None:
    rendered = fill("#{이름}님, #{지역} #{이름}", {"이름": "김하늘", "지역": ""})
    assert rendered.text == "김하늘님,  김하늘"
    assert rendered.unfilled == ("지역",)


def test_a_value_is_never_expanded_again() -> None:
    assert fill("#{이름}", {"이름": "#{전화번호}", "전화번호": "비밀"}).text == "#{전화번호}"


@given(st.text(), st.text())
def test_values_stand_in_the_text_as_they_are(before: str, value: str) -> None:
    prefix = before.replace("#", "").replace("{", "")
    assert fill(prefix + "#{값}", {"값": value}).text == prefix + value


def test_names_the_variables_once_and_in_order() -> None:
    assert variables_in("#{ 나 } #{가} #{나} #{} #{줄\n바꿈}") == ("나", "가")


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("가", "가"),  # decomposed by a Mac
        ("a\u00a0b", "a b"),
        ("a\u200bb\ufeff\u2060", "ab"),
        ("• 하나 – 둘 — 셋", "· 하나 - 둘 - 셋"),
        ("₩1,000", "￦1,000"),
        ("줄\r\n바꿈", "줄\n바꿈"),
    ],
)
def test_sanitizes_what_people_paste(pasted: str, shown: str) -> None:
    assert sanitize(pasted) == shown
    assert unsendable_characters(sanitize(pasted)) == ()


LOOKALIKES = "\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufe0f\ufeff\u2022\u2013\u2014\u2212\u20a9\r"


@given(st.text(st.sampled_from(LOOKALIKES + "\n가나a한글"), max_size=20))
def test_nothing_that_is_replaced_passes_for_sendable(pasted: str) -> None:
    clean = sanitize(pasted)
    assert not set(LOOKALIKES) & set(clean)
    assert sanitize(clean) == clean
    assert unsendable_characters(clean) == ()


def test_names_the_characters_a_phone_cannot_show() -> None:
    assert unsendable_characters("안녕😀é😀\x07髙") == ("😀", "é", "\x07", "髙")
    assert unsendable_characters("· ㆍ … ’ “ ☎ ★ ① ㈜ ～ ㎡ € ® ™ ▶ ♥ ￦\n") == ()


def test_every_hangul_syllable_can_be_sent() -> None:
    """CP949 holds all 11,172 in two bytes each, also those that EUC-KR lacks (뷁, 쀍)."""
    syllables = "".join(map(chr, range(0xAC00, 0xD7A4)))
    assert (unsendable_characters(syllables), text_bytes(syllables)) == ((), 2 * 11_172)


def test_counts_bytes_as_cp949_does() -> None:
    assert text_bytes("가a\n") == 4
    assert text_bytes("똠") == 2  # eight bytes in the stricter EUC-KR codec
    assert text_bytes("😀") == 2


@pytest.mark.parametrize(
    ("channel", "text", "subject", "kind"),
    [
        (Channel.SMS, "가" * 45, "", Kind.SMS),
        (Channel.SMS, "가" * 45 + "a", "", Kind.LMS),
        (Channel.SMS, "짧다", "제목", Kind.LMS),
        (Channel.LMS, "짧다", "", Kind.LMS),
        (Channel.MMS, "짧다", "", Kind.MMS),
        (Channel.ALIMTALK, "가" * 500, "", Kind.ALIMTALK),
        (Channel.BRAND, "가", "", Kind.BRAND),
    ],
)
def test_the_kind_follows_from_channel_length_and_subject(
    channel: Channel, text: str, subject: str, kind: Kind
) -> None:
    assert message_kind(channel, text, subject) is kind


def test_preview_of_a_text() -> None:
    shown = preview(Channel.SMS, "#{이름}님 안녕하세요 😀", "", {"이름": "김하늘"})
    assert (shown.kind, shown.size, shown.limit, shown.parts) == (Kind.SMS, 22, 90, 1)
    assert shown.unsendable == ("😀",)
    assert shown.cost_krw == 18


def test_a_text_beyond_the_longest_kind_does_not_fit() -> None:
    shown = preview(Channel.SMS, "가" * 1001, "", {})
    assert (shown.kind, shown.size, shown.parts, shown.fits) == (Kind.LMS, 2002, 2, False)


def test_a_subject_of_41_bytes_does_not_fit() -> None:
    assert preview(Channel.LMS, "본문", "가" * 20, {}).fits
    assert not preview(Channel.LMS, "본문", "가" * 20 + "a", {}).fits


def test_kakao_counts_characters_and_shows_emoji() -> None:
    shown = preview(Channel.ALIMTALK, "안녕😀", "", {})
    assert (shown.size, shown.limit, shown.unsendable) == (3, 1000, ())
