"""Awkward people, and a plain look through all of them: what searches are held against."""

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.contacts.names import choseong
from tests.factories import Camp

SURNAMES: list[str] = [*"김이박최정강조윤장임한오서신권황안송류전홍", "남궁", "선우", "독고", "황보", "제갈"]
SYLLABLES = "민수지영은아우연이유인길동철순희경규구기나라미문보석"
ODD_NAMES: list[str] = [
    *("Kim Minsu", "John O'Neil", "Li Wei", "홍길동 Hong", "李吉童", "洪吉", "뷁설믜", "José García"),
    *("남궁 민수", unicodedata.normalize("NFD", "김나비")),
]
TAGS = ["당원", "당 원", "VIP", "vip", "Vip ", unicodedata.normalize("NFD", "후원"), "봉사-1", "봉사_1"]
PLACES = [
    *("서울특별시 중구 명동 1", "부산 중구 중앙동4가 3", "대구광역시 중구 동인동 5", "인천 중구"),
    *("경기도 광주시 송정동 2", "광주광역시 동구 동명로 7", "경기 수원시 팔달구 인계동 7"),
    *("세종시 한솔동", "서울 동작구 상도동 1-2", ""),
]
LOCALS = ["hong.gd", "gd+vote", "kim_ms", "a.b.c", "minsu1990", "min-su", "x"]
DOMAINS = ["naver.com", "corp.co", "corp.co.kr", "gmail.com"]


@dataclass
class Person:
    """A contact as its page shows it."""

    id: str
    names: list[str]
    own_phones: list[str]
    phones: list[str]
    emails: list[str]
    kakao_ids: list[str]
    tags: list[str]
    address: str


@dataclass
class World:
    camp: Camp
    people: list[Person]
    imports: list[str]

    def ids(self, holds: Callable[[Person], bool]) -> set[str]:
        return {person.id for person in self.people if holds(person)}


def a_name(dice: random.Random) -> str:
    if dice.random() < 0.1:
        return dice.choice(ODD_NAMES)
    given = "".join(dice.choice(SYLLABLES) for _ in range(dice.choice([1, 2, 2, 2, 2, 3])))
    return dice.choice(SURNAMES) + given


def a_person(dice: random.Random, number: int) -> dict[str, Any]:
    phones = [
        f"010-{dice.randrange(2000, 9999)}-{dice.randrange(10_000):04d}"
        for _ in range(dice.choice([0, 1, 1, 1, 2, 3]))
    ]
    if dice.random() < 0.1:
        phones.append(
            dice.choice(["02-", "031-", "070-"]) + f"{dice.randrange(200, 999)}-{dice.randrange(10_000):04d}"
        )
    return {
        "name": a_name(dice),
        "phones": phones,
        "emails": [f"{dice.choice(LOCALS)}{number}@{dice.choice(DOMAINS)}"] if dice.random() < 0.4 else [],
        "kakao_ids": [f"{dice.choice(['gil', 'min_', 'dong.'])}{number}"] if dice.random() < 0.3 else [],
        "tags": dice.sample(TAGS, dice.choice([0, 1, 2])),
        "address": dice.choice(PLACES),
    }


def as_csv(people: list[dict[str, Any]]) -> str:
    lines = ["성명,휴대폰,이메일,카카오톡ID,태그,주소"]
    for one in people:
        cells = [
            one["name"],
            " / ".join(one["phones"]),
            one["emails"],
            one["kakao_ids"],
            ";".join(one["tags"]),
            one["address"],
        ]
        lines.append(",".join(f'"{"".join(cell)}"' for cell in cells))
    return "\n".join(lines)


def everybody(camp: Camp) -> list[Person]:
    return [_shown(camp.api.get(f"/contacts/{one['id']}").json["data"]) for one in pages(camp, {})]


def _shown(contact: dict[str, Any]) -> Person:
    names = [name for name in (contact["name"], *contact["aliases"]) if name]
    phones = contact["phones"] + [phone["number"] for phone in contact["shared_phones"]]
    return Person(
        contact["id"],
        names,
        contact["phones"],
        phones,
        contact["emails"],
        contact["kakao_ids"],
        contact["tags"],
        contact["address"] or "",
    )


def pages(camp: Camp, params: dict[str, Any], limit: int = 100) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        asked = {**params, "limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = camp.api.get("/contacts", params=asked)
        assert answer.status_code == 200, answer.text
        yield from answer.json["data"]
        cursor = answer.json["meta"]["next_cursor"]
        if cursor is None:
            return


def is_named(part: str) -> Callable[[Person], bool]:
    """Whose name has a part in it; a consonant stands for every syllable that begins with it."""

    def begins(name: str) -> bool:
        return len(name) >= len(part) and all(
            wanted in (letter, choseong(letter)) for wanted, letter in zip(part, name, strict=False)
        )

    def holds(person: Person) -> bool:
        names = ["".join(name.split()).lower() for name in person.names]
        return any(begins(name[start:]) for name in names for start in range(len(name)))

    return holds
