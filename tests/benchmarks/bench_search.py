"""Search through the gateway at 1,000,000 contacts with 8 clients, mixed questions, one after the other."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from shared.security.tokens import read_access_token
from tests.benchmarks.electorate import BLOCK, Voter, electorate
from tests.benchmarks.fixture import Filled, fill, live_like_a_camp
from tests.benchmarks.hub import Hub, fresh_camp
from tests.benchmarks.plain_client import PlainClient
from tests.benchmarks.report import Report, percentile

CONTACTS = 1_000_000
CLIENTS = 8
SECONDS = 30
WARM_UP_SECONDS = 5
DEEP_PAGES = 40
BAR_95, BAR_99, BAR_COUNT = "≤ 30", "≤ 80", "≤ 150"

Shapes = dict[str, list[str]]
_SEGMENTS = {
    "당원, 탈당 아님": {"all": [{"tag": "당원"}, {"not": {"tag": "언론"}}]},
    "상도동 후원": {"all": [{"district": "서울 동작구 상도동"}, {"tag": "후원"}]},
}
COUNTS: dict[str, dict[str, Any]] = {
    "everybody": {"all": []},
    "rare tag": {"tag": "통장"},
    "common tag": {"tag": "문자수신동의"},
    "not a tag": {"not": {"tag": "당원"}},
    "not the tag of most": {"not": {"all": [{"reachable": "sms"}, {"tag": "문자수신동의"}]}},
    "rare and common": {"all": [{"tag": "언론"}, {"district": "서울"}]},
    "two common": {"all": [{"tag": "당원"}, {"tag": "문자수신동의"}]},
    "common and not common": {"all": [{"tag": "당원"}, {"not": {"tag": "자원봉사"}}, {"district": "중구"}]},
    "district": {"district": "경기도 수원시 팔달구"},
    "any of three": {"any": [{"tag": "후원"}, {"tag": "통장"}, {"tag": "언론"}]},
    "reachable by text": {"all": [{"tag": "당원"}, {"reachable": "sms"}]},
    "never contacted": {"not": {"contacted": {"from": "2020-01-01"}}},
    "tag and never contacted": {"all": [{"tag": "후원"}, {"not": {"contacted": {"from": "2020-01-01"}}}]},
    "absent tag": {"tag": "없는 태그"},
    "not reachable by text": {"not": {"reachable": "sms"}},
}
# Everybody has a number: all tokens are read to find nobody (docs/decisions/0009).
BEYOND = frozenset(["not reachable by text"])


def questions(contacts: int, filled: Filled, segment_ids: list[str]) -> Shapes:
    """Query strings by shape."""
    dice = random.Random(7)
    start = dice.randrange(max(contacts // BLOCK, 1)) * BLOCK
    sample = dice.sample(list(islice(electorate(contacts, start), BLOCK)), min(300, contacts))

    def typed(make: Callable[[Voter], str]) -> list[str]:
        return [urlencode({"q": made}) for made in map(make, sample) if made]

    return {
        "as you type": [urlencode({"q": v.name[:n]}) for v in sample[:100] for n in (1, 2, 3)],
        "surname only": typed(lambda v: v.name[0]),
        "given name": typed(lambda v: v.name[1:]),
        "full name": typed(lambda v: v.name),
        "one syllable of a given name": typed(lambda v: v.name[-1]),
        "initials": [urlencode({"q": q}) for q in ("ㅎㄱㄷ", "ㄱㅁㅅ", "ㅇㅈㅎ", "ㅂㅅㅇ", "ㄱㅁ", "ㄱ")],
        "last four digits": typed(lambda v: v.phone[-4:]),
        "whole phone": typed(lambda v: f"010{v.phone[5:]}"),
        "e-mail": typed(lambda v: v.email),
        "part of an e-mail": typed(lambda v: v.email[:7]),
        "Kakao id": typed(lambda v: v.kakao_id),
        "name and four digits": typed(lambda v: f"{v.name} {v.phone[-4:]}"),
        "tag and surname": typed(lambda v: v.name[0] + " #후원"),
        "common tag and name": [urlencode({"tag": "당원", "q": v.name[1:]}) for v in sample],
        "rare tag": [urlencode({"tag": tag}) for tag in ("언론", "통장")],
        "tag of an old list": [urlencode({"tag": "2024 명부"})],
        "two common tags": [urlencode([("tag", "당원"), ("tag", "문자수신동의")])],
        "segment": [f"segment_id={one}" for one in segment_ids],
        "segment and name": [urlencode({"segment_id": segment_ids[0], "q": v.name[1:]}) for v in sample],
        "import": [f"import_id={one}" for one in filled.import_ids],
        "import and rare outcome": [f"import_id={filled.import_ids[-1]}&outcome=merged"],
        "absent": [
            urlencode({"q": q}) for q in ("뷁쉙", "99990000", "nobody@example.org", "01099999999", "김뷁")
        ],
        "no question": [""],
    }


def ask(task: tuple[str, int, Shapes, float, float]) -> list[tuple[str, float]]:
    """One client: one question after the other until the time is over. (shape, milliseconds)"""
    token, number, shapes, from_, until = task
    client, dice, taken = PlainClient(token), random.Random(number), []
    names = list(shapes)
    while (now := time.time()) < until:
        shape = dice.choice(names)
        milliseconds = client.time_get(f"/contacts?{dice.choice(shapes[shape])}")
        if now >= from_:
            taken.append((shape, milliseconds))
    return taken


def walk_deep(hub: Hub, report: Report) -> None:
    """Next pages of one common question, one by one."""
    taken, cursor = [], ""
    for _ in range(DEEP_PAGES):
        started = time.perf_counter()
        envelope = hub.answer("GET", f"/contacts?{urlencode({'q': '김', 'limit': 100})}{cursor}")
        taken.append((time.perf_counter() - started) * 1000)
        cursor = f"&cursor={envelope['meta']['next_cursor']}"
    add(report, f"alone: {DEEP_PAGES} pages of 100, one after the other", taken)


def counts_of(campaign_id: UUID) -> dict[str, dict[str, Any]]:
    """What is counted once every second contact was sent a campaign, and thousands are merged."""
    never = {"not": {"contacted": {"from": "2020-01-01"}}}
    return {
        "half never contacted": never,
        "tag and half never contacted": {"all": [{"tag": "후원"}, never]},
        "half contacted": {"contacted": {"from": "2020-01-01"}},
        "half not delivered": {"not": {"delivered": str(campaign_id)}},
        "half delivered": {"delivered": str(campaign_id)},
        "clicked": {"clicked": str(campaign_id)},
        "clicked or a rare tag": {"any": [{"clicked": str(campaign_id)}, {"tag": "언론"}]},
        "half delivered, not clicked": {
            "all": [{"delivered": str(campaign_id)}, {"not": {"clicked": str(campaign_id)}}]
        },
        "replied": {"replied": str(campaign_id)},
        "not replied": {"not": {"replied": str(campaign_id)}},
    }


def count_segments(hub: Hub, report: Report, counts: dict[str, dict[str, Any]]) -> None:
    """Each count alone, as the segment builder asks for it."""
    for name, node in counts.items():
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            answer = hub.call("POST", "/segments/preview", {"filter": node})
            taken.append((time.perf_counter() - started) * 1000)
        count = answer["count"]
        shown = f"{count['value']:,}{'+' if count['relation'] == 'gte' else ''}"
        bar = "" if name in BEYOND else BAR_COUNT
        report.add(f"segment preview, {name} ({shown}): slowest of 5", max(taken), "ms", bar)


def add(report: Report, name: str, milliseconds: list[float], bars: tuple[str, str] = ("", "")) -> None:
    report.add(f"{name}: p50", percentile(milliseconds, 0.50), "ms")
    report.add(f"{name}: p95", percentile(milliseconds, 0.95), "ms", bars[0])
    report.add(f"{name}: p99", percentile(milliseconds, 0.99), "ms", bars[1])


def measure(hub: Hub, filled: Filled, contacts: int, report: Report) -> None:
    """8 clients at once, then what is measured alone."""
    segment_ids = [
        hub.call("POST", "/segments", {"name": name, "filter": node})["id"]
        for name, node in _SEGMENTS.items()
    ]
    shapes = questions(contacts, filled, segment_ids)
    from_ = time.time() + WARM_UP_SECONDS
    tasks = [(hub.token, number, shapes, from_, from_ + SECONDS) for number in range(CLIENTS)]
    with ProcessPoolExecutor(CLIENTS) as pool:
        taken = [entry for of_client in pool.map(ask, tasks) for entry in of_client]
    by_shape: dict[str, list[float]] = defaultdict(list)
    for shape, milliseconds in taken:
        by_shape[shape].append(milliseconds)
    add(report, f"{contacts:,} contacts, {CLIENTS} clients", [ms for _, ms in taken], (BAR_95, BAR_99))
    report.add("searches per second", len(taken) / SECONDS, "1/s")
    for shape, of_shape in by_shape.items():
        add(report, shape, of_shape)
    walk_deep(hub, report)
    count_segments(hub, report, COUNTS)


def run(contacts: int = CONTACTS) -> None:
    report = Report("search")
    hub = fresh_camp()
    tenant_id = read_access_token(hub.token).tenant_id
    filled = fill(tenant_id, contacts)
    report.add(f"{contacts:,} contacts filled in by COPY", filled.seconds, "s")
    # The gateway has closed the connection that was idle meanwhile.
    measure(hub.another(), filled, contacts, report)
    campaign_id = live_like_a_camp(tenant_id)
    count_segments(hub.another(), report, counts_of(campaign_id))
    report.finish()
