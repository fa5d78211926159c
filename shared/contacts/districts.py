"""Where a camp's contacts live: contacts per 시도, 시군구 and 읍면동, counted from the sealed addresses.

The counts are made by an actor when contacts have come, gone or moved since, because addresses must be
opened for it: 6 s of one core for a million. In between they are as old as they say.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contacts import store_districts as store
from shared.contacts.addresses import District, district_of
from shared.kernel.database import Connection, tenant_transaction
from shared.security.cipher import tenant_cipher

_LEVELS: tuple[Literal["sido", "sigungu", "eupmyeondong"], ...] = ("sido", "sigungu", "eupmyeondong")


class DistrictCount(BaseModel):
    """A district below its parent, and how many live contacts have it in their address."""

    name: str
    level: Literal["sido", "sigungu", "eupmyeondong"]
    count: int


def below(connection: Connection, parent: str) -> list[DistrictCount]:
    """The districts right below a parent ("" for the 시도, "서울", "경기 수원시 팔달구"), larger units first
    and of those the ones with most contacts.

    A count is how many the filter finds by the same words: 상도동 is also everybody in 서울 동작구 상도동.
    """
    rows = [(_parts(row), row) for row in store.counts(connection)]
    found = {level for parts, row in rows if (level := _next_level(parts, row, parent.strip()))}
    with_word: defaultdict[str, list[tuple[set[str], int]]] = defaultdict(list)
    for parts, row in rows:
        words = set(" ".join(parts).split())
        for word in words:
            with_word[word].append((words, row["count"]))
    counts = [
        DistrictCount(name=name, level=_LEVELS[level], count=_matching(with_word, f"{parent} {name}"))
        for level, name in found
    ]
    return sorted(counts, key=lambda one: (_LEVELS.index(one.level), -one.count, one.name))


def _parts(row: store.Row) -> list[str]:
    return [row[level] for level in _LEVELS if row[level]]


def _next_level(parts: list[str], row: store.Row, parent: str) -> tuple[int, str] | None:
    """The level and name right below the parent; Sejong's 읍면동 come right below it."""
    depth = next((i for i in range(len(parts)) if " ".join(parts[:i]) == parent), None)
    if depth is None:
        return None
    return next(i for i in range(depth, 3) if row[_LEVELS[i]] == parts[depth]), parts[depth]


def _matching(with_word: Mapping[str, list[tuple[set[str], int]]], path: str) -> int:
    """How many contacts have all words of a path."""
    wanted = path.split()
    return sum(count for words, count in with_word[wanted[-1]] if words.issuperset(wanted))


def is_stale(connection: Connection) -> bool:
    """Whether contacts were added, changed or deleted since the last count; then somebody should count.

    Edits alone have a camp counted at most a tenth of the time: a large one, which takes seconds, waits a
    minute or so.
    """
    return store.is_stale(connection, rest=9)


def count(tenant_id: UUID) -> bool:
    """Counts anew, once at a time. False when it is fresh or somebody else is counting."""
    with tenant_transaction(tenant_id) as connection:
        if not store.is_stale(connection, rest=0) or not store.begin(connection):
            return False
    found: Counter[District] = Counter()
    before = store.NEWEST
    while True:
        with tenant_transaction(tenant_id) as connection:
            cipher = tenant_cipher(connection, tenant_id)
            rows = store.addresses(connection, before)
        found.update(
            district_of(cipher.open("address", row["address_sealed"]))
            for row in rows
            if row["address_sealed"]
        )
        if len(rows) < store.PIECE:
            break
        before = rows[-1]["id"]
    with tenant_transaction(tenant_id) as connection:
        store.replace(
            connection, [(*district, number) for district, number in found.items() if any(district)]
        )
    return True
