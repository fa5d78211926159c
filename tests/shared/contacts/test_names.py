"""Names: what is stripped, what must not be, and what two spellings share."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.contacts.names import (
    choseong,
    clean_name,
    clearly_differ,
    looks_like_name,
    ngrams,
    rare_letters,
)

syllables = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=3)


@pytest.mark.parametrize(
    ("cell", "display", "note"),
    [
        ("홍길동", "홍길동", ""),
        ("홍 길동", "홍길동", ""),
        ("홍 길 동", "홍길동", ""),
        (" 홍길동\u3000", "홍길동", ""),
        ("홍길동님", "홍길동", ""),
        ("홍길동 님", "홍길동", ""),
        ("김철수씨", "김철수", ""),
        ("홍길동 선생님", "홍길동", ""),
        ("홍길동 위원장님", "홍길동", "위원장"),
        ("이준대표", "이준", "대표"),
        ("홍길동대표", "홍길동", "대표"),
        ("홍길동동대표", "홍길동", "동대표"),
        ("이준 동대표", "이준", "동대표"),
        ("법정 스님", "법정", "스님"),
        ("홍길동(배우자)", "홍길동", "배우자"),
        ("홍길동 (A동) 통장", "홍길동", "통장, A동"),
        ("홍길동2", "홍길동", ""),
        ("(홍길동)", "홍길동", ""),
        ("남궁 민수", "남궁민수", ""),
        ("John  Smith", "John Smith", ""),
        ("洪吉童", "洪吉童", ""),
        # The whole word is the title, whatever it begins with, and so is what says of whom it is.
        ("홍길동 시의원", "홍길동", "시의원"),
        ("홍길동시의원님", "홍길동", "시의원"),
        ("홍길동 본부장", "홍길동", "본부장"),
        ("홍길동 조직총괄본부장님", "홍길동", "조직총괄본부장"),
        ("홍길동 이사장", "홍길동", "이사장"),
        ("홍길동 구 의원", "홍길동", "구 의원"),
        ("홍길동 전 위원장", "홍길동", "전 위원장"),
        ("홍길동 서울시당 위원장", "홍길동", "서울시당 위원장"),
        ("홍길동 노인회 회장", "홍길동", "노인회 회장"),
        ("홍길동 감사", "홍길동", "감사"),
        ("홍길동 대표이사", "홍길동", "대표이사"),
        ("대표 홍길동", "홍길동", "대표"),
        ("전 의원 홍길동", "홍길동", "전 의원"),
        ("홍길동 前국회의원", "홍길동", "前국회의원"),
        ("홍길동 010-2345-6789", "홍길동", "010-2345-6789"),
        ("홍길동/01023456789", "홍길동", "01023456789"),
        ("위원장 김철수님", "김철수", "위원장"),
        ("홍 길동대표", "홍길동", "대표"),
        ("남궁 민수 대표", "남궁민수", "대표"),
        ("김 현 의원", "김현", "의원"),
        ("이도의원", "이도", "의원"),
        # No title that we know: apart from the name it stays.
        ("홍길동 엄마", "홍길동 엄마", ""),
        ("홍길동 어머님", "홍길동 어머님", ""),
        # What nobody sees.
        ("홍\u200b길동\ufeff", "홍길동", ""),
        ("\u3164홍길동", "홍길동", ""),
        ("\u202d홍길동\u202c", "홍길동", ""),
        # Not titles: what is left would be no name.
        ("김하님", "김하님", ""),
        ("김이사", "김이사", ""),
        ("남궁이사", "남궁이사", ""),
    ],
)
def test_cleaning(cell: str, display: str, note: str) -> None:
    name = clean_name(cell)
    assert (name.display, name.note) == (display, note)


@pytest.mark.parametrize("surname", ["남궁", "황보", "제갈", "사공", "선우", "서문", "독고"])
def test_surnames_of_two_syllables_stay_whole(surname: str) -> None:
    """With a given name of one, and written apart; neither part of it is a title."""
    assert clean_name(f"{surname}민").display == f"{surname}민"
    assert clean_name(f"{surname} 민수 님").display == f"{surname}민수"
    assert looks_like_name(f"{surname}민수")


HONORIFICS = """
    님 씨 선생님 사모님 회장 회장님 위원장 의원 대표 사장 이사 부장 과장 교수 목사 스님 장로 권사 집사 통장
    이장 어르신"""


@pytest.mark.parametrize("honorific", HONORIFICS.split())
@pytest.mark.parametrize("gap", ["", " "])
def test_every_usual_honorific_goes(honorific: str, gap: str) -> None:
    assert clean_name(f"홍길동{gap}{honorific}").key == "홍길동"


@pytest.mark.parametrize(
    "cell", ["", "-", "없음", "미기재", "000", "test", "?" * 10, "가" * 200, "#N/A", "#REF!", "nan"]
)
def test_no_name(cell: str) -> None:
    assert clean_name(cell) == ("", None, "")


@pytest.mark.parametrize("cell", ["홍*동", "홍O동", "홍○동", "홍길*", "김OO", "홍ㅇ동", "김ㅇㅇ", "이XX"])
def test_a_masked_name_matches_nobody(cell: str) -> None:
    name = clean_name(cell)
    assert (name.display, name.key) == (cell, None)


def test_a_name_from_a_mac_is_the_same_name() -> None:
    assert clean_name(unicodedata.normalize("NFD", "홍길동")) == clean_name("홍길동")


@given(
    syllables.filter(lambda name: name[-1] not in "님씨"),  # apart from it, that is an address
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(["", " 님", " 선생님", "(본인)", "7"]),
)
def test_blanks_and_additions_do_not_change_the_key(name: str, gap: str, addition: str) -> None:
    assume(not name.endswith(("님", "씨")))  # apart from the name it is what somebody is called by
    assert clean_name(gap.join(name) + addition).key == clean_name(name).key


@given(st.text(max_size=120))
def test_any_text_is_survived_and_cleaning_settles(cell: str) -> None:
    display = clean_name(cell).display
    assert display == unicodedata.normalize("NFC", display)
    assert len(display) <= 100


@given(st.text("홍길동 님씨김이사장전시의원대표위(본인)*○ㅇO2\n선생", max_size=20))
def test_cleaning_is_done_once_and_for_all(cell: str) -> None:
    once = clean_name(cell).display
    assert clean_name(once).display == once


@given(st.text("홍길동 님씨김이사장전시의원대표위(본인)*○ㅇO2\n선생AbÉ洪", max_size=20))
def test_cleaning_invents_no_letters(cell: str) -> None:
    remaining = iter(unicodedata.normalize("NFC", cell))
    assert all(char in remaining for char in clean_name(cell).display if not char.isspace())


def test_leading_consonants_and_ngrams() -> None:
    assert choseong("홍길동A") == "ㅎㄱㄷA"
    assert ngrams("홍길동") == ["홍", "길", "동", "홍길", "길동"]


def test_looks_like_name() -> None:
    assert looks_like_name("남궁 민수")
    assert not looks_like_name("서울특별시")
    assert not looks_like_name("Hong")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("홍길동", "홍 길동"),
        ("홍길동", "홍길둥"),
        ("홍길동", "홍기동"),
        ("홍길동", ""),
        ("홍길동", "없음"),
        ("홍*동", "홍길동"),
        ("홍*동", "홍길*"),
        ("홍○○", "홍길동"),
        ("홍OO", "홍길동"),
        ("홍ㅇㅇ", "홍길동"),
        ("홍길동 본부장", "홍길동 시의원"),
        ("홍길동", "Hong Gildong"),
        ("洪吉童", "홍길동"),
        ("홍길동님", "홍길동(본인)"),
        (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
        ("John Smith", "Jon Smith"),
        ("JOHN SMITH", "john smith"),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str) -> None:
    assert not clearly_differ(one, other)
    assert not clearly_differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("홍길동", "김영희"),
        ("홍길동", "홍판서"),
        ("김철수", "김철호"),
        ("남궁민수", "남궁"),
        ("홍*동", "김철수"),
        ("홍*동", "홍길순"),
        ("김OO", "홍길동"),
        ("John Smith", "Jane Smith"),
        ("홍길동", "홍길동동"),
    ],
)
def test_names_of_two_people(one: str, other: str) -> None:
    assert clearly_differ(one, other)
    assert clearly_differ(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_difference_is_symmetric_and_nobody_differs_from_himself(one: str, other: str) -> None:
    assert clearly_differ(one, other) == clearly_differ(other, one)
    assert not clearly_differ(one, one)


@given(syllables, st.data())
def test_one_letter_more_or_less_is_not_another_person(name: str, data: st.DataObject) -> None:
    letters = unicodedata.normalize("NFD", name)
    i = data.draw(st.integers(0, len(letters) - 1))
    shorter = unicodedata.normalize("NFC", letters[:i] + letters[i + 1 :])
    assert not clearly_differ(name, shorter) or clean_name(shorter).display != shorter


@pytest.mark.parametrize(
    ("name", "rare"),
    [
        ("홍길동", ""),
        ("김뷁동", "뷁"),
        ("쀍쀍똠", "쀍똠"),
        ("설믜", "믜"),
        ("홍길도ㅇ", "ㅇ"),
        ("Kim 洪 *", ""),
        ("", ""),
    ],
)
def test_letters_that_names_hardly_have(name: str, rare: str) -> None:
    assert rare_letters(name) == rare


def test_the_usual_syllables_are_those_of_the_standard() -> None:
    """KS X 1001 has 2,350 of the 11,172; what a file in EUC-KR could hold is never doubted."""
    usual = [char for char in map(chr, range(0xAC00, 0xD7A4)) if not rare_letters(char)]
    assert len(usual) == 2350
    assert all(0xB0A1 <= int.from_bytes(char.encode("cp949")) <= 0xC8FE for char in usual)
