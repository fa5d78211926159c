"""A million fictional voters with the skew of Korean names, places and lists; seeded, so two runs are
alike."""

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

# Shares of the surnames in the census of 2015, rounded; the rest share what is left.
_SURNAMES = {
    "김": 215, "이": 147, "박": 84, "최": 47, "정": 43, "강": 24, "조": 21, "윤": 21, "장": 20, "임": 17,
    "한": 15, "오": 15, "서": 15, "신": 15, "권": 14, "황": 14, "안": 14, "송": 14, "류": 13, "전": 11,
    "홍": 11, "고": 10, "문": 10, "양": 9, "손": 9, "배": 8, "백": 8, "허": 7, "유": 6, "남": 6, "심": 5,
    "노": 5, "하": 5, "곽": 4, "성": 4, "차": 4, "주": 4, "우": 4, "구": 4, "민": 3, "나": 3, "진": 3,
    "지": 3, "엄": 3, "채": 3, "원": 2, "천": 2, "방": 2, "공": 2, "남궁": 1, "선우": 1, "제갈": 1,
}  # fmt: skip
# First and second syllables of given names, the frequent ones first; frequencies fall as 1/(rank + 8).
_FIRST = "민지영정현성재수상은미승경진동준서혜인태선주유용광윤기종하예병순창도명연희숙석시원나보옥찬가춘금길대홍규건우채남소다"  # noqa: E501
_SECOND = (
    "수희영호정숙준현미자진순우경연철은훈주아민원환석식지성선기규빈서윤인옥교태욱구범길동복남림섭란구열하린율"
)
_PLACES = {
    "서울특별시 동작구": "상도동 흑석동 사당동 대방동 신대방동 노량진동",
    "서울특별시 관악구": "봉천동 신림동 남현동",
    "서울특별시 중구": "명동 신당동 황학동 필동",
    "서울시 마포구": "망원동 합정동 성산동 공덕동 아현동",
    "서울 강서구": "화곡동 등촌동 가양동 방화동",
    "경기도 수원시 팔달구": "인계동 매교동 우만동 지동",
    "경기도 성남시 분당구": "정자동 서현동 야탑동 판교동",
    "경기 고양시 일산동구": "백석동 마두동 장항동",
    "경기도 양평군": "양평읍 용문면 서종면",
    "부산광역시 해운대구": "우동 중동 좌동 반여동",
    "부산 중구": "남포동 중앙동 보수동",
    "대구광역시 수성구": "범어동 만촌동 지산동",
    "세종특별자치시": "한솔동 도담동 조치원읍 연서면",
    "전라남도 여수시": "학동 여서동 돌산읍",
    "강원특별자치도 춘천시": "퇴계동 석사동 동내면",
    "제주특별자치도 제주시": "노형동 연동 애월읍",
}
_ROADS = [
    "월드컵로",
    "상도로",
    "관악로",
    "팔달로",
    "중앙로",
    "해운대로",
    "세종로",
    "시청로",
    "대학로",
    "문화로",
]
_DOMAINS = ["naver.com"] * 6 + ["gmail.com"] * 3 + ["hanmail.net", "daum.net", "kakao.com", "nate.com"]
_LATIN = [
    "min",
    "ji",
    "young",
    "jung",
    "hyun",
    "sung",
    "jae",
    "soo",
    "sang",
    "eun",
    "mi",
    "seung",
    "kyung",
    "jin",
    "dong",
    "jun",
    "seo",
    "hye",
    "in",
    "tae",
    "sun",
    "joo",
]
# How many of a thousand have the tag.
_TAGS = {"당원": 120, "자원봉사": 40, "문자수신동의": 300, "행사참석": 25, "후원": 8, "통장": 3, "언론": 1}


class Voter(NamedTuple):
    """One person as a list holds them; `email`, `kakao_id` and `tags` may be empty."""

    name: str
    phone: str
    email: str
    kakao_id: str
    address: str
    tags: tuple[str, ...]


BLOCK = 20_000


def electorate(count: int, start: int = 0, seed: int = 2026) -> Iterator[Voter]:
    """Voters with different phones, from a whole block on. The oldest tenth came with one list and has
    its tag."""
    for first in range(start - start % BLOCK, count, BLOCK):
        yield from _block(first, min(first + BLOCK, count), count, random.Random(seed * 1_000_003 + first))


def _block(start: int, stop: int, count: int, dice: random.Random) -> Iterator[Voter]:
    surname, first, second = _weighted(_SURNAMES), _falling(_FIRST), _falling(_SECOND)
    places = list(_PLACES.items())
    dongs = [(unit, names.split()) for unit, names in places]
    for i in range(start, stop):
        name = surname(dice.random()) + first(dice.random()) + second(dice.random())
        latin = _LATIN[dice.randrange(22)] + _LATIN[dice.randrange(22)] + str(dice.randrange(1000))
        unit, names = dongs[min(int(dice.random() ** 2 * len(dongs)), len(dongs) - 1)]
        street = f"{dice.choice(_ROADS)} {dice.randrange(1, 300)}" if dice.random() < 0.3 else str(i % 900)
        yield Voter(
            name=name,
            phone=_phone(i),
            email=f"{latin}.{i:x}@{dice.choice(_DOMAINS)}" if dice.random() < 0.35 else "",
            kakao_id=f"{latin}_{i % 89}{i:x}" if dice.random() < 0.05 else "",
            address=f"{unit} {dice.choice(names)} {street}" if dice.random() < 0.9 else "",
            tags=_tags(dice, i, count),
        )


def _phone(i: int) -> str:
    """Different for every i below 60 million, and scattered: neighbours in a list are no neighbours in
    number."""
    scattered = (i * 7_368_787 + 1_234_567) % 60_000_000
    return f"+8210{20_000_000 + scattered}"


def _tags(dice: random.Random, i: int, count: int) -> tuple[str, ...]:
    roll = dice.random() * 1000
    drawn = [tag for tag, share in _TAGS.items() if (roll * (share + 7)) % 1000 < share]
    if i < count // 10:
        drawn.append("2024 명부")
    return tuple(drawn)


def _weighted(shares: dict[str, int]) -> "Draw":
    return Draw(list(shares), list(accumulate(shares.values())))


def _falling(syllables: str) -> "Draw":
    return Draw(list(syllables), list(accumulate(1 / (rank + 8) for rank in range(len(syllables)))))


class Draw:
    """Picks a value by its share for a number from 0 to 1."""

    def __init__(self, values: list[str], sums: list[float]) -> None:
        self._values, self._sums = values, sums

    def __call__(self, roll: float) -> str:
        return self._values[bisect(self._sums, roll * self._sums[-1])]
