"""Rate limits in Redis, shared by all processes."""

import hashlib
import time
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

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
        raise RateLimited(retry_after=max(1, round(resets_at - time.time())))


@lru_cache(maxsize=64)
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


@lru_cache(maxsize=1)
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings().redis_url, key_prefix="hanpyo:limits"))
