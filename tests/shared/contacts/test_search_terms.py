"""A contact matches a query when it has all of the query's terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.search_terms import contact_terms, query_terms

HONG = contact_terms(
    names=["홍길동"],
    phones=["+821023456789", "+8221234567"],
    emails=["hong.gd@naver.com"],
    kakao_ids=["gildong77"],
    address="서울특별시 마포구 망원동 12-3",
    tags=["당원"],
    import_ids=["0198-abc"],
)
SMITH = contact_terms(names=["John Smith"], phones=["+821077776666"])


def matches(contact: set[str], query: str) -> bool:
    return set(query_terms(query)) <= contact


@pytest.mark.parametrize(
    "query",
    [
        "홍길동",
        "홍길",
        "길동",
        "홍",
        "홍 길동",
        "ㅎㄱㄷ",
        "ㄱㄷ",
        "ㅎ",
        "홍길ㄷ",
        "ㅎ길",
        "6789",
        "2345",
        "2345-6789",
        "010-2345-6789",
        "01023456789",
        "010-2345",
        "+821023456789",
        "821023456789",
        "010 2345 6789",
        "02-123-4567",
        "hong.gd@naver.com",
        "HONG.GD@NAVER.CON",
        "hong.gd@",
        "hong.gd@nav",
        "hong.gd",
        "gildong77",
        "@gildong77",
        "홍길동 6789",
        "6789 길동",
        "#당원",
        "홍길동 #당원 2345",
    ],
)
def test_found(query: str) -> None:
    assert matches(HONG, query)


@pytest.mark.parametrize(
    "query",
    [
        "홍길순",
        "동길",
        "ㅎㄱㄴ",
        "9999",
        "678",
        "01",
        "010",
        "010-23",
        "6789 김",
        "hong.gd@daum.net",
        "gildong7",
        "#탈당",
        "010-2345-6780",
        "망원동",
        "+8210234567891",
    ],
)
def test_not_found(query: str) -> None:
    assert not matches(HONG, query)


@pytest.mark.parametrize("query", ["john", "smith", "JOHN SM", "jo smith", "7777"])
def test_latin_names_by_the_beginnings_of_their_words(query: str) -> None:
    assert matches(SMITH, query)
    assert not matches(HONG, query)


def test_clusters_that_a_keyboard_makes_are_two_consonants() -> None:
    assert query_terms("ㄳ") == query_terms("ㄱㅅ")


def test_only_an_empty_query_has_no_terms() -> None:
    assert query_terms(" ") == []
    assert query_terms("-")
    assert query_terms("0")


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=6), st.data())
def test_every_part_of_a_korean_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert matches(contact_terms(names=[name]), name[start:end])


@given(st.from_regex(r"[2-9][0-9]{7}", fullmatch=True), st.integers(0, 4), st.integers(4, 8))
def test_any_four_or_more_digits_in_a_row_find_a_phone(digits: str, start: int, length: int) -> None:
    assert (
        matches(contact_terms(phones=[f"+8210{digits}"]), digits[start : start + length][:8].ljust(4, "x"))
        or start + length > 8
    )
