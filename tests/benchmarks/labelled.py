"""Messy lists whose people are known: every row says in truth whose it is. Seeded and fictional.

Households with shared addresses, surnames and sometimes phones; lists written by many hands. A person's rows
either still share a contact point once it is repaired (`exact`), or none, through one of the errors that
lists really have (`fuzzy`).
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.benchmarks.people import SURNAMES, SYLLABLES

ROADS = (
    "상도로",
    "양녕로",
    "성대로",
    "장승배기로",
    "만양로",
    "노량진로",
    "신대방길",
    "보라매로",
    "여의대방로",
    "사당로",
)
DISTRICTS = ("서울특별시 동작구", "서울특별시 관악구", "경기도 안양시 만안구", "인천광역시 미추홀구")
DOMAINS = ("example.com", "example.net", "example.org", "mail.example.com")
LATIN = ("min", "su", "ji", "hyun", "seo", "jun", "woo", "ha", "eun", "yong", "tae", "kyung", "sang", "dong")
HONORIFICS = ("님", " 씨", " 선생님", " 회장님", "(본인)", " 위원장", "2")


@dataclass(frozen=True)
class Voter:
    """One person as they are. `number`: who it is."""

    number: int
    name: str
    phone: str
    email: str
    kakao_id: str
    address: str
    birth: str


@dataclass(frozen=True)
class Row:
    """One line of a list, as it is written there, and whose it is."""

    voter: int
    name: str
    phone: str = ""
    email: str = ""
    kakao_id: str = ""
    address: str = ""
    birth: str = ""
    error: str = ""  # what keeps it apart from the person's first row; empty: nothing
    points: frozenset[str] = frozenset()  # phone, e-mail and Kakao id as they would be written properly


@dataclass
class Numbers:
    """Hands out phone numbers and mail names that nobody else has."""

    choose: random.Random
    taken: set[str] = field(default_factory=set)

    def phone(self) -> str:
        while True:
            number = f"010{self.choose.randrange(20_000_000, 99_990_000):08d}"
            if number not in self.taken:
                self.taken.add(number)
                return number

    def after(self, phone: str) -> str:
        """The next number, as couples buy them; any other when it is taken."""
        number = f"0{int(phone) + 1}"
        if number in self.taken:
            return self.phone()
        self.taken.add(number)
        return number

    def local(self) -> str:
        while True:
            local = "".join(self.choose.choices(LATIN, k=3)) + str(self.choose.randrange(50, 9999))
            if local not in self.taken:
                self.taken.add(local)
                return local


def voters(count: int, seed: int = 2026) -> list[Voter]:
    """People in households of one to five."""
    choose = random.Random(seed)
    numbers = Numbers(choose)
    found: list[Voter] = []
    while len(found) < count:
        found += _household(choose, numbers, len(found))
    return found[:count]


def _household(choose: random.Random, numbers: Numbers, first: int) -> list[Voter]:
    address = _address(choose)
    surname, generation = choose.choice(SURNAMES), choose.choice(SYLLABLES)
    size = choose.choices((1, 2, 3, 4, 5), (30, 28, 20, 18, 4))[0]
    parent_year = choose.randrange(1940, 1985)
    family: list[Voter] = []
    twins = ""
    for place in range(size):
        is_parent = place < 2
        own_surname = choose.choice(SURNAMES) if place == 1 else surname
        given = choose.choice(SYLLABLES) + choose.choice(SYLLABLES)
        if place >= 2 and choose.random() < 0.5:
            given = generation + choose.choice(SYLLABLES)
        birth = _birth(choose, parent_year if is_parent else parent_year + choose.randrange(25, 38))
        if place == 3 and choose.random() < 0.03:
            birth = twins
        twins = birth
        neighbours = place == 1 and choose.random() < 0.08
        phone = numbers.after(family[0].phone) if neighbours else numbers.phone()
        if place >= 2 and choose.random() < 0.15:
            phone = family[0].phone
        family.append(
            Voter(
                first + place,
                own_surname + given,
                phone,
                f"{numbers.local()}@{choose.choice(DOMAINS)}" if choose.random() < 0.5 else "",
                numbers.local() if choose.random() < 0.2 else "",
                address,
                birth,
            )
        )
    return family


def _birth(choose: random.Random, year: int) -> str:
    return f"{year:04d}-{choose.randrange(1, 13):02d}-{choose.randrange(1, 29):02d}"


def _address(choose: random.Random) -> str:
    place = f"{choose.choice(DISTRICTS)} {choose.choice(ROADS)} {choose.randrange(1, 400)}"
    if choose.random() < 0.6:
        place += f", {choose.randrange(101, 125)}동 {choose.randrange(1, 25)}{choose.randrange(1, 7):02d}호"
    return place


def lists(count: int, seed: int = 2026) -> list[list[Row]]:
    """Three lists of the same people: members, visitors of an event, friends on a mailing list."""
    choose = random.Random(seed + 1)
    people = voters(count, seed)
    numbers = Numbers(choose, {person.phone for person in people})
    made: list[list[Row]] = [[], [], []]
    for person in people:
        first = _first_row(choose, person)
        made[0].append(_written(choose, first))
        for other in made[1:]:
            if choose.random() < 0.35:
                other.append(_again(choose, numbers, person, first))
    for rows in made:
        choose.shuffle(rows)
    return made


def _first_row(choose: random.Random, person: Voter) -> Row:
    def maybe(value: str, share: float) -> str:
        return value if choose.random() < share else ""

    return Row(
        person.number,
        person.name,
        person.phone,
        person.email,
        person.kakao_id,
        maybe(person.address, 0.9),
        maybe(person.birth, 0.7),
    )


def _again(choose: random.Random, numbers: Numbers, person: Voter, first: Row) -> Row:
    """Another row of somebody: two of three share a point with the first, one has an error."""
    whole = Row(
        person.number, person.name, person.phone, person.email, person.kakao_id, person.address, person.birth
    )
    if choose.random() < 0.66:
        return _written(choose, replace(whole, address="", birth=""))
    possible = [error for error in ERRORS if all(getattr(first, needed) for needed in ERRORS[error].needs)]
    error = choose.choices(possible, [ERRORS[name].weight for name in possible])[0]
    return _written(choose, replace(ERRORS[error].change(choose, numbers, whole), error=error))


Change = Callable[[random.Random, Numbers, Row], Row]


def _no_points(row: Row) -> Row:
    return replace(row, phone="", email="", kakao_id="")


def _digit_off(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    place = choose.randrange(4, 11)
    digit = choose.choice([d for d in "0123456789" if d != row.phone[place]])
    wrong = row.phone[:place] + digit + row.phone[place + 1 :]
    numbers.taken.add(wrong)
    return replace(_no_points(row), phone=wrong, address="", birth="")


def _swapped(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    places = [i for i in range(4, 10) if row.phone[i] != row.phone[i + 1]]
    if not places:
        return _digit_off(choose, numbers, row)
    i = choose.choice(places)
    wrong = row.phone[:i] + row.phone[i + 1] + row.phone[i] + row.phone[i + 2 :]
    return replace(_no_points(row), phone=wrong, address="", birth="")


def _typo(choose: random.Random, name: str) -> str:
    """One letter of one syllable of the given name changed."""
    place = choose.randrange(1, len(name))
    code = ord(name[place]) - 0xAC00
    lead, vowel, tail = code // 588, code % 588 // 28, code % 28
    part = choose.randrange(3)
    if part == 0:
        lead = choose.choice([n for n in (0, 2, 3, 5, 6, 7, 9, 11, 12, 14) if n != lead])
    elif part == 1:
        vowel = choose.choice([n for n in (0, 1, 4, 5, 6, 8, 13, 18, 20) if n != vowel])
    else:
        tail = choose.choice([n for n in (0, 1, 4, 8, 16, 17, 21) if n != tail])
    return name[:place] + chr(0xAC00 + lead * 588 + vowel * 28 + tail) + name[place + 1 :]


def _name_typo_address(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    return replace(
        _no_points(row),
        name=_typo(choose, row.name),
        phone=_other(choose, numbers, 0.3),
        birth="",
        email=f"{numbers.local()}@example.com",
    )


def _name_typo_birth(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    return replace(_no_points(row), name=_typo(choose, row.name), phone=numbers.phone(), address="")


def _other(choose: random.Random, numbers: Numbers, share: float) -> str:
    return numbers.phone() if choose.random() < share else ""


def _new_phone_address(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    return replace(_no_points(row), phone=numbers.phone(), birth="")


def _new_phone_birth(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    return replace(_no_points(row), phone=numbers.phone(), address="")


def _mail_typo(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    local, _, domain = row.email.partition("@")
    place = choose.randrange(1, len(local) - 1)
    wrong = (
        local[:place]
        + choose.choice(["", local[place] * 2, local[place + 1] + local[place]])
        + local[place + 1 :]
    )
    if wrong == local:
        wrong = local[:place] + local[place + 1 :]
    return replace(_no_points(row), email=f"{wrong}@{domain}", address="", birth="")


def _two_errors(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    return replace(_digit_off(choose, numbers, row), name=_typo(choose, row.name), address=row.address)


def _moved(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    """Another phone and flat; the birth date has stayed."""
    return replace(_no_points(row), phone=numbers.phone(), address=_address(choose))


def _nothing_left(choose: random.Random, numbers: Numbers, row: Row) -> Row:
    """Name and another phone only: nobody can know."""
    return replace(_no_points(row), phone=numbers.phone(), address="", birth="")


class Error(NamedTuple):
    """A way in which a row comes apart from the person's first one. `needs`: what the first row must have for
    anybody to see that they are one."""

    change: Change
    weight: int
    needs: tuple[str, ...] = ()


ERRORS = {
    "digit_off": Error(_digit_off, 20),
    "swapped": Error(_swapped, 12),
    "name_typo_address": Error(_name_typo_address, 12, ("address",)),
    "name_typo_birth": Error(_name_typo_birth, 10, ("birth",)),
    "new_phone_address": Error(_new_phone_address, 16, ("address",)),
    "new_phone_birth": Error(_new_phone_birth, 12, ("birth",)),
    "mail_typo": Error(_mail_typo, 10, ("email",)),
    "two_errors": Error(_two_errors, 5, ("address",)),
    "moved": Error(_moved, 3, ("birth",)),
    "nothing_left": Error(_nothing_left, 1),
}


def _written(choose: random.Random, row: Row) -> Row:
    """The same facts as different hands write them."""
    return replace(
        row,
        points=frozenset(filter(None, (row.phone, row.email, row.kakao_id))),
        name=_written_name(choose, row.name),
        phone=_written_phone(choose, row.phone),
        email=_written_email(choose, row.email),
        kakao_id=("@" if row.kakao_id and choose.random() < 0.2 else "") + row.kakao_id,
        address=_written_address(choose, row.address),
        birth=_written_birth(choose, row.birth),
    )


def _written_name(choose: random.Random, name: str) -> str:
    if choose.random() < 0.08:
        return name + choose.choice(HONORIFICS)
    return " ".join((name[0], name[1:])) if choose.random() < 0.05 else name


def _written_phone(choose: random.Random, phone: str) -> str:
    if not phone:
        return ""
    a, b, c = phone[:3], phone[3:7], phone[7:]
    styles = (
        f"{a}-{b}-{c}",
        f"{a}-{b}-{c}",
        f"{a}-{b}-{c}",
        phone,
        f"{a}.{b}.{c}",
        f"{a} {b} {c}",
        phone[1:],
        f"{phone[1:]}.0",
        f"+82-10-{b}-{c}",
        f"({a}){b}-{c}",
        f"{a}-{b}-{c}(본인)",
        f'="{phone}"',
        "".join(chr(ord(d) + 0xFEE0) for d in phone),
        f"{a}-{b}-{c}".replace("0", "O", 1),
        f"{a}-{b}-{c} / 02-812-{c}",
    )
    return choose.choice(styles)


def _written_email(choose: random.Random, email: str) -> str:
    if email and choose.random() < 0.15:
        return choose.choice((email.upper(), f" {email}", email.replace("@", "＠"), f"mailto:{email}"))
    return email


def _written_address(choose: random.Random, address: str) -> str:
    if not address:
        return ""
    if choose.random() < 0.25:
        address = (
            address.replace("특별시", choose.choice(("시", "")))
            .replace("광역시", "")
            .replace("경기도", "경기")
        )
    if choose.random() < 0.2:
        address = address.replace("동 ", "-").replace("호", "")
    if choose.random() < 0.15:
        address = address.split(" ", 1)[1]
    return address + choose.choice(("", "", "", " (상도동)"))


def _written_birth(choose: random.Random, birth: str) -> str:
    if not birth:
        return ""
    year, month, day = birth.split("-")
    styles = (
        birth,
        birth,
        f"{year}{month}{day}",
        f"{year[2:]}{month}{day}",
        f"{year}.{int(month)}.{int(day)}",
        f"{year}년 {int(month)}월 {int(day)}일",
    )
    return choose.choice(styles)


HEADER = ("성명", "휴대폰번호", "이메일", "카카오톡ID", "주소", "생년월일")


def as_file(rows: list[Row]) -> bytes:
    """A list as a CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows((r.name, r.phone, r.email, r.kakao_id, r.address, r.birth) for r in rows)
    return text.getvalue().encode("utf-8-sig")
