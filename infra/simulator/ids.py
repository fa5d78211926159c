"""Identifiers and timestamps in the shapes SOLAPI documents."""

import functools
import random
import time
from datetime import UTC, datetime


def now_ms() -> int:
    """The present in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def new_id(prefix: str, at_ms: int) -> str:
    """`G4V` or `M4V`, yyyyMMddHHmmss (UTC) and 15 letters or digits: 32 characters."""
    return f"{prefix}{_stamp(at_ms // 1000)}{_random_tail()}"


def _random_tail() -> str:
    return f"{random.getrandbits(60):015X}"


@functools.lru_cache(16)
def _stamp(at_seconds: int) -> str:
    return datetime.fromtimestamp(at_seconds, UTC).strftime("%Y%m%d%H%M%S")


@functools.lru_cache(1024)
def account_number(api_key: str) -> str:
    """A stable 8-digit account id for an API key."""
    return str(10_000_000 + random.Random(api_key).randrange(90_000_000))  # noqa: S311


@functools.lru_cache(1024)
def iso(at_ms: int | None) -> str | None:
    """`2021-11-16T05:09:50.838Z`, or None."""
    if at_ms is None:
        return None
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> int | None:
    """Milliseconds of an ISO 8601 time; without an offset it is UTC. None when it is no time."""
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
