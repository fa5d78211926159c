"""Web pages that are called .xls, and Excel's XML of 2003."""

import io

import pytest

from shared.contacts import html_tables
from shared.contacts.csv_reader import Record, UnreadableFile
from shared.contacts.html_tables import is_marked_up, table_records

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="euc-kr">
<style>td {mso-number-format:"\\@"; color: red}</style></head><body><h1>명부</h1><table border=1>
<tr><th rowspan=2>성명<th colspan=2>연락처<th rowspan=2>비고</tr>
<tr><th>휴대폰<th>이메일
<tr><td> 홍&nbsp;길동 <td>010-2345-6789<br>02-123-4567</td><td>hong@naver.com</td><td>A &amp; B</td></tr>
<tr></tr>
<tr><td rowspan="2">김철수</td><td>010-3456-7890</td></tr><tr><td>010-4567-8901</td></tr>
</table></body></html>"""
XML = """<?xml version="1.0"?><Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="명단"><Table>
<Row><Cell><Data ss:Type="String">성명</Data></Cell>
<Cell ss:Index="3"><Data>휴대폰</Data></Cell></Row>
<Row ss:Index="4">
<Cell ss:MergeAcross="1"><Data>홍길동</Data></Cell><Cell><Data>1023456789</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def read(page: str, encoding: str = "utf-8") -> list[Record]:
    return list(table_records(io.BytesIO(page.encode(encoding)), encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16"])
@pytest.mark.parametrize("block", [1, 7, 16_384])
def test_a_page_is_read_as_its_table_looks(
    encoding: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_tables, "BLOCK", block)
    assert read(PAGE, encoding) == [
        (1, ["성명", "연락처", "", "비고"]),
        (2, ["성명", "휴대폰", "이메일", "비고"]),
        (3, ["홍 길동", "010-2345-6789\n02-123-4567", "hong@naver.com", "A & B"]),
        (5, ["김철수", "010-3456-7890"]),
        (6, ["김철수", "010-4567-8901"]),
    ]


def test_excels_xml_of_2003_too() -> None:
    assert read(XML) == [(1, ["성명", "", "휴대폰"]), (4, ["홍길동", "", "1023456789"])]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (PAGE, True),
        (XML, True),
        ("\n <TABLE><TR><TD>1", True),
        ("<html><body>오류가 났습니다</body></html>", False),
        ("이름,휴대폰\n<tr>,010\n", False),
        ("", False),
    ],
)
def test_what_is_such_a_page(head: str, found: bool) -> None:
    assert is_marked_up(head) == found


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<table><tr>" + "<td>1" * 1_001, "too_many_columns"),
        ("<table><tr><td>" + "가" * 32_768, "cell_too_long"),
        ("<table><tr><td>1</td></tr><" + "a" * 1_100_000, "not_a_table"),
        ("<table><tr><td>1</td></tr><![<![", "not_a_table"),
        ("<table><tr><td colspan=99999999 rowspan=x>1</td></tr>", None),
    ],
)
def test_pages_made_to_harm(page: str, code: str | None) -> None:
    if code is None:
        assert read(page) == [(1, ["1"])]
        return
    with pytest.raises(UnreadableFile, match=code):
        read(page)


def test_a_page_that_changes_its_encoding_is_refused() -> None:
    page = PAGE.encode() + "<tr><td>김철수".encode("cp949")
    with pytest.raises(UnreadableFile, match="mixed_encoding"):
        list(table_records(io.BytesIO(page), "utf-8"))
