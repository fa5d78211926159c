"""The carrier's pace: one token bucket per account in Redis, shared by all processes.

The bucket decides how fast, never whether: which message is sent is decided by the rows in
PostgreSQL alone, so a lost or flushed Redis costs a second of pace and no message.
"""

from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from shared.kernel.config import settings
from shared.kernel.ids import new_id

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

# Who waits behind urgent work is asked about many times a second while it lasts.
_WAITS_SECONDS = 10
_WAIT = """
local since = redis.call('GET', KEYS[1]) or ARGV[1]
redis.call('SET', KEYS[1], since, 'EX', ARGV[2])
return since
"""

# Each job is an entry whose score is the moment after which it no longer counts.
_START_JOB = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[3])
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2]) * 2)
return 1
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
        with suppress(RedisError):  # a second of pace, which no message shall be lost for
            _redis().eval(_GIVE_BACK, 1, _keys(account_id)[0], count)


def hold(account_id: UUID, seconds: float) -> None:
    """Grant nothing for a while: the carrier asked for it."""
    with suppress(RedisError):  # it will ask again
        _redis().set(_keys(account_id)[1], "1", px=_milliseconds(seconds))


def rest(campaign_id: UUID, seconds: float) -> None:
    """Start no job of a campaign for a while: there is nothing it could do."""
    with suppress(RedisError):
        _redis().set(_rest_key(campaign_id), "1", px=_milliseconds(seconds))


def rests(campaign_id: UUID) -> bool:
    """Whether no job of a campaign may be started now."""
    return bool(_redis().exists(_rest_key(campaign_id)))


def start_job(account_id: UUID, campaign_id: UUID, most: int) -> bool:
    """Whether one more job of a campaign may be queued; at most `most` of its account are queued or running.

    A job that ends without `end_job` (a killed worker) counts until the send deadline.
    """
    keys = _jobs_key(account_id), _rest_key(campaign_id)
    seconds = settings().send_deadline_seconds
    return bool(_redis().eval(_START_JOB, 2, *keys, most, seconds, str(new_id())))


def end_job(account_id: UUID) -> None:
    """A job of an account has ended. Jobs are counted, not told apart: the oldest goes."""
    with suppress(RedisError):
        _redis().zpopmin(_jobs_key(account_id))


def waiting_since(campaign_id: UUID, now: datetime) -> datetime:
    """When a campaign began to wait behind urgent ones; forgotten when nobody asks for ten seconds."""
    key = f"hanpyo:waits:{campaign_id}"
    since = _redis().eval(_WAIT, 1, key, repr(now.timestamp()), _WAITS_SECONDS)
    return datetime.fromtimestamp(float(since), UTC)  # type: ignore[arg-type]


def owe(account_id: UUID, jobs: int) -> None:
    """Urgent jobs were started over an account while others waited for it."""
    key = _owed_key(account_id)
    with suppress(RedisError):
        _redis().incrby(key, jobs)
        _redis().expire(key, _WAITS_SECONDS)


def owed(account_id: UUID) -> int:
    """How many urgent jobs were started since another one's turn."""
    return int(_redis().get(_owed_key(account_id)) or 0)  # type: ignore[arg-type]


def paid(account_id: UUID, campaign_id: UUID) -> None:
    """A campaign that waited behind urgent ones has had its turn."""
    with suppress(RedisError):
        _redis().delete(_owed_key(account_id))
        _redis().set(_turn_key(campaign_id), str(new_id()), ex=_WAITS_SECONDS * 60)


def last_turn(campaign_id: UUID) -> bytes:
    """What grows with the time of a campaign's last turn; nothing before its first one."""
    return bytes(_redis().get(_turn_key(campaign_id)) or b"")  # type: ignore[arg-type]


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _turn_key(campaign_id: UUID) -> str:
    return f"hanpyo:turn:{campaign_id}"


def _owed_key(account_id: UUID) -> str:
    return f"hanpyo:owed:{account_id}"


def _jobs_key(account_id: UUID) -> str:
    return f"hanpyo:jobs:{account_id}"


def _rest_key(campaign_id: UUID) -> str:
    return f"hanpyo:rest:{campaign_id}"


def _keys(account_id: UUID) -> tuple[str, str]:
    return f"hanpyo:pace:{account_id}", f"hanpyo:hold:{account_id}"


@lru_cache(maxsize=1)
def _redis() -> Redis:
    # Nobody who sends waits for a Redis that does not answer.
    return Redis.from_url(settings().redis_url, socket_timeout=2, socket_connect_timeout=2)
