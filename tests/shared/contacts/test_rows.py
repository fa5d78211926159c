"""One row: kept, kept with warnings, or rejected with a reason."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.rows import ParsedRow, RejectedRow, RowParser, mask_resident_numbers
from shared.kernel.i18n import has_text
from tests.effort import calls_of

FIELDS = [
    "name",
    "phone",
    "email",
    "kakao_id",
    "address",
    "address",
    "note",
    "tags",
    "birth",
    "custom:소속",
    "ignore",
]
PARSER = RowParser(dict(enumerate(FIELDS)))


def row(**cells: str) -> list[str]:
    names = ["name", "phone", "email", "kakao", "city", "street", "note", "tags", "birth", "firm", "ignored"]
    return [cells.get(name, "") for name in names]


def parse(**cells: str) -> ParsedRow:
    parsed = PARSER.parse(row(**cells))
    assert isinstance(parsed, ParsedRow)
    return parsed


def test_a_whole_row() -> None:
    parsed = parse(
        name="홍 길동 위원장님",
        phone="1023456789 / 02-123-4567",
        email="Hong@naver.con",
        kakao="@hong_gd",
        city="서울시 마포구",
        street="망원동 1",
        note="봄 행사",
        tags="당원, 자원봉사;당원",
        birth="1970.3.5",
        firm="한표상사",
        ignored="x",
    )
    assert parsed.name == "홍길동"
    assert tuple(point[:4] for point in parsed.points) == (
        ("phone", "+821023456789", True, True),
        ("phone", "+8221234567", False, False),
        ("kakao_id", "hong_gd", False, True),
        ("email", "hong@naver.com", False, True),
    )
    assert parsed.address == "서울시 마포구 망원동 1"
    assert parsed.note == "봄 행사\n위원장"
    assert parsed.tags == ("당원", "자원봉사")
    assert parsed.birth == "1970-03-05"
    assert parsed.custom == {"소속": "한표상사"}
    assert parsed.repaired


def test_a_bad_phone_beside_a_good_address_is_a_warning() -> None:
    parsed = parse(name="홍길동", phone="010-2345", email="hong@naver.com")
    assert [point.kind for point in parsed.points] == ["email"]
    assert parsed.warnings == ("phone_too_short",)
    assert (parsed.repaired, parsed.repairs) == (True, [("phone", "010-2345", "")])


def test_nothing_of_a_row_is_lost_in_silence() -> None:
    tags, note = [f"태그{i}" for i in range(30)], "가" * 5_001 + "끝"
    parsed = parse(
        phone="010-2345-6789, 010-99",
        email="hong@zzz",
        kakao="카톡 없어요",
        tags=",".join([*tags, "나" * 51]),
        note=note,
    )
    assert (len(parsed.tags), len(parsed.note)) == (20, 5_000)
    assert dict(parsed.left_out) == {
        "phone": "010-2345-6789, 010-99",
        "email": "hong@zzz",
        "kakao_id": "카톡 없어요",
        "note": "가끝",
        "tags": ", ".join([*tags[20:], "나" * 51]),
    }
    assert parse(phone="010-2345-6789, 000-0000-0000").left_out == ()


def test_more_points_than_are_kept_are_told() -> None:
    phones = [f"010-2345-{i:04}" for i in range(6700, 6725)]
    parser = RowParser(dict(enumerate(["phone"] * 25)))
    parsed = parser.parse(phones)
    assert isinstance(parsed, ParsedRow)
    assert len(parsed.points) == 20
    assert parsed.left_out == tuple(("phone", f"+821023456{i}") for i in range(720, 725))


@pytest.mark.parametrize(
    ("cells", "name", "note"),
    [
        (["홍", "길동"], "홍길동", ""),
        (["길동", "홍"], "홍길동", ""),
        (["남궁", "민수"], "남궁민수", ""),
        (["홍", "홍길동"], "홍길동", ""),
        (["", "홍길동"], "홍길동", ""),
        (["Gildong", "Hong"], "Gildong Hong", ""),
        (["홍길동", "洪吉童"], "홍길동", "洪吉童"),
        (["홍길동", "김철수"], "홍길동", "김철수"),
    ],
)
def test_names_in_two_columns(cells: list[str], name: str, note: str) -> None:
    parsed = RowParser({0: "name", 1: "name", 2: "phone"}).parse([*cells, "010-2345-6789"])
    assert isinstance(parsed, ParsedRow)
    assert (parsed.name, parsed.note) == (name, note)


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        (["06912", "서울 동작구 상도로 12", "101호"], "06912 서울 동작구 상도로 12 101호"),
        (["서울특별시", "동작구", "서울특별시 동작구 상도로 12"], "서울특별시 동작구 상도로 12"),
        (
            ["서울 동작구 상도로 12", "서울 동작구 상도동 34", ""],
            "서울 동작구 상도로 12 (서울 동작구 상도동 34)",
        ),
        (["서울 동작구 상도로 12 101동 3호", "101동 3호", ""], "서울 동작구 상도로 12 101동 3호"),
        (["서울", "중구", "중구청길 3"], "서울 중구 중구청길 3"),
    ],
)
def test_addresses_in_several_columns(cells: list[str], address: str) -> None:
    parsed = RowParser({0: "address", 1: "address", 2: "address", 3: "phone"}).parse(
        [*cells, "010-2345-6789"]
    )
    assert isinstance(parsed, ParsedRow)
    assert parsed.address == address


@pytest.mark.parametrize(
    ("cells", "opted_out"),
    [
        ({"phone": "010-2345-6789(수신거부)"}, True),
        ({"phone": "010-2345-6789 거부"}, True),
        ({"phone": "010-2345-6789 수신거부 철회"}, False),
        ({"note": "문자 거부"}, True),
        ({"tags": "당원,연락금지"}, True),
        ({"note": "수신거부 해제"}, False),
        ({"note": "출입 금지 구역"}, False),
    ],
)
def test_who_refuses_in_so_many_words_is_not_written_to(cells: dict[str, str], opted_out: bool) -> None:
    assert parse(**{"phone": "010-2345-6789", **cells}).opted_out == opted_out


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": "홍길동"}, "no_contact_point"),
        ({"name": "홍길동", "phone": "없음"}, "no_contact_point"),
        ({"name": "홍길동", "phone": "전화없음이요"}, "phone_letters"),
        ({"name": "홍길동", "phone": "010-234"}, "phone_too_short"),
        ({"name": "홍길동", "email": "hong"}, "email_no_at"),
        ({"name": "=1+1", "phone": "010-2345-6789"}, "formula"),
        ({"name": '=HYPERLINK("http://x")', "phone": "010-2345-6789"}, "formula"),
        ({"name": "홍길동", "phone": "010-2345-6789", "note": "800101-1234560"}, "resident_number"),
        ({"name": "홍길동", "phone": "010-2345-6789", "ignored": "800101-1234560"}, "resident_number"),
    ],
)
def test_rejected_rows(cells: dict[str, str], reason: str) -> None:
    assert PARSER.parse(row(**cells)) == RejectedRow(reason)
    assert has_text(f"reason.{reason}")


def test_a_line_of_equals_signs_is_no_formula() -> None:
    assert parse(name="홍길동", phone="010-2345-6789", note="=====").note == "====="


@pytest.mark.parametrize("error", ["#N/A", " #REF! ", "#value!", "#NAME?", "#DIV/0!"])
def test_what_a_spreadsheet_could_not_find_is_nothing(error: str) -> None:
    parsed = parse(
        name=error, phone="010-2345-6789", email=error, city=error, note=error, tags=error, firm=error
    )
    assert parsed == parse(phone="010-2345-6789")


def test_the_formula_that_keeps_a_zero_is_text() -> None:
    assert parse(name="홍길동", phone='="01023456789"').points[0].value == "+821023456789"


def test_a_formula_in_a_column_that_is_left_out_does_not_matter() -> None:
    assert parse(name="홍길동", phone="010-2345-6789", ignored="=A1").name == "홍길동"


def test_a_short_row_is_filled_up() -> None:
    parsed = PARSER.parse(["홍길동", "010-2345-6789"])
    assert isinstance(parsed, ParsedRow)
    assert parsed.address == ""


@pytest.mark.parametrize(
    ("cell", "birth"),
    [
        ("1970-03-05", "1970-03-05"),
        ("1970년 3월 5일", "1970-03-05"),
        ("19700305", "1970-03-05"),
        ("700305", "1970-03-05"),
        ("050305", "2005-03-05"),
        ("25632", "1970-03-05"),
        ("1970", "1970"),
        ("모름", "모름"),
        ("", ""),
        ("19701399", "19701399"),
        ("70.3.5", "1970-03-05"),
        ("19700305.0", "1970-03-05"),
        ("1970-03-05 00:00:00", "1970-03-05"),
        ("1970-03-05T00:00:00Z", "1970-03-05"),
        ("1970.3.5(음)", "1970-03-05 (음력)"),
        ("700305-1", "1970-03-05"),
        ("050305-4******", "2005-03-05"),
        ("2012.03", "2012.03"),
        ("1985.01", "1985.01"),
    ],
)
def test_births(cell: str, birth: str) -> None:
    assert parse(name="홍길동", phone="010-2345-6789", birth=cell).birth == birth


def test_a_resident_number_is_not_kept_in_the_rejects() -> None:
    assert mask_resident_numbers(["홍길동", "800101-1234560 끝"]) == ["홍길동", "800101-******* 끝"]


@given(st.lists(st.text(max_size=40), max_size=14))
def test_any_row_is_kept_or_rejected_with_a_known_reason(cells: list[str]) -> None:
    parsed = PARSER.parse(cells)
    if isinstance(parsed, RejectedRow):
        assert has_text(f"reason.{parsed.reason}")
    else:
        assert parsed.points
        assert all(has_text(f"reason.{warning}") for warning in parsed.warnings)


def test_a_quarter_is_one_tag() -> None:
    assert parse(phone="010-2345-6789", tags="1/4분기/당원, 가/나").tags == ("1/4분기", "당원", "가", "나")


def test_two_dashes_clear_a_field_and_nothing_else_does() -> None:
    parsed = parse(phone="010-2345-6789", name="--", street=" -- ", tags="--", firm="--", birth="", note="-")
    assert parsed.cleared == ("name", "address", "tags", "custom:소속")
    assert (parsed.name, parsed.address, parsed.tags, parsed.custom) == ("", "", (), {})
    assert parse(phone="010--2345--6789", note="가 -- 나").cleared == ()


def test_a_field_of_two_columns_is_cleared_only_if_neither_says_more() -> None:
    parsed = parse(phone="010-2345-6789", city="--", street="망원동 1")
    assert (parsed.address, parsed.cleared) == ("망원동 1", ())


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        (["Y", "", ""], (True, None, "")),
        (["거부", "", ""], (True, None, "")),
        (["N", "", ""], (False, None, "")),
        (["동의", "", ""], (False, None, "")),
        (["", "", ""], (False, None, "")),
        (["2026-01-02 접수", "", ""], (True, None, "")),  # a mark we do not know is a refusal
        (["", "동의함", "2026.3.5"], (False, True, "2026-03-05")),
        (["", "Ｎ", ""], (False, False, "")),
        (["", "모르겠음", ""], (False, None, "")),
        (["", "미동의", ""], (False, False, "")),
        (["", "수신거부", ""], (True, False, "")),
    ],
)
def test_consent_and_refusal(marks: list[str], told: tuple[bool, bool | None, str]) -> None:
    parser = RowParser({0: "phone", 1: "opt_out", 2: "consented", 3: "consent_at"})
    parsed = parser.parse(["010-2345-6789", *marks])
    assert isinstance(parsed, ParsedRow)
    assert (parsed.opted_out, parsed.consented, parsed.consent_at) == told
    assert list(parsed.custom.values()) == [mark for mark in marks if mark]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"note": "4111-1111-1111-1111"}, "financial_number"),
        ({"note": "11-15-123456-78"}, "unique_identifier"),
        ({"name": "홍\ufffd동"}, "mangled_text"),
    ],
)
def test_rows_that_may_not_or_cannot_be_kept(cells: dict[str, str], reason: str) -> None:
    assert PARSER.parse(row(phone="010-2345-6789", **cells)) == RejectedRow(reason)
    assert has_text(f"reason.{reason}")


@pytest.mark.parametrize("piece", ["가", "a.", "010-", "은행123-", "850101 - ", "전 ", "1\n\n"])
def test_no_cell_takes_long_however_it_is_made(piece: str) -> None:
    """Milliseconds; where a pattern tries every beginning with every end, it is seconds to hours."""
    cell = (piece * 32_000)[:32_000]
    parser = RowParser(dict(enumerate([*FIELDS, "phone"])))
    begun = time.process_time()
    parser.parse([cell] * 11 + ["010-2345-6789"])
    parser.parse([*[cell[:1_990] + "\n" * 1_000 + "@"] * 11, "010-2345-6789"])
    parser.parse(["", "@" + cell, *[cell] * 9, "010-2345-6789"])
    assert time.process_time() - begun < 2


def test_a_typical_row_is_parsed_quickly() -> None:
    """49 calls, 9 µs; three times as many mean that a slow path is taken."""
    parser = RowParser(dict(enumerate(["name", "phone", "email", "address", "tags"])))
    cells = ["홍길동", "010-2345-6789", "hong@naver.com", "서울특별시 마포구 망원동 12-3", "당원"]
    parser.parse(cells)  # fills what is kept of words
    assert calls_of(lambda: parser.parse(cells)) < 3 * 49
