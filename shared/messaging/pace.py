"""The carrier's pace: one token bucket per account in Redis, shared by all processes.

The bucket decides how fast, never whether: which message is sent is decided by the rows in
PostgreSQL alone, so a lost or flushed Redis costs a second of pace and no message.
"""

from functools import lru_cache
from uuid import UUID

from redis import Redis

from shared.kernel.config import settings

# Times are Redis's own, so that the clocks of several machines do not matter. `at` moves only by
# what was turned into whole or part tokens, which keeps slow rates exact.
_TAKE = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local rate, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local wanted, minimum = tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local earned = math.max(0, now - tonumber(bucket[2] or now)) * rate
local tokens = math.min(capacity, tonumber(bucket[1] or capacity) + earned)
local granted = 0
if tokens >= math.min(minimum, wanted) then granted = math.floor(math.min(tokens, wanted)) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 600)
return granted
"""

_GIVE_BACK = """
local tokens = redis.call('HGET', KEYS[1], 'tokens')
if tokens then redis.call('HSET', KEYS[1], 'tokens', tostring(tonumber(tokens) + tonumber(ARGV[1]))) end
return 0
"""

_START_JOB = """
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], 30)
return 1
"""

_END_JOB = """
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
return 0
"""


def take(account_id: UUID, *, rate: int, wanted: int) -> int:
    """How many messages may be sent now, at most `wanted`; 0 means wait.

    `rate` is messages per second; up to one second's worth may go at once. Grants come in lots of a
    tenth of a second at least, so that a slow account does not get requests of one message each.
    """
    minimum = max(1, rate // 10)
    granted = _redis().eval(_TAKE, 2, *_keys(account_id), rate, max(1, rate), wanted, minimum)
    return int(granted)  # type: ignore[arg-type]  # the stubs also know an async client


def give_back(account_id: UUID, count: int) -> None:
    """Return tokens for messages that were not there to be sent."""
    if count > 0:
        _redis().eval(_GIVE_BACK, 1, _keys(account_id)[0], count)


def hold(account_id: UUID, seconds: float) -> None:
    """Grant nothing for a while: the carrier asked for it."""
    _redis().set(_keys(account_id)[1], "1", px=max(1, round(seconds * 1000)))


def start_job(campaign_id: UUID, most: int) -> bool:
    """Whether one more job of a campaign may be queued; at most `most` are queued or running.

    The count forgets itself half a minute after the last job, should a worker die without `end_job`.
    """
    return bool(_redis().eval(_START_JOB, 1, _jobs_key(campaign_id), most))


def end_job(campaign_id: UUID) -> None:
    """A job of a campaign has ended."""
    _redis().eval(_END_JOB, 1, _jobs_key(campaign_id))


def take_turn(name: str, seconds: float) -> bool:
    """Whether this process may do a job that one process at a time is enough for."""
    return bool(_redis().set(f"hanpyo:turn:{name}", "1", nx=True, px=max(1, round(seconds * 1000))))


def _jobs_key(campaign_id: UUID) -> str:
    return f"hanpyo:jobs:{campaign_id}"


def _keys(account_id: UUID) -> tuple[str, str]:
    return f"hanpyo:pace:{account_id}", f"hanpyo:hold:{account_id}"


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(settings().redis_url)
