"""Tables as they come: headers of two rows, notes, totals, spacers, hidden and refused columns."""

import csv
import io
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts import import_files
from shared.contacts.csv_reader import Record, UnreadableFile, find_header, in_batches, sample_of
from shared.contacts.import_files import _chunks
from shared.contacts.inspection import Table
from shared.contacts.record_reader import RecordReader


def records(text: str) -> list[Record]:
    return list(RecordReader(io.BytesIO(text.encode()), "utf-8", ","))


def table(text: str, **options: Any) -> tuple[Table, list[Record]]:
    found = Table(records(text), **options)
    return found, list(chain.from_iterable(found.data([])))


def fields(found: Table) -> list[tuple[str, str]]:
    return [(column.proposal.header, column.proposal.field) for column in found.columns]


@pytest.mark.parametrize(
    ("text", "row", "header"),
    [
        (
            "성명,연락처,,주소\n,휴대폰,집전화,\n홍길동,010-2345-6789,,\n",
            2,
            ["성명", "연락처 / 휴대폰", "연락처 / 집전화", "주소"],
        ),
        (  # as a workbook gives cells that were merged downwards
            "성명,연락처,,주소\n성명,휴대폰,이메일,주소\n홍길동,010-2345-6789,,\n",
            2,
            ["성명", "연락처 / 휴대폰", "연락처 / 이메일", "주소"],
        ),
        ("이름,휴대폰\nName,Phone\n홍길동,010-2345-6789\n", 2, ["이름 / Name", "휴대폰 / Phone"]),
        (
            "명부,,,\n성명,인적사항,,\n,휴대폰,이메일,주소\n홍길동,010-2345-6789,,\n",
            3,
            ["성명", "인적사항 / 휴대폰", "인적사항 / 이메일", "인적사항 / 주소"],
        ),
        ("이름,휴대폰\n홍길동,010-2345-6789\n", 1, ["이름", "휴대폰"]),
        ("이름,휴대폰,비고\n홍길동,010-2345-6789,전화\n", 1, ["이름", "휴대폰", "비고"]),
        # Rows without a header that speak of 카톡 or 장애 are still people.
        ("홍길동,010-2345-6789,카톡\n김철수,010-3456-7890,전화\n", None, ["열 1", "열 2", "열 3"]),
        ("명부\n이름,휴대폰,비고\n홍길동,010-2345-6789,카톡\n", 2, ["이름", "휴대폰", "비고"]),
        ("이름,구분,휴대폰\n이름,,\n", 1, ["이름", "구분", "휴대폰"]),
    ],
)
def test_headers(text: str, row: int | None, header: list[str]) -> None:
    assert find_header(records(text)) == (row, header)


def test_columns_of_a_header_of_two_rows_are_recognised() -> None:
    found, _ = table("성명,연락처,,자택\n,휴대폰,이메일,전화\n홍길동,010-2345-6789,,02-123-4567\n")
    assert [field for _, field in fields(found)] == ["name", "phone", "email", "landline"]


@pytest.mark.parametrize(
    "row",
    ["합계,2명", "합 계,,2", "총원: 350명,", ",소계,35", "합정동 소계,35", "계,1,234", "TOTAL,2", "[합계],2"],
)
def test_total_rows_are_skipped_and_counted(row: str) -> None:
    found, rows = table(f"이름,휴대폰,비고\n홍길동,010-2345-6789,\n{row}\n김철수,010-3456-7890,\n")
    assert [cells[0] for _, cells in rows] == ["홍길동", "김철수"]
    assert found.skipped == {"total_row": 1}


@pytest.mark.parametrize(
    "row", ["합계,010-3456-7890", "계,hong@naver.com", "이총계,", "김소계,010", "홍길동 계장,"]
)
def test_rows_that_may_be_people_are_not_skipped(row: str) -> None:
    found, rows = table(f"이름,휴대폰\n홍길동,010-2345-6789\n{row}\n")
    assert (len(rows), found.skipped) == (2, {})


def test_a_header_that_is_repeated_on_every_page_is_skipped() -> None:
    found, rows = table("이름,휴대폰\n홍길동,010-2345-6789\n이름,휴대폰\n김철수,010-3456-7890\n")
    assert ([number for number, _ in rows], found.skipped) == ([2, 4], {"repeated_header": 1})
    assert found.columns[0].samples == ["홍길동", "김철수"]


def test_spacer_columns_are_dropped_and_cells_stay_with_their_headers() -> None:
    found, rows = table(",이름,,휴대폰,\n,홍길동,,010-2345-6789,\n,김철수,,010-3456-7890,,,\n")
    assert fields(found) == [("이름", "name"), ("휴대폰", "phone")]
    assert [cells for _, cells in rows] == [["홍길동", "010-2345-6789"], ["김철수", "010-3456-7890"]]


def test_a_column_without_a_header_but_with_values_stays() -> None:
    found, _ = table("이름,,\n홍길동,010-2345-6789,\n김철수,010-3456-7890,\n")
    assert fields(found) == [("이름", "name"), ("열 2", "phone")]


def test_hidden_columns_are_left_out_until_somebody_wants_them() -> None:
    found, _ = table("이름,휴대폰,주소\n홍길동,010-2345-6789,마포\n", hidden=[2])
    assert (found.columns[2].hidden, found.columns[2].proposal.field) == (True, "ignore")
    assert found.columns[2].samples == ["마포"]


def test_a_refused_column_is_emptied_in_every_row() -> None:
    text = "이름,주민번호,휴대폰\n" + "홍길동,800101-1234568,010-2345-6789\n" * 500
    found, rows = table(text)
    assert (found.columns[1].refused, found.columns[1].samples) == ("resident_number", [])
    assert {tuple(cells) for _, cells in rows} == {("홍길동", "", "010-2345-6789")}


def test_more_rows_than_a_sheet_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.contacts.inspection.MAX_ROWS", 3)
    table("이름,휴대폰\n" + "홍길동,010-2345-6789\n" * 3)
    with pytest.raises(UnreadableFile, match="too_many_rows"):
        table("이름,휴대폰\n" + "홍길동,010-2345-6789\n" * 4)


words = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
tables = st.lists(st.lists(words, min_size=2, max_size=4), min_size=1, max_size=30)


@given(tables, st.integers(1, 7), st.integers(1, 60))
def test_any_table_in_chunks_of_any_size_gives_the_same_rows(
    rows: list[list[str]], chunk_rows: int, characters: int
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["이름", "휴대폰", "메모", "기타"], *rows])
    stream = iter(RecordReader(io.BytesIO(out.getvalue().encode()), "utf-8", ","))
    found = Table(sample_of(stream))
    batches = list(found.data(in_batches(stream)))
    whole = list(chain.from_iterable(batches))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
        patch.setattr(import_files, "CHUNK_CHARACTERS", characters)
        chunks = list(_chunks(batches))
    assert [record for chunk in chunks for record in chunk] == whole
    assert all(0 < len(chunk) <= chunk_rows for chunk in chunks)
    skipped = sum(found.skipped.values())
    assert len(whole) + skipped == sum(any(row) for row in rows)
