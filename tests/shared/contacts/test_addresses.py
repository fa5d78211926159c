"""The district of an address, however people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.addresses import (
    SIDO,
    District,
    beside_number,
    district_of,
    district_words,
    unit_words,
)
from shared.contacts.sigungu import SIDO_OF_SIGUNGU

SEOUL = District("서울", "동작구", "상도동")


@pytest.mark.parametrize(
    ("address", "district"),
    [
        ("서울특별시 동작구 상도동 12-3", SEOUL),
        ("서울시 동작구 상도동", SEOUL),
        ("서울 동작구 상도동 101동 1203호", SEOUL),
        ("서울특별시동작구 상도동 1", SEOUL),
        ("서울 동작구 상도로 123 (상도동)", SEOUL),
        ("서울 동작구 상도로 123, 101동 1203호 (상도동, 래미안아파트)", SEOUL),
        ("경기도 수원시 팔달구 인계동 1122", District("경기", "수원시 팔달구", "인계동")),
        ("경기 수원시팔달구 인계동", District("경기", "수원시 팔달구", "인계동")),
        ("경기도 광주시 오포읍 12", District("경기", "광주시", "오포읍")),
        ("광주광역시 동구 충장동", District("광주", "동구", "충장동")),
        ("광주 동구 충장로1가 3", District("광주", "동구", "충장로1가")),
        ("세종특별자치시 한솔동 3", District("세종", "", "한솔동")),
        ("세종시 조치원읍 새내로 1", District("세종", "", "조치원읍")),
        ("제주도 제주시 애월읍 애월리 7", District("제주", "제주시", "애월읍")),
        ("강원도 춘천시 동내면", District("강원", "춘천시", "동내면")),
        ("강원특별자치도 춘천시 동내면", District("강원", "춘천시", "동내면")),
        ("전라북도 전주시 완산구 효자동1가", District("전북", "전주시 완산구", "효자동1가")),
        ("부산 중구 중앙동4가 1", District("부산", "중구", "중앙동4가")),
        ("06912 서울특별시 동작구 상도동 12-3", SEOUL),
        ("(06912) 서울 동작구 상도로 123 (상도동)", SEOUL),
        ("우) 156-030 서울시 동작구 상도동", SEOUL),
        ("[06912]서울 동작구 상도동", SEOUL),
        ("대한민국 서울특별시 동작구 상도동", SEOUL),
        ("광주시 북구 용봉동 1", District("광주", "북구", "용봉동")),
        ("경남 창원시 마산합포구 월영동 3", District("경남", "창원시 마산합포구", "월영동")),
        ("동작구 상도동 3", SEOUL),
        ("수원시 팔달구 인계동 1", District("경기", "수원시 팔달구", "인계동")),
        ("양평군 양평읍 3", District("경기", "양평군", "양평읍")),
        ("서귀포시 대정읍", District("제주", "서귀포시", "대정읍")),
        ("중구 명동 1", District("", "중구", "명동")),
        ("고성군 거진읍", District("", "고성군", "거진읍")),
        ("광주시 송정동", District("", "광주시", "송정동")),
        ("상도동", District("", "", "상도동")),
        ("", District("", "", "")),
        ("12345", District("", "", "")),
        ("Seoul, Dongjak-gu", District("", "", "")),
    ],
)
def test_districts(address: str, district: District) -> None:
    assert district_of(address) == district


def test_every_sigungu_is_read_as_one_of_its_sido() -> None:
    assert set(SIDO_OF_SIGUNGU.values()) == set(SIDO) - {"세종"}
    for sigungu, sido in SIDO_OF_SIGUNGU.items():
        for address in (f"{sigungu} 1", f"{sido} {sigungu} 1"):
            assert district_of(address) == District(sido, sigungu, "")


def test_a_building_is_no_district() -> None:
    assert "101동" not in unit_words("서울 동작구 상도동 101동 1203호")


def test_roads_are_found_too() -> None:
    assert unit_words("서울시 마포구 월드컵로 12") == ("서울", "마포구", "월드컵로")


@pytest.mark.parametrize(
    "address", ["서울 동작구 상도동 12-3", "경기 수원시 팔달구 인계동 1 2층", "세종 한솔동 3"]
)
def test_what_is_asked_for_is_among_what_is_found(address: str) -> None:
    district = district_of(address)
    for part in (district.sido, district.sigungu, district.eupmyeondong, " ".join(district)):
        assert set(district_words(part)) <= set(unit_words(address))


_PLACE = st.builds(
    lambda sido, gu, dong: (sido, f"{gu}구", f"{dong}동"),
    st.sampled_from(SIDO),
    st.text("강남서북동중은평마포", min_size=1, max_size=3),
    st.text("상도망원신림봉천역삼", min_size=2, max_size=3),
)


@given(
    _PLACE, st.integers(1, 9999), st.sampled_from(["{} {} {} {}", "{}  {}\t{} {}-1", "{} {} {} {}번지 2층"])
)
def test_a_written_district_is_read_again(place: tuple[str, str, str], number: int, shape: str) -> None:
    assert district_of(shape.format(*place, number)) == District(*place)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    district = district_of(text)
    assert set(" ".join(district).split()) <= set(unit_words(text))


@given(
    st.lists(
        st.sampled_from(["서울", "수원시", "팔달구", "상도동", "(망원동)", "3로", "12", "101동", "a", ""]),
        max_size=5,
    ),
    st.from_regex(r"[0-9-]{0,6}", fullmatch=True),
)
def test_an_address_has_the_words_of_its_neighbours(words: list[str], number: str) -> None:
    address = " ".join([*words, number])
    head = beside_number(address)
    assert head is None or (address.startswith(head) and unit_words(address) == unit_words(f"{head}1"))


def test_only_a_number_that_stands_alone_is_left_out() -> None:
    assert beside_number("서울 동작구 상도동 12-3") == "서울 동작구 상도동 "
    assert [beside_number(address) for address in ("상도동12", "상도동", "상도동 -1", "")] == [None] * 4
