"""The circuit breaker of a carrier account: no more calls for a while after too many failed.

A failed call is one whose outcome is unknown or that the carrier refused for now. So many of them within a
minute open the breaker for 30 seconds; then one job may try. If it fails the breaker opens again for twice
as long, up to five minutes; the first success closes it.

The state is in Redis, shared by all processes, and decides only when to call, never whether somebody gets a
message: an empty Redis is a closed breaker, one that is gone holds up nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from shared.kernel.config import settings
from shared.kernel.ids import new_id
from shared.kernel.metrics import BREAKERS_OPEN

State = Literal["closed", "open", "probing"]

MOST_ERRORS: Final = 10
WINDOW_SECONDS: Final = 60
FIRST_SECONDS: Final = 30
LONGEST_SECONDS: Final = 300

# KEYS: errors (one entry per failed call, by its time), breaker (hash: until, times, probe), open accounts.
# Times are Redis's own, in milliseconds.
_CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""
_FAILED = (
    _CLOCK
    + """
local most, window, first, longest = tonumber(ARGV[1]), ARGV[2] * 1000, ARGV[3] * 1000, ARGV[4] * 1000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZADD', KEYS[1], now, ARGV[5])
redis.call('PEXPIRE', KEYS[1], window)
local known = redis.call('HMGET', KEYS[2], 'until', 'times')
local times = tonumber(known[2] or 0)
if known[1] and tonumber(known[1]) > now then return 0 end
if not known[1] and redis.call('ZCARD', KEYS[1]) < most then return 0 end
local ends = now + math.min(longest, first * 2 ^ times)
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'until', string.format('%d', ends), 'times', times + 1)
redis.call('PEXPIRE', KEYS[2], longest * 4)
redis.call('ZADD', KEYS[3], ends + longest, ARGV[6])
return 1
"""
)
_ADMITS = (
    _CLOCK
    + """
local known = redis.call('HMGET', KEYS[1], 'until', 'probe')
if not known[1] then return 1 end
if tonumber(known[1]) > now or (known[2] and tonumber(known[2]) > now) then return 0 end
redis.call('HSET', KEYS[1], 'probe', string.format('%d', now + ARGV[1] * 1000))
return 1
"""
)
_READ = (
    _CLOCK
    + """
local errors = redis.call('ZCOUNT', KEYS[1], now - ARGV[1] * 1000, '+inf')
local open = redis.call('HGET', KEYS[2], 'until')
if not open then return {errors, 'closed'} end
return {errors, tonumber(open) > now and 'open' or 'probing'}
"""
)
_OPEN = (
    _CLOCK
    + """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""
)
_OPEN_KEY = "hanpyo:breakers"


@dataclass(frozen=True)
class Health:
    """How an account does: `open` is called by nobody, `probing` by one job at a time."""

    state: State = "closed"
    errors_last_minute: int = 0


def failed(account_id: UUID, carrier: str) -> bool:
    """Count a failed call; True when it opened the breaker."""
    try:
        limits = MOST_ERRORS, WINDOW_SECONDS, FIRST_SECONDS, LONGEST_SECONDS
        keys = *_keys(account_id), _OPEN_KEY
        member = f"{carrier}:{account_id}"
        return bool(_redis().eval(_FAILED, 3, *keys, *limits, str(new_id()), member))
    except RedisError:
        return False


def succeeded(account_id: UUID, carrier: str) -> None:
    """A call was answered: the breaker closes. What failed within the minute is still counted."""
    try:
        if _redis().delete(_keys(account_id)[1]):
            _redis().zrem(_OPEN_KEY, f"{carrier}:{account_id}")
    except RedisError:
        return


def admits(account_id: UUID) -> bool:
    """Whether a job may be started; after an open breaker's time for one job, until that was tried.

    A probe whose worker died counts as under way until the send deadline.
    """
    try:
        seconds = settings().send_deadline_seconds
        return bool(_redis().eval(_ADMITS, 1, _keys(account_id)[1], seconds))
    except RedisError:
        return True


def untried(account_id: UUID) -> None:
    """The job that `admits` let through called nobody: let the next one probe."""
    try:
        _redis().hdel(_keys(account_id)[1], "probe")
    except RedisError:
        return


def health(account_id: UUID) -> Health:
    """How an account does now; all is well when Redis cannot be asked."""
    try:
        found: Any = _redis().eval(_READ, 2, *_keys(account_id), WINDOW_SECONDS)
    except RedisError:
        return Health()
    errors: Any = found[0]
    state: Any = found[1].decode() if isinstance(found[1], bytes) else found[1]
    return Health(state, int(errors))


def observe(carriers: Sequence[str]) -> None:
    """Write into the metrics how many accounts of each carrier have an open breaker."""
    try:
        found: Any = _redis().eval(_OPEN, 1, _OPEN_KEY)
    except RedisError:
        return
    names = [(one.decode() if isinstance(one, bytes) else one).partition(":")[0] for one in found]
    for carrier in carriers:
        BREAKERS_OPEN.labels(carrier).set(names.count(carrier))


def _keys(account_id: UUID) -> tuple[str, str]:
    return f"hanpyo:errors:{account_id}", f"hanpyo:breaker:{account_id}"


@lru_cache(maxsize=1)
def _redis() -> Redis:
    # Nobody who sends waits for a Redis that does not answer.
    return Redis.from_url(settings().redis_url, socket_timeout=2, socket_connect_timeout=2)
