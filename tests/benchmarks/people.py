"""Voters for benchmarks: seeded, fictional, as large as asked."""

import csv
import io
import random
from collections.abc import Iterator

SURNAMES = (
    "김" * 21
    + "이" * 15
    + "박" * 8
    + "최" * 5
    + "정" * 5
    + "강조윤장임한오서신권황안송류홍전고문손양배백허남심노하곽성차주우구민"
)
SYLLABLES = "가강건경광규기나다대도동라련로리림마만명미민배범병보복봉비빈사상서석선설성세소수숙순승시신아안애연영예옥완용우원유윤은을의인일임재정제조종주준중지진찬창채천철초춘치태택하한해향헌현혜호홍화환회효훈휘희"  # noqa: E501
DISTRICTS = (
    "서울특별시 동작구 상도동",
    "서울특별시 관악구 봉천동",
    "경기도 수원시 팔달구 인계동",
    "부산광역시 해운대구 우동",
)


COLUMNS = ("성명", "휴대폰번호", "이메일", "주소", "그룹")


def people(count: int, seed: int = 2026) -> Iterator[tuple[str, str, str, str, str]]:
    """(name, phone, e-mail, address, group); phones are all different."""
    choose = random.Random(seed)
    for i in range(count):
        name = choose.choice(SURNAMES) + choose.choice(SYLLABLES) + choose.choice(SYLLABLES)
        # Scattered, because numbers in a row look made up, and all different: the step has no factor in
        # common with the room. Endings from 9001 have fixed outcomes at the simulator; here all are reached.
        spot = i * 30_011_231 % 72_000_000
        phone = f"010-{2000 + spot // 9000:04d}-{spot % 9000:04d}"
        email = f"voter{seed}.{i}@example.com" if i % 3 == 0 else ""
        yield name, phone, email, f"{choose.choice(DISTRICTS)} {choose.randrange(1, 900)}", f"{i % 12 + 1}동"


def voter_file(count: int, seed: int = 2026) -> bytes:
    """A CSV as Korean Excel writes it: CP949, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(people(count, seed))
    return text.getvalue().encode("cp949")
