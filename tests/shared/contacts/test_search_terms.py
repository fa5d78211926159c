"""A contact matches a query when it has all of the query's terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.search_terms import (
    ask,
    contact_terms,
    custom_terms,
    district_terms,
    field_term,
    point_terms,
    value_term,
)

HONG_POINTS = {
    ("phone", "+821023456789"),
    ("phone", "+8221234567"),
    ("email", "hong.gd@naver.com"),
    ("kakao_id", "gildong77"),
}
HONG = contact_terms(
    names=["홍길동"],
    phones=["+821023456789", "+8221234567"],
    emails=["hong.gd@naver.com"],
    kakao_ids=["gildong77"],
    address="서울특별시 마포구 망원동 12-3",
    tags=["당원", "VIP"],
    custom={"직업": "Teacher  of Art"},
)
SMITH = contact_terms(names=["John Smith"], phones=["+821077776666"])


def matches(contact: set[str], query: str, points: set[tuple[str, str]] = HONG_POINTS) -> bool:
    asked = ask(query)
    chosen = all(contact.intersection(choice) for choice in asked.choices)
    return set(asked.terms) <= contact and chosen and set(asked.points) <= points


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
        "홍ㄱㄷ",
        "ㅎ길ㄷ",
        "02-1234",
        "(02)123-45",
        "+82-2-123-4",
        "6789",
        "2345",
        "2345-6789",
        "010-2345-6789",
        "010–2345–6789",
        "０１０－２３４５－６７８９",
        "６７８９",
        "\u202d010-2345-6789\u202c",
        "홍길동\u200b",
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
        "#VIP",
        "gil",
        "dong7",
        "ho",
        "g.gd",
        "망원동",
        "서울시",
        "서울특별시마포구",
        "홍 마포구",
        "마포구 홍길동 6789",
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
        "한ㄱㄷ",
        "ㅎ기ㄷ",
        "9999",
        "678",
        "01",
        "010",
        "010-23",
        "6789 김",
        "hong.gd@daum.net",
        "gildong78",
        "il",
        "#탈당",
        "#vip",
        "ㄱ",
        "010-2345-6780",
        "망원",
        "망원1동",
        "홍길동 은평구",
        "김 마포구",
        "+8210234567891",
    ],
)
def test_not_found(query: str) -> None:
    assert not matches(HONG, query)


@pytest.mark.parametrize("query", ["john", "smith", "JOHN SM", "jo smith", "mit", "j", "7777"])
def test_latin_names_by_the_beginnings_and_parts_of_their_words(query: str) -> None:
    assert matches(SMITH, query, set())
    assert not matches(HONG, query)


@pytest.mark.parametrize("query", ["ㅇㅇㅇ", "이ㅇㅇ", "ㅇ은ㅇ"])
def test_the_same_consonant_three_times_is_not_found_in_two(query: str) -> None:
    assert matches(contact_terms(names=["이은영"]), query)
    assert matches(contact_terms(names=["남궁이은영"]), "ㅇㅇㅇ")
    assert matches(contact_terms(names=["이은영 (Lee)"]), query)
    for other in ("이은", "이은철", "김은영", "이은수영"):
        assert not matches(contact_terms(names=[other]), query)


@pytest.mark.parametrize("last", ["0102", "0109", "8210"])
def test_last_digits_that_look_like_a_prefix_are_digits(last: str) -> None:
    assert matches(contact_terms(phones=[f"+82102345{last}"]), last)
    assert matches(contact_terms(phones=[f"+82105{last}678"]), last)
    assert matches(contact_terms(phones=[f"+821082102{last[:3]}"]), f"82102{last[:3]}")


@pytest.mark.parametrize("typed", ["hong@corp.co", "hong@corp.ne", "hong@corp.or", "hong@corp.c"])
def test_an_address_that_is_still_being_typed_finds_its_local_part(typed: str) -> None:
    assert matches(contact_terms(emails=["hong@corp.co.kr"]), typed)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("민수", ["민수", "민수정", "김민수"]),
        ("김", ["김", "김민수", "이김순"]),
        ("ㄱㅁ", ["강민", "김민수", "이강민"]),
    ],
)
def test_exact_names_come_first_then_those_that_begin_so(query: str, names: list[str]) -> None:
    asked = ask(query)
    exact, begins, rest = (contact_terms(names=[name]) for name in names)
    assert all(set(asked.terms) <= terms for terms in (exact, begins, rest))
    assert set(asked.exact) | set(asked.begins) <= exact
    assert set(asked.begins) <= begins
    assert not set(asked.exact) <= begins
    assert not set(asked.begins) <= rest


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "+821023456789"), ("email", "hong.gd@naver.com"), ("kakao_id", "gildong77")],
)
def test_no_term_says_a_whole_contact_point(kind: str, value: str) -> None:
    """They would be most of the index, and are found by contact_points."""
    assert all(len(term.partition(":")[2]) <= 5 for term in point_terms(kind, value))


def test_custom_fields_are_found_whatever_their_case_and_blanks() -> None:
    assert value_term("직업", "teacher of  ART ") in HONG
    assert field_term("직업") in HONG
    assert custom_terms({"직업": "  "}) == []


def test_only_mobiles_take_text_messages() -> None:
    assert "has:sms" in point_terms("phone", "+821023456789")
    assert "has:sms" not in point_terms("phone", "+821012345678")
    assert "has:sms" not in point_terms("phone", "+8221234567")


@pytest.mark.parametrize("asked", ["서울 마포구", "서울시 마포구 망원동", "서울특별시마포구", "망원동"])
def test_a_district_is_found_however_it_is_written(asked: str) -> None:
    assert set(district_terms(asked)) <= HONG


def test_clusters_that_a_keyboard_makes_are_two_consonants() -> None:
    assert ask("ㄳ").terms == ask("ㄱㅅ").terms


def test_only_an_empty_query_has_no_terms() -> None:
    assert ask(" ").empty
    assert ask("-").terms
    assert ask("0").terms


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
