"""A small voter list as an office keeps it, by hand and by spreadsheet. All people are made up."""

import csv
import io
import secrets
from dataclasses import dataclass, field

HEADER = ["연번", "성명", "휴대폰 번호", "이메일", "주소", "구분"]
PEOPLE = ["홍길동", "김하늘", "이서연", "박지훈", "최민서", "조은별", "윤가온"]
_ENDINGS = ["6701", "7802", "8903", "9012", "9002", "1204", "2305"]
DUPLICATES = 2
REJECTED = 2


@dataclass(frozen=True)
class MessyList:
    """Everyone has new numbers in every run, because the simulator remembers the old ones.

    박지훈's number ends in 9012 (texts fail, Kakao arrives), 최민서's in 9002 (nothing arrives).
    """

    exchange: int = field(default_factory=lambda: 2000 + secrets.randbelow(7000))

    def digits(self, name: str) -> str:
        """01023456701"""
        number = PEOPLE.index(name)
        return f"010{self.exchange + number}{_ENDINGS[number]}"

    def phone(self, name: str, between: str = "-") -> str:
        """010-2345-6701"""
        digits = self.digits(name)
        return between.join((digits[:3], digits[3:7], digits[7:]))

    def rows(self) -> list[list[str]]:
        """Eleven lines: seven people, two of them twice, and two whose number is broken."""
        wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"} | {ord("-"): "－"}
        dong = "서울 동작구 상도동"
        return [
            ["1", "홍길동", self.phone("홍길동"), "gildong.hong@example.com", f"{dong} 1-1", "당원"],
            ["2", "홍길동님", self.digits("홍길동")[1:], "", "", "당원"],  # a spreadsheet ate the zero
            ["3", "김하늘", self.digits("김하늘")[1:], "SKY@EXAMPLE.COM", f"{dong} 2-1", "당원"],
            ["4", "이 서연", f"{self.phone('이서연')} / 02-345-6789", "", "서울 동작구 흑석동 3", "지지자"],
            ["5", "박지훈", self.phone("박지훈", "."), "", "", "지지자"],
            ["6", "최민서", self.phone("최민서", " "), "", "", "당원"],
            ["7", "정우진", "010-123-4567", "", "", "당원"],  # a digit is missing
            ["8", "강나래", "전화없음", "", "", "지지자"],
            ["9", "조은별", f"+82-{self.phone('조은별')[1:]}", "", "", "당원"],
            ["10", "윤가온", self.phone("윤가온").translate(wide), "", "", "당원"],
            ["11", "김하늘", self.phone("김하늘"), "sky@example.com", "", "당원"],
        ]

    def file(self) -> bytes:
        """In CP949 with Windows line ends."""
        return as_csv([HEADER, *self.rows()]).encode("cp949")


def as_csv(rows: list[list[str]]) -> str:
    """Rows as a spreadsheet writes them."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()
