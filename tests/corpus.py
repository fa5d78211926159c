"""Voter lists as they come: fictional people, seeded, with the mess that real files have.

Every row says whose it is (`Row.person`), so that de-duplication can be scored.
"""

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HEADER = ["연번", "성명", "휴대폰 번호", "이메일", "주소", "구분", "비고"]
_SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지"
_GIVEN = (
    "민서지우서연하준도윤은우시우수아지호예준유나채원소율지안다은현우건우선우서준연우정우승우지훈준서유진민준영수영희"
    "철수순자정숙미경경숙영자영호상철성호정희명숙은정혜진동현지영"
)
_GIVEN_NAMES = [_GIVEN[i : i + 2] for i in range(0, len(_GIVEN), 2)]
_DISTRICTS = [
    "마포구 망원동",
    "마포구 서교동",
    "은평구 불광동",
    "서대문구 연희동",
    "중구 신당동",
    "노원구 상계동",
]
_DOMAINS = ["naver.com", "gmail.com", "hanmail.net", "daum.net", "kakao.com", "nate.com"]
_TYPOS = {"naver.com": "naver.con", "gmail.com": "gamil.com", "hanmail.net": "hanmail.ner"}
_BAD_PHONES = [
    "없음",
    "010-123-4567",
    "010-0123-4567",
    "일공공-1234-5678",
    "1.01E+10",
    "1588-1234",
    "0502-1234-5678",
    "모름요",
]


@dataclass(frozen=True)
class Person:
    """A fictional person."""

    number: int
    name: str
    phone: str
    email: str
    address: str
    kind: str


@dataclass(frozen=True)
class Row:
    """A line of a list; `person` is whose it is, None when it holds nothing usable."""

    cells: list[str]
    person: int | None


def people(count: int, seed: int = 1) -> list[Person]:
    """Distinct people: no two share a phone or an e-mail address."""
    rng = random.Random(seed)
    numbers = rng.sample(range(20_000_000, 100_000_000), count)
    return [_person(rng, i, number) for i, number in enumerate(numbers)]


def _person(rng: random.Random, number: int, subscriber: int) -> Person:
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN_NAMES)
    digits = f"{subscriber:08}"
    if len(set(digits)) == 1:
        digits = "23456789"
    email = f"user{number}.{rng.randrange(1000)}@{rng.choice(_DOMAINS)}" if rng.random() < 0.8 else ""
    address = f"서울특별시 {rng.choice(_DISTRICTS)} {rng.randrange(1, 500)}-{rng.randrange(1, 30)}"
    return Person(
        number, name, f"010-{digits[:4]}-{digits[4:]}", email, address, rng.choice(["당원", "지지자", "행사"])
    )


def voter_list(
    count: int, seed: int = 1, *, mess: float = 0.25, again: float = 0.05, bad: float = 0.02
) -> list[Row]:
    """`count` rows: a share `again` repeats an earlier person, a share `bad` has no usable contact point.

    `mess` is the chance that a cell is written in one of the ways that have to be repaired.
    """
    rng = random.Random(seed + 1)
    pool = iter(people(count, seed))
    known: list[Person] = []
    rows: list[Row] = []
    for number in range(1, count + 1):
        if rng.random() < bad:
            rows.append(Row(_bad_cells(rng, number, next(pool)), None))
            continue
        person = rng.choice(known) if known and rng.random() < again else next(pool)
        known.append(person)
        rows.append(Row(_cells(rng, number, person, mess), person.number))
    return rows


def _bad_cells(rng: random.Random, number: int, person: Person) -> list[str]:
    return [str(number), person.name, rng.choice(_BAD_PHONES), "", person.address, person.kind, ""]


def _cells(rng: random.Random, number: int, person: Person, mess: float) -> list[str]:
    def messy(value: str, ways: list[Callable[[str], str]]) -> str:
        return rng.choice(ways)(value) if value and rng.random() < mess else value

    return [
        str(number),
        messy(person.name, NAME_WAYS),
        messy(person.phone, PHONE_WAYS),
        messy(person.email, EMAIL_WAYS),
        person.address,
        person.kind,
        '="메모"' if rng.random() < 0.001 else "",
    ]


def _digits(phone: str) -> str:
    return phone.replace("-", "")


NAME_WAYS: list[Callable[[str], str]] = [
    lambda name: f"{name[0]} {name[1:]}",
    lambda name: f"{name}님",
    lambda name: f"{name} 위원장",
    lambda name: f"{name}(배우자)",
    lambda name: f" {name}2",
]
PHONE_WAYS: list[Callable[[str], str]] = [
    _digits,
    lambda phone: _digits(phone)[1:],  # the zero that a spreadsheet drops
    lambda phone: phone.replace("-", "."),
    lambda phone: phone.replace("-", " "),
    lambda phone: "+82-" + phone[1:],
    lambda phone: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else "－" for c in phone),
    lambda phone: f'="{_digits(phone)}"',
    lambda phone: _digits(phone)[1:] + ".0",
    lambda phone: "O" + phone[1:],
    lambda phone: f"{phone}(본인)",
    lambda phone: f"{phone} / 02{phone[3:]}",
]
EMAIL_WAYS: list[Callable[[str], str]] = [
    str.upper,
    lambda email: f" {email} ",
    lambda email: (
        email.partition("@")[0] + "@" + _TYPOS.get(email.partition("@")[2], email.partition("@")[2])
    ),
    lambda email: email.replace("@", "＠"),
]


def as_csv(
    rows: list[Row], encoding: str = "utf-8-sig", delimiter: str = ",", header: list[str] | None = None
) -> bytes:
    """The list as a file with Windows line ends."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header or HEADER)
    writer.writerows(row.cells for row in rows)
    return out.getvalue().encode(encoding)


def true_pairs(rows: list[Row]) -> Iterator[tuple[int, int]]:
    """Pairs of row indexes that are one person."""
    first: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.person is None:
            continue
        if row.person in first:
            yield first[row.person], index
        else:
            first[row.person] = index
