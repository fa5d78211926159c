"""What a failing actor leaves behind in the queue."""

import time
from collections.abc import Callable

import dramatiq
import redis as redis_client

from shared.runtime.broker import ensure_broker

SECRET = "김하늘 010-4444-5555"


def test_a_failing_actor_leaves_no_exception_text_in_redis(
    redis: "redis_client.Redis", workers: Callable[[], None]
) -> None:
    failed: list[object] = []

    def give_up(message: dict[str, object], _: dict[str, object]) -> None:
        failed.append(message)

    def fail() -> None:
        raise ValueError(SECRET)

    broker = ensure_broker()
    dramatiq.actor(actor_name="give_up_for_test", queue_name="default")(give_up)
    actor = dramatiq.actor(
        actor_name="fail_for_test",
        queue_name="default",
        max_retries=1,
        min_backoff=300,
        on_retry_exhausted="give_up_for_test",
    )(fail)
    actor.send()
    seen = b""
    deadline = time.monotonic() + 40
    while not failed and time.monotonic() < deadline:
        for key in redis.scan_iter("hanpyo:*.msgs"):
            seen += b"".join(redis.hvals(key))  # type: ignore[arg-type]  # the stubs know an async client too
        time.sleep(0.05)
    assert failed, "the actor was not given up"
    assert b"fail_for_test" in seen
    assert b"010-4444-5555" not in seen
    assert "010-4444-5555" not in str(failed)
    assert "test_actor_log.py" in str(failed)
    for name in ("give_up_for_test", "fail_for_test"):
        del broker.actors[name]
