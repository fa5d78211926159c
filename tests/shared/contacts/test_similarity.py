"""Who is taken for one person, as rules that hold for anybody."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.block_keys import block_keys
from shared.contacts.comparable import Person, person, read_address, read_birth
from shared.contacts.comparing import levels
from shared.contacts.phones import parse_phones
from shared.contacts.similarity import WEIGHTS, likeness, may_be_one, may_be_one_by_name
from shared.kernel.i18n import has_text
from tests.benchmarks import labelled

HOME = "서울특별시 동작구 상도로 12, 101동 1203호"
NAMES = st.lists(
    st.sampled_from(
        ["홍길동", "홍길둥", "김영희", "남궁민수", "John Smith", "Smith John", "홍*동", "이준", ""]
    )
    | st.text(max_size=12),
    max_size=2,
)
DIGITS = st.text("0123456789", min_size=8, max_size=8)
LOCAL = st.text("abcdefg123", min_size=1, max_size=12)
PEOPLE = st.builds(
    person,
    names=NAMES,
    address=st.sampled_from(
        ["", HOME, "동작구 상도로 12 101-1203", "동작구 상도로 13", "12 High Street, Leeds"]
    )
    | st.text(max_size=30),
    birth=st.sampled_from(["", "1980-03-05", "800305", "1980", "1980.5.3"]) | st.text(max_size=12),
    phones=st.lists(DIGITS.map("+8210{}".format), max_size=2),
    emails=st.lists(LOCAL.map("{}@example.com".format), max_size=2),
    kakao_ids=st.lists(LOCAL, max_size=1),
)


def hong(**fields: object) -> Person:
    return person(**{"names": ["홍길동"], **fields})  # type: ignore[arg-type]


@given(PEOPLE, PEOPLE)
def test_symmetric(left: Person, right: Person) -> None:
    assert likeness(left, right) == likeness(right, left)
    assert 0 <= likeness(left, right).score <= 1


@given(PEOPLE)
def test_a_whole_record_is_like_itself(one: Person) -> None:
    known = one._replace(
        names=hong().names, address=read_address(HOME), birth="19800305", phones=("+821023456789",)
    )
    assert likeness(known, known).score > 0.999


@given(PEOPLE, PEOPLE, st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_more_people_make_an_agreement_more_likely_chance(
    left: Person, right: Person, one: int, other: int
) -> None:
    few, many = sorted((one, other))
    assert likeness(left, right, few).score >= likeness(left, right, many).score


@given(PEOPLE, PEOPLE)
def test_another_agreement_never_speaks_against(left: Person, right: Person) -> None:
    less = likeness(left._replace(kakao_ids=()), right._replace(kakao_ids=()))
    same = ("the_same_one",)
    assert likeness(left._replace(kakao_ids=same), right._replace(kakao_ids=same)).score >= less.score


@given(PEOPLE, PEOPLE)
def test_every_level_has_a_weight_and_every_reason_a_sentence(left: Person, right: Person) -> None:
    assert set(levels(left, right)) <= set(WEIGHTS)
    assert all(has_text(f"similar.{reason}") for reason in likeness(left, right).reasons)


def test_every_reason_that_can_be_shown_has_a_sentence() -> None:
    codes = [code for code, weight in WEIGHTS.items() if weight > 0]
    assert all(has_text(f"similar.{code}") for code in [*codes, "names_differ", "by_third"])


@given(PEOPLE)
def test_block_keys_are_of_the_person_alone(one: Person) -> None:
    assert block_keys(one) == block_keys(one._replace(names=tuple(reversed(one.names))))


@given(PEOPLE, PEOPLE)
def test_no_pair_worth_a_look_is_left_out_early(left: Person, right: Person) -> None:
    assert may_be_one(left, right) or not likeness(left, right).worth_a_look
    assert may_be_one_by_name(left, by_name(right)) or not likeness(left, right).worth_a_look


def by_name(whole: Person) -> Person:
    return Person(names=whole.names, birth=whole.birth)


def test_no_pair_of_messy_lists_is_left_out_by_the_names() -> None:
    """As the walk asks: of one of the two only names and birth are known, and it may be either."""
    people = [read(row) for made in labelled.lists(300, 2026) for row in made]
    holders: dict[str, list[Person]] = {}
    for one in people:
        for key in block_keys(one):
            holders.setdefault(key, []).append(one)
    pairs = {pair for block in holders.values() if len(block) < 20 for pair in combinations(block, 2)}
    alike = [pair for pair in pairs if likeness(*pair).worth_a_look]
    assert len(alike) > 100
    assert all(may_be_one_by_name(left, by_name(right)) for left, right in alike)
    assert all(may_be_one_by_name(right, by_name(left)) for left, right in alike)
    left_over = sum(may_be_one_by_name(left, by_name(right)) for left, right in pairs)
    assert left_over < len(pairs) * 0.8


def read(row: labelled.Row) -> Person:
    phones = [phone.e164 for phone in parse_phones(row.phone).phones]
    emails = [row.email] if row.email else []
    return person([row.name], row.address, row.birth, phones, emails, [row.kakao_id] if row.kakao_id else [])


def test_the_names_alone_refuse_strangers_of_the_same_initials() -> None:
    own = hong(phones=["+821023456789"], address=HOME)
    assert not may_be_one_by_name(own, person(["한가득"]))
    assert not may_be_one_by_name(own, person(["황금동"]))
    assert may_be_one_by_name(own, person(["홍길둥"]))
    assert may_be_one_by_name(own, person([]))


SAME = [
    (hong(phones=["+821023456789"]), hong(phones=["+821023456780"]), "phone_digit"),
    (hong(phones=["+821023456789"]), hong(phones=["+821023456798"]), "phone_swapped"),
    (hong(phones=["+821023456789"]), hong(phones=["+821023457798"]), "phone_near"),
    (hong(address=HOME), hong(address="동작구 상도로12 101-1203 (상도동)"), "same_address"),
    (hong(birth="1980-03-05"), hong(birth="80.3.5", phones=["+821099998888"]), "same_birth"),
    (hong(emails=["gildong80@example.com"]), hong(emails=["gildnog80@example.com"]), "email_typo"),
    (hong(emails=["gildong80@naver.com"]), hong(emails=["gildong80@daum.net"]), "email_domain"),
    (hong(address=HOME), person(["홍길둥"], HOME), "name_typo"),
    (hong(birth="1980-03-05"), person(["홍길덩 님"], birth="19800305"), "name_typo"),
    (person(["John Smith"], "1 High St, Leeds"), person(["Smith, Jon"], "1 High St, Leeds"), "name_typo"),
    (
        person(["Bullock Sophie"], "6 Boolee Street Port Fairy 6076", "19361014"),
        person(["Butlock Sophie"], "7 Boolee Street Port Fairy 6076", "19510426"),
        "long_name_typo",
    ),
    (
        hong(address="수원시 팔달구 효원로 매산아파트 12"),
        hong(address="수원시 팔달구 효원로 매산아파트 345"),
        "same_place",
    ),
]


@pytest.mark.parametrize(("left", "right", "reason"), SAME)
def test_one_person_with_an_error(left: Person, right: Person, reason: str) -> None:
    found = likeness(left, right)
    assert found.worth_a_look
    assert reason in found.reasons
    assert block_keys(left) & block_keys(right)


OTHERS = [
    (hong(), hong()),  # a namesake
    (hong(phones=["+821023456789"]), hong(phones=["+821098765432"])),
    (hong(phones=["+821023456789"], address=HOME), person(["홍길순"], HOME, phones=["+821023456780"])),
    (hong(phones=["+821023456789"], address=HOME), person(["김영희"], HOME, phones=["+821023456780"])),
    (hong(phones=["+821023456789"]), person(["홍서준"], phones=["+821023456789"])),
    (hong(birth="1980-03-05", address=HOME), person(["홍서준"], HOME, "2010-07-08")),
    (hong(emails=["hong01@example.com"]), person(["김영희"], emails=["hong02@example.com"])),
    (hong(address="동작구 상도동"), hong(address="동작구 상도동")),
    (
        hong(address="수원시 팔달구 효원로 매산아파트 12", phones=["+821023456789"]),
        person(["홍서준"], "수원시 팔달구 효원로 매산아파트 345", phones=["+821023456780"]),
    ),
    (person(["홍*동"], HOME), person(["김*희"], HOME)),
    (person(), person()),
]


@pytest.mark.parametrize(("left", "right"), OTHERS)
def test_two_people(left: Person, right: Person) -> None:
    assert not likeness(left, right).worth_a_look


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1980-03-05", "19800305"),
        ("80.3.5", "19800305"),
        ("1980년 3월 5일", "19800305"),
        ("050412", "20050412"),
        ("1980", "1980"),
        ("봄", ""),
        ("123", ""),
        ("", ""),
    ],
)
def test_birth_dates(written: str, read: str) -> None:
    assert read_birth(written) == read


def test_addresses_without_their_province_and_counters() -> None:
    ways = [
        HOME,
        "동작구 상도로 12 101-1203",
        "서울시 동작구 상도로12, 101동1203호",
        "서울 동작구 상도로 012 101동 1203",
    ]
    assert len({read_address(way) for way in ways}) == 1
    assert read_address(" , ") is None
    assert read_address("서울") is not None
