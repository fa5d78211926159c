"""The number plan's table, and that every way of writing a number comes out as the same number."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.phones import TEXTABLE, national, parse_phones
from shared.kernel.i18n import has_text
from tests.effort import calls_of

E164 = "+821023456789"

SAME_NUMBER = [
    "01023456789",
    "010-2345-6789",
    "010.2345.6789",
    "010 2345 6789",
    "(010)2345-6789",
    "010/2345/6789",
    "０１０－２３４５－６７８９",
    "tel:010-2345-6789",
    "'01023456789",
    "+82-10-2345-6789",
    "821023456789",
    "+8201023456789",
    "00821023456789",
    "00700-82-10-2345-6789",
    "+82 (0)10 2345 6789",
    '="01023456789"',
    "010-2345-6789(본인)",
    "휴대폰: 010-2345-6789",
    "010ㅡ2345ㅡ6789",
    " 010-2345-6789\u200b",
    "H.P 010-2345-6789",
    "010–2345–6789",
]
REPAIRED = [
    "처 010-2345-6789",
    "010-2345-6789 홍길동 처",
    "홍길동(010-2345-6789)",
    "HP)010-2345-6789 개인",
    "1.023456789E9",
    "1023456789",
    "10-2345-6789",
    "1023456789.0",
    "01023456789.0",
    "0l0-2345-6789",
    "O10-2345-6789",
    "0lO-2345-6789",
]
KEPT_NOT_TEXTABLE = [
    ("011-234-5678", "+82112345678", "legacy"),
    ("01692345678", "+821692345678", "legacy"),
    ("019-9234-5678", "+821992345678", "legacy"),
    ("012-345-6789", "+82123456789", "pager"),
    ("02-123-4567", "+8221234567", "landline"),
    ("02-1234-5678", "+82212345678", "landline"),
    ("031-123-4567", "+82311234567", "landline"),
    ("062-123-4567", "+82621234567", "landline"),
    ("02-345-6789 내선 12", "+8223456789", "landline"),
    ("02-123-4567~8", "+8221234567", "landline"),
    ("031-123-4567～9", "+82311234567", "landline"),
    ("212345678", "+82212345678", "landline"),
    ("070-1234-5678", "+827012345678", "voip"),
    ("010-1234-5678", "+821012345678", "unassigned"),
    ("1012345678.0", "+821012345678", "unassigned"),
    ("+82-10-1123-4567", "+821011234567", "unassigned"),
    ("+1 650 253 0000", "+16502530000", "foreign"),
    ("+86 138 1234 5678", "+8613812345678", "foreign"),
]
REJECTED = [
    ("010-2345-678", "phone_too_short"),
    ("0101234567", "phone_too_short"),
    ("01000000000", "phone_placeholder"),
    ("010-0000-0000", "phone_placeholder"),
    ("010-2222-2222", "phone_placeholder"),
    ("000", "phone_placeholder"),
    ("010-0123-4567", "phone_unassigned"),
    ("1588-1234", "phone_company_number"),
    ("1544-0000", "phone_company_number"),
    ("1600-1234", "phone_company_number"),
    ("1661-1234", "phone_company_number"),
    ("1800-1234", "phone_company_number"),
    ("1899-1234", "phone_company_number"),
    ("1577-12345", "phone_company_number"),
    ("0502-1234-5678", "phone_virtual_number"),
    ("0507-123-4567", "phone_virtual_number"),
    ("0505123456", "phone_virtual_number"),
    ("080-123-4567", "phone_service_number"),
    ("080-1234-5678", "phone_service_number"),
    ("030-123-4567", "phone_service_number"),
    ("0303-123-4567", "phone_service_number"),
    ("0130-123-4567", "phone_service_number"),
    ("060-123-4567", "phone_service_number"),
    ("119", "phone_too_short"),
    ("1345", "phone_too_short"),
    ("1.01E+10", "phone_digits_lost"),
    ("1.02346E+10", "phone_digits_lost"),
    ("1.02345678E9", "phone_digits_lost"),
    ("공일공-2345-6789", "phone_letters"),
    ("010-2345-육칠팔구", "phone_letters"),
    ("일공공-1234-5678", "phone_letters"),
    ("abc", "phone_letters"),
    ("010-****-5678", "phone_masked"),
    ("2345-6789", "phone_no_area_code"),
    ("01023456789010", "phone_too_long"),
    ("9" * 500, "phone_too_long"),
]


@pytest.mark.parametrize("cell", SAME_NUMBER)
def test_every_way_of_writing_is_one_number(cell: str) -> None:
    (phone,) = parse_phones(cell).phones
    assert phone == (E164, "010-2345-6789", "mobile", True, False)


@pytest.mark.parametrize("cell", REPAIRED)
def test_damage_is_repaired_and_said(cell: str) -> None:
    (phone,) = parse_phones(cell).phones
    assert (phone.e164, phone.textable, phone.repaired) == (E164, True, True)


@pytest.mark.parametrize(("cell", "e164", "kind"), KEPT_NOT_TEXTABLE)
def test_other_numbers_are_kept_but_not_textable(cell: str, e164: str, kind: str) -> None:
    (phone,) = parse_phones(cell).phones
    assert (phone.e164, phone.kind, phone.textable) == (e164, kind, False)


@pytest.mark.parametrize(("cell", "reason"), REJECTED)
def test_what_is_no_voters_number_is_rejected_with_a_reason(cell: str, reason: str) -> None:
    assert parse_phones(cell) == ((), (reason,))
    assert has_text(f"reason.{reason}")


@pytest.mark.parametrize("cell", ["", " ", "-", "없음", "미기재", "N/A", "test"])
def test_nothing_is_no_problem(cell: str) -> None:
    assert parse_phones(cell) == ((), ())


@pytest.mark.parametrize(
    "cell",
    [
        "01023456789 / 01099998888",
        "010-2345-6789, 010-9999-8888",
        "010-2345-6789\n010-9999-8888",
        "010-2345-6789 및 010-9999-8888",
        "010-2345-6789 010-9999-8888",
        "본인 010-2345-6789; 배우자 010-9999-8888",
    ],
)
def test_two_numbers_in_a_cell(cell: str) -> None:
    assert [phone.e164 for phone in parse_phones(cell).phones] == [E164, "+821099998888"]


def test_a_good_number_beside_a_bad_one_is_kept_and_the_bad_one_told() -> None:
    cell = parse_phones("010-2345-6789 / 9876")
    assert [phone.e164 for phone in cell.phones] == [E164]
    assert cell.problems == ("phone_too_short",)


def test_a_number_given_twice_counts_once() -> None:
    assert len(parse_phones("010-2345-6789, 01023456789").phones) == 1


subscriber = st.from_regex(r"[2-9][0-9]{7}", fullmatch=True).filter(lambda digits: len(set(digits)) > 1)


@given(
    subscriber,
    st.sampled_from(["", "-", ".", " ", "--", " - "]),
    st.sampled_from(["010", "10", "+8210", "8210", "008210"]),
)
def test_a_mobile_survives_any_separator_and_prefix(digits: str, gap: str, prefix: str) -> None:
    (phone,) = parse_phones(f"{prefix}{gap}{digits[:4]}{gap}{digits[4:]}").phones
    assert phone.e164 == f"+8210{digits}"
    assert TEXTABLE.fullmatch("0" + phone.e164[3:])


@given(st.text(max_size=60))
def test_any_text_gives_numbers_or_known_reasons(cell: str) -> None:
    parsed = parse_phones(cell)
    assert all(has_text(f"reason.{problem}") for problem in parsed.problems)
    for phone in parsed.phones:
        assert re.fullmatch(r"\+[1-9]\d{6,14}", phone.e164)
        assert phone.textable == bool(TEXTABLE.fullmatch("0" + phone.e164.removeprefix("+82")))
        assert parse_phones(phone.e164).phones[0].e164 == phone.e164


def test_digits_of_other_alphabets_are_digits() -> None:
    assert [phone.e164 for phone in parse_phones("𝟎10-٢345-6789").phones] == [E164]
    assert parse_phones("①010-2345-6789").phones == parse_phones("010-2345-6789").phones


around = st.text("01OolIi23456789０１９-. ()+/,tel:휴대폰본인\n=\"'e", max_size=30)
beginning = st.sampled_from(["010", "10", "+8210", "8210", "02", "031", "1"])
ending = st.from_regex(r"[2-9oOl][0-9]{3}[-. ]?[0-9]{3}[0-9oOlI]", fullmatch=True)
messy = st.tuples(around, beginning, ending, around).map("".join) | around


def _digits(cell: str) -> str:
    """The digits that a reader sees in a cell, letters that stand for digits included."""
    plain = unicodedata.normalize("NFKC", cell).translate(str.maketrans("OoQlIi", "000111"))
    return re.sub(r"\D", "", plain)


@given(messy)
def test_repair_invents_no_digits(cell: str) -> None:
    """Behind the country code stand digits of the cell, in their order, and in Korea without a gap."""
    for phone in parse_phones(cell).phones:
        if phone.kind == "foreign":  # a country's trunk zero may go
            remaining = iter(_digits(cell))
            assert all(digit in remaining for digit in phone.e164[1:])
        else:
            assert phone.e164.removeprefix("+82") in _digits(cell)


@given(messy)
def test_repair_is_done_once_and_for_all(cell: str) -> None:
    for phone in parse_phones(cell).phones:
        (again,) = parse_phones(phone.national).phones
        assert (again.e164, again.kind, again.repaired) == (phone.e164, phone.kind, False)


def test_stored_numbers_are_shown_as_people_write_them() -> None:
    shown = [national(number) for number in (E164, "+82212345678", "+82112345678", "+16502530000")]
    assert shown == ["010-2345-6789", "02-1234-5678", "011-234-5678", "+1 650-253-0000"]


def test_the_usual_form_takes_the_fast_path() -> None:
    """Eleven calls, of a number not seen before; by the library they are hundreds."""
    assert (
        calls_of(lambda: parse_phones("010-2717-3141")) < 30 < calls_of(lambda: parse_phones("02-717-3141"))
    )
