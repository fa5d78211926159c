"""E-mail addresses and Kakao ids: repaired, refused with a reason, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.emails import parse_emails
from shared.contacts.kakao_ids import parse_kakao_id
from shared.kernel.i18n import has_text


@pytest.mark.parametrize(
    ("cell", "address", "repaired"),
    [
        ("hong@naver.com", "hong@naver.com", False),
        (" HONG@Naver.COM ", "hong@naver.com", False),
        ("hong＠naver．com", "hong@naver.com", False),
        ("hong @ naver.com", "hong@naver.com", False),
        ("mailto:hong@camp.kr", "hong@camp.kr", False),
        ("홍길동 <hong@naver.com>", "hong@naver.com", False),
        ("hong@naver.con", "hong@naver.com", True),
        ("hong@gamil.com", "hong@gmail.com", True),
        ("hong@hanmail.ner", "hong@hanmail.net", True),
        ("hong@naver,com", "hong@naver.com", True),
        ("hong@naver", "hong@naver.com", True),
        ("h.o.ng@gmail.com", "h.o.ng@gmail.com", False),  # dots are kept
        ("hong@naver.com(개인)", "hong@naver.com", False),
        ("hong@naver.com 회사", "hong@naver.com", False),
        ("개인메일: hong@naver.com", "hong@naver.com", False),
        ("hong\u200b@naver.com\ufeff", "hong@naver.com", False),
    ],
)
def test_an_address_is_normalised(cell: str, address: str, repaired: bool) -> None:
    assert parse_emails(cell).emails == ((address, repaired),)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("hong", "email_no_at"),
        ("홍@naver.com", "email_letters"),
        ("홍hong@naver.com", "email_letters"),
        ("a..b@naver.com", "email_invalid"),
        ("hong@@naver.com", "email_invalid"),
        ("a@b", "email_invalid"),
        ("x" * 65 + "@naver.com", "email_invalid"),
    ],
)
def test_a_bad_address_is_told(cell: str, reason: str) -> None:
    assert parse_emails(cell) == ((), (reason,))


@pytest.mark.parametrize("cell", ["", "-", "없음", "none"])
def test_no_address(cell: str) -> None:
    assert parse_emails(cell) == ((), ())


def test_several_addresses_with_words_around() -> None:
    emails = parse_emails("회사: a@naver.com 개인: b@camp.kr(아내)")
    assert ([email.address for email in emails.emails], emails.problems) == (["a@naver.com", "b@camp.kr"], ())


def test_several_addresses() -> None:
    emails = parse_emails("a@naver.com / b@camp.kr, a@naver.com").emails
    assert [email.address for email in emails] == ["a@naver.com", "b@camp.kr"]


@given(st.text(max_size=80))
def test_any_text_gives_addresses_that_stay_as_they_are(cell: str) -> None:
    parsed = parse_emails(cell)
    assert all(has_text(f"reason.{problem}") for problem in parsed.problems)
    for email in parsed.emails:
        assert parse_emails(email.address).emails == ((email.address, False),)


@pytest.mark.parametrize(
    ("cell", "kakao_id"),
    [
        ("@Hong_gd", "hong_gd"),
        ("hong.gd", "hong.gd"),
        ("카톡ID: hong", "hong"),
        ("hong gd1", "honggd1"),
        ("없음", None),
    ],
)
def test_a_kakao_id_is_normalised(cell: str, kakao_id: str | None) -> None:
    assert parse_kakao_id(cell).kakao_id == kakao_id
    assert parse_kakao_id(cell).problems == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("010-2345-6789", "kakao_is_phone"), ("길동", "kakao_letters"), ("a", "kakao_invalid")],
)
def test_a_bad_kakao_id_is_told(cell: str, reason: str) -> None:
    assert parse_kakao_id(cell) == (None, False, (reason,))
    assert has_text(f"reason.{reason}")
