"""Rate limits in Redis, shared by all processes."""

import hashlib
import math
import time
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis import Redis

from shared.kernel.config import settings
from shared.kernel.errors import RateLimited


def check_rate(rate: str, *identity: str) -> None:
    """Counts one use of `identity` against a rate such as "10/minute".

    Raises RateLimited with the seconds to wait. Identities are hashed: an address never reaches Redis.
    """
    item = _parsed(rate)
    key = hashlib.sha256("\x00".join(identity).encode()).hexdigest()[:32]
    if not _limiter().hit(item, key):
        resets_at = _limiter().get_window_stats(item, key).reset_time
        raise RateLimited(retry_after=max(1, math.ceil(resets_at - time.time())))


def check_different(limit: int, seconds: int, who: str, what: str) -> None:
    """Lets `who` use at most `limit` different things in a window that begins with the first of them.

    Raises RateLimited. Both names are keyed hashes or ids: nothing personal reaches Redis.
    """
    key = f"hanpyo:different:{who}"
    left = _redis().eval(_USE, 1, key, what, limit, seconds)
    if int(left) > 0:  # type: ignore[arg-type]  # the stubs also know an async client
        raise RateLimited(retry_after=int(left))  # type: ignore[arg-type]


# Answers 0, or how many seconds the window lasts when there is no room in it.
_USE = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return math.max(1, math.ceil(redis.call('PTTL', KEYS[1]) / 1000))
end
redis.call('SADD', KEYS[1], ARGV[1])
if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 0
"""


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(settings().redis_url)


@lru_cache(maxsize=64)
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


@lru_cache(maxsize=1)
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings().redis_url, key_prefix="hanpyo:limits"))
