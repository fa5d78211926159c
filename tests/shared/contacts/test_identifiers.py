"""Numbers that may not be kept: found in cells and columns, masked in what is shown of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts import identifiers
from shared.contacts.identifiers import mask_identifiers, refused_header, refused_in, refused_values


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("800101-1234560", "resident_number"),
        ("메모: 8001011234560 임", "resident_number"),
        ("4111-1111-1111-1111", "financial_number"),
        ("카드 5500000000000004", "financial_number"),
        ("3782 822463 10005", "financial_number"),
        ("면허 11-15-123456-78", "unique_identifier"),
        ("800101-1234561", "resident_number"),  # numbers given since 2020 have no check digit
        ("8001011234561", None),  # thirteen digits may be anything
        ("８００１０１－１２３４５６１", "resident_number"),
        ("800101 - 1234561", "resident_number"),
        ("여권번호: M12345678", "unique_identifier"),
        ("여권 m123a4567 갱신", "unique_identifier"),
        ("농협 302-1234-5678-91", "financial_number"),
        ("환불계좌 110-123-456789", "financial_number"),
        ("우리 010-2345-6789", None),
        ("여권 갱신 2026", None),
        ("국민은행 2026-11-21 010-2345-6789", None),
        ("800101–1234561", "resident_number"),
        ("8001 01 1234560", None),
        ("800101\u200b-1234561", "resident_number"),
        ("４１１１－１１１１－１１１１－１１１１", "financial_number"),
        ("801301-1234567", None),  # no such month
        ("4111-1111-1111-1112", None),
        ("010-2345-6789 / 010-3456-7890", None),
        ("01023456789\x1f01034567890", None),
        ("2026-11-21 10:20", None),
        ("서울 123-45-67890", None),
    ],
)
def test_numbers_in_a_text(text: str, code: str | None) -> None:
    assert refused_in(text) == code


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["M12345678", "S87654321", ""], "unique_identifier"),
        (["４１１１１１１１１１１１１１１１", "5500 0000 0000 0004"], "financial_number"),
        (["110-123-456789", "1002-123-456789", "없음"], "financial_number"),
        (["201001-3123456", "211231-4654321", "220505-3111111"], "resident_number"),  # random endings
        (["010-2345-6789", "010-3456-7890"], None),
        (["02-123-4567", "031-1234-5678"], None),
        (["1980-01-01", "1975.12.31"], None),
        (["2024-03-00012", "2024-11-00013"], None),  # members' numbers begin with the year
        (["10-2345-6789", "10-3456-7890", "82-10-4567-8901"], None),  # lost zeros are no accounts
        (["123-45-67890", "214-81-12345"], None),  # companies' registration numbers are public
        (["M12345678", "홍길동", "김철수"], None),
    ],
)
def test_columns_by_their_values(values: list[str], code: str | None) -> None:
    assert refused_values(values) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("주민등록번호", "resident_number"),
        ("운전면허번호", "unique_identifier"),
        ("환급계좌번호", "financial_number"),
        ("휴대폰번호", None),
        ("주소", None),
    ],
)
def test_columns_by_their_header(header: str, code: str | None) -> None:
    assert refused_header(header) == code


def test_what_is_shown_of_a_refused_row() -> None:
    cells = ["홍길동", "800101-1234560", "카드 4111-1111-1111-1111", "11-15-123456-78", "010-2345-6789"]
    assert mask_identifiers(cells) == [
        "홍길동",
        "800101-*******",
        "카드 4111-****",
        "**-**-******-**",
        "010-2345-6789",
    ]


@given(st.lists(st.text("0123456789- 가", max_size=40), max_size=4))
def test_nothing_refused_is_left_after_masking(cells: list[str]) -> None:
    assert not any(refused_in(cell) for cell in mask_identifiers(cells))


@given(
    st.lists(st.sampled_from([*"0123456789- .a", "900101-1234568", "11-12-123456-12", "4111111111111111"]))
)
def test_the_first_glance_lets_nothing_through(pieces: list[str]) -> None:
    text = "".join(pieces)
    refused = (
        identifiers.holds_resident_number(text)
        or identifiers._holds_its_shape(text)
        or identifiers._LICENCE.search(text) is not None
        or any(map(identifiers._is_card, identifiers._CARD.finditer(text)))
    )
    assert (refused_in(text) is not None) == refused
