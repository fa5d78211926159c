"""A workbook as an office keeps it: notes above the table, a total below it, sheets beside it.

All people are made up.
"""

import io

import openpyxl

from tests.e2e.lists import MessyList

SHEET = "상도동"
OTHER_SHEET = "흑석동"
HIDDEN_SHEET = "작업용"
HEADER = ["성명", "휴대폰", "이메일", "주소", "지지성향", "주민등록번호"]
CREATED = ["홍길동", "김하늘", "이서연", "박지훈"]
DUPLICATES = 1
REJECTED = 1
REPAIRED_PHONE = "김하늘"


def workbook(people: MessyList) -> bytes:
    """Six rows on the sheet that is meant: four people, one of them twice, and one whose number is broken."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(SHEET)
    for row in _rows(people):
        sheet.append(row)
    other = book.create_sheet(OTHER_SHEET)
    other.append(HEADER[:2])
    other.append(["윤가온", people.phone("윤가온")])
    book.create_sheet(HIDDEN_SHEET).sheet_state = "hidden"
    book[HIDDEN_SHEET].append(["지우지 마세요"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(people: MessyList) -> list[list[object]]:
    dong = "서울 동작구 상도동"
    rows: list[list[object]] = [
        ["2026년 주민 모임 명단 (내부용)"],
        [*HEADER],
        [
            "홍길동",
            people.phone("홍길동"),
            "gildong.hong@example.com",
            f"{dong} 1-1",
            "적극",
            "900101-1234568",
        ],
        ["김하늘", int(people.digits("김하늘")), "", f"{dong} 2-1", "보통", "910202-2345674"],
        ["이 서연", people.phone("이서연"), "", "서울 동작구 흑석동 3", "", "920303-2345671"],
        ["박지훈", people.phone("박지훈", "."), "", "", "모름", ""],
        ["홍길동 님", people.phone("홍길동", " "), "", "", "", ""],
        ["정우진", "010-123-4567", "", "", "", ""],  # a digit is missing
        ["합계", 6, "", "", "", ""],
    ]
    return rows
