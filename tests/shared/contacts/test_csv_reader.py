"""Encodings, delimiters, headers, and files that are none of it."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts import record_reader
from shared.contacts.csv_reader import (
    WORKBOOK,
    EncodingProbe,
    UnreadableFile,
    check_is_table,
    find_header,
    guess_delimiter,
    sample_of,
    unique_headers,
)
from shared.contacts.record_reader import RecordReader
from shared.kernel.i18n import has_text

MANY_COLUMNS = ",".join(f"열{number}" for number in range(10_000)) + "\r\n"
TABLE = "이름,휴대폰\r\n홍길동,010-2345-6789\r\n똠방각하,010-3456-7890\r\n"


def encoding_of(data: bytes, piece: int = 7) -> str:
    probe = EncodingProbe()
    for start in range(0, len(data), piece):
        probe.feed(data[start : start + piece])
    return probe.encoding()


def read(text: str | bytes, delimiter: str = ",", encoding: str = "utf-8") -> list[tuple[int, list[str]]]:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return list(RecordReader(io.BytesIO(data), encoding, delimiter))


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp949", "cp949"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_and_what_they_say(codec: str, found: str) -> None:
    text = TABLE * 20
    data = text.encode(codec)
    assert encoding_of(data) == found
    rows = list(RecordReader(io.BytesIO(data), found, ","))
    assert rows[2] == (3, ["똠방각하", "010-3456-7890"])


def test_the_encoding_is_told_from_the_last_byte_too() -> None:
    data = b"name,phone\n" * 20_000 + "홍길동,010".encode("cp949")
    assert encoding_of(data, 4096) == "cp949"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty_file"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"a,b\n1,\x00\x00\n", "binary_file"),
        (bytes(range(256)) * 8, "binary_file"),
        (b"\xff\xfe\xff" * 3 + b"abc", None),
        ("이름,번호\n".encode() + b"\xff\xff\xff\n", "unknown_encoding"),
    ],
)
def test_files_that_are_no_text(data: bytes, code: str | None) -> None:
    if code is None:
        encoding_of(data)
        return
    with pytest.raises(UnreadableFile) as caught:
        encoding_of(data)
    assert caught.value.code == code
    assert has_text(f"import.{code}")


@pytest.mark.parametrize("codec", ["utf-8", "cp949"])
def test_a_control_character_that_was_pasted_along_spoils_no_file(codec: str) -> None:
    """As word processors and card readers leave them; zeros alone are no text."""
    data = "이름,번호\n홍길동\x02,010-2345-6789\x1f\n".encode(codec)
    assert encoding_of(data) == codec


@pytest.mark.parametrize(("first", "second"), [("utf-8", "cp949"), ("cp949", "utf-8")])
@pytest.mark.parametrize("piece", [7, 4096, 1_000_000])
def test_a_file_that_changes_its_encoding_is_refused_with_the_row(
    first: str, second: str, piece: int
) -> None:
    data = (TABLE * 100).encode(first) + (TABLE * 5).encode(second)
    with pytest.raises(UnreadableFile) as caught:
        encoding_of(data, piece)
    # CP949 reads some UTF-8 before it stumbles: the row is the change or a little after it.
    assert caught.value.code == "mixed_encoding"
    assert 301 <= int(str(caught.value.parameters["row"])) <= 303


def test_a_file_cut_off_in_the_middle_of_a_letter_is_refused() -> None:
    data = (TABLE * 100).encode() + "홍".encode()[:2]
    with pytest.raises(UnreadableFile, match="mixed_encoding"):
        encoding_of(data)


korean = st.text('홍길동똠방각하abc,"1\r\n ', min_size=1, max_size=60)


@given(korean, st.sampled_from(["utf-8", "cp949", "utf-8-sig"]), st.integers(1, 20))
def test_the_encoding_found_reads_the_text_back_whatever_the_pieces(
    text: str, codec: str, piece: int
) -> None:
    """Strict to the last byte: what is read is what was written."""
    data = ("이름,전화\n" * 3 + text).encode(codec)
    assert data.decode(encoding_of(data, piece)).removeprefix("\ufeff") == "이름,전화\n" * 3 + text


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str) -> None:
    assert guess_delimiter(TABLE.replace(",", delimiter)) == delimiter


@pytest.mark.parametrize("data", [b"PK\x03\x04xxxx", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_workbooks_are_told_by_their_first_bytes(data: bytes) -> None:
    assert encoding_of(data + bytes(5000), 3) == WORKBOOK


def test_a_delimiter_inside_quotes_does_not_count() -> None:
    assert guess_delimiter('이름;주소\n홍길동;"서울, 마포, 1"\n김철수;"서울, 중구, 2"\n') == ";"


def test_records_keep_the_row_number_a_spreadsheet_shows() -> None:
    rows = read('a,b\r\n\r\n"줄\n바꿈",2\r,,\rx,"큰 ""따옴표"""')
    assert rows == [(1, ["a", "b"]), (3, ["줄\n바꿈", "2"]), (5, ["x", '큰 "따옴표"'])]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ('a,b\n1,2\n"3,4\n5,6\n', "broken_quotes", 3),
        ('a,b\n"1,2\n3,4\n5,"6\n7,8\n', "broken_quotes", 2),
        ('a,b\n1,2\n"3,4\n5,"6"\n', "broken_quotes", 3),
        # Whether the mark is not closed or the cell is so long nobody knows in the middle of the file …
        ('a,b\n"' + "x\n" * 200 + '",2\n', "row_too_many_lines", 2),
        ('a,b\n"' + "x\n" * 40_000, "row_too_many_lines", 2),
        ('a,b\n1,"' + "가, 나다\n라\n마, 바, 사\n" * 2_500_000 + '"\n', "row_too_many_lines", 2),
        (",".join(f'"열\n{n}"' for n in range(16_384)) + "\n", "row_too_many_lines", 1),
        # … unless it has swallowed rows.
        ('a,b,c\n"홍길동,1,2\n' + "김하늘,1,2\n" * 200, "broken_quotes", 2),
        ('a,b,c\n"홍길동,1,2\n' + f"{'김' * 900},1,2\n" * 90, "broken_quotes", 2),
        ("a,b\n" + "x" * 40_000 + ",1\n", "cell_too_long", 2),
        ('a,b\n1,"' + "가" * 40_000 + '"\n', "cell_too_long", 2),
        ("a,b\n1," + "가" * 10_000_000 + "\n", "cell_too_long", 2),
        ('a,b\n1,"' + "가" * 10_000_000 + '"\n', "cell_too_long", 2),
        ('a,b\n1,2\n3,"x\n' + "가" * 10_000_000 + '"\n', "cell_too_long", 3),
        ("a" + ",b" * 1_000 + "\n", "too_many_columns", 1),
        (",".join(f"{'열' * 70}{n}" for n in range(16_384)) + "\n", "too_many_columns", 1),
        ("a,b\n" + "1," * 600_000 + "\n", "too_many_columns", 2),
        ("a,b\n" + ("1" * 30_000 + ",") * 40 + "\n", "row_too_long", 2),
    ],
)
def test_records_without_end_are_told_with_their_row(text: str, code: str, row: int) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(text)
    assert (caught.value.code, caught.value.parameters["row"]) == (code, row)
    assert has_text(f"import.{code}")


class Endless(io.RawIOBase):
    """A file without a line feed and without an end."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        buffer[:] = b"x" * len(buffer)
        self.taken += len(buffer)
        return len(buffer)


def test_an_endless_line_is_not_read_to_its_end() -> None:
    endless = Endless()
    with pytest.raises(UnreadableFile, match="row_too_long"):
        list(RecordReader(io.BufferedReader(endless), "utf-8", ","))
    assert endless.taken < 3_000_000


def test_the_header_is_found_below_notes() -> None:
    sample = read("2026년 행사 명부,,\n작성: 홍보팀,,\n\n연번,성명,연락처\n1,홍길동,010-2345-6789\n")
    assert find_header(sample) == (4, ["연번", "성명", "연락처"])


def test_a_list_without_header_gets_one() -> None:
    assert find_header(read("홍길동,010-2345-6789\n김철수,010-3456-7890\n")) == (None, ["열 1", "열 2"])


def test_headers_are_made_distinct() -> None:
    assert unique_headers(["연락처", "연락처", "", "연락처"]) == [
        "연락처",
        "연락처 (2)",
        "열 3",
        "연락처 (3)",
    ]


@pytest.mark.parametrize(
    "text",
    ["<html><body>안녕</body></html>", '{"a": [1, 2]}', '[{"a": 1}]', "그냥 적은 글입니다.\n둘째 줄.\n"],
)
def test_text_that_is_no_table(text: str) -> None:
    with pytest.raises(UnreadableFile, match="not_a_table"):
        check_is_table(text, sample_of(iter(read(text, guess_delimiter(text)))))


def test_a_single_column_of_phones_is_a_table() -> None:
    check_is_table("휴대폰\n", read("휴대폰\n010-2345-6789\n"))


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_spreadsheet_writes_is_read_back(table: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    assert [cells for _, cells in read(out.getvalue())] == [row for row in table if any(row)]


@given(
    st.lists(st.sampled_from(["가", "나,", '"', "\r\n", "\n", "\r", ",", "12", '"",""', "-"]), max_size=40),
    st.integers(1, 12),
)
def test_where_blocks_end_changes_nothing(pieces: list[str], size: int) -> None:
    def outcome(block: int) -> object:
        with patch.object(record_reader, "BLOCK", block):
            try:
                return read("".join(pieces))
            except UnreadableFile as problem:
                return problem.code, problem.parameters

    assert outcome(size) == outcome(10_000)


def test_lines_with_and_without_quotation_marks_take_turns() -> None:
    text = "a,b\r\n" * 3 + '"c\nd",e\n' + "f,g\n" * 3000 + '"h",i\n' + ",\n\n" + "j,k"
    rows = [*[["a", "b"]] * 3, ["c\nd", "e"], *[["f", "g"]] * 3000, ["h", "i"], ["j", "k"]]
    with patch.object(record_reader, "BLOCK", 64):
        found = read(text)
    assert [cells for _, cells in found] == rows
    assert [number for number, _ in found] == [*range(1, 3006), 3008]


def lines(total: int) -> Iterator[bytes]:
    yield "이름,휴대폰\n".encode()
    for number in range(total):
        yield f"홍길동,010-2345-{number % 10_000:04}\n".encode()


def test_a_long_file_is_read_in_constant_memory() -> None:
    data = io.BytesIO(b"".join(lines(200_000)))
    tracemalloc.start()
    count = sum(1 for _ in RecordReader(data, "utf-8", ","))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200_001
    assert peak < 1_000_000


def test_the_delimiter_of_very_wide_rows_is_found_by_a_process_that_has_read_before() -> None:
    """A reader lowers the process's limit on cells, and under a wrong delimiter the row is one cell."""
    list(RecordReader(io.BytesIO(TABLE.encode()), "utf-8", ","))
    assert guess_delimiter(MANY_COLUMNS * 3) == ","
