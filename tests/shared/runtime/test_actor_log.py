"""What a failing actor leaves behind in the queue."""

from collections.abc import Iterator

import dramatiq
import pytest
import redis as redis_client
from dramatiq.broker import MessageProxy

from shared.runtime.broker import ensure_broker

SECRET = "김하늘 010-4444-5555"
QUEUE = "failures_of_a_test"


@pytest.fixture
def failing() -> Iterator["dramatiq.Actor[[], None]"]:
    """An actor that always fails and is then given up by another one. No worker listens to its queue."""

    def give_up(message: dict[str, object], retries: dict[str, object]) -> None:
        raise NotImplementedError

    def fail() -> None:
        raise ValueError(SECRET)

    broker = ensure_broker()
    declare = {"queue_name": QUEUE, "broker": broker}
    dramatiq.actor(give_up, actor_name="give_up_for_test", **declare)  # type: ignore[call-overload]
    yield dramatiq.actor(  # type: ignore[call-overload]
        fail, actor_name="fail_for_test", max_retries=1, on_retry_exhausted="give_up_for_test", **declare
    )
    for name in ("give_up_for_test", "fail_for_test"):
        del broker.actors[name]
    broker.flush(QUEUE)


def run_as_a_worker_does(message: "dramatiq.Message[None]") -> None:
    broker = ensure_broker()
    proxy = MessageProxy(message)
    broker.emit_before("process_message", proxy)
    try:
        broker.get_actor(message.actor_name)()
    except ValueError as error:
        broker.emit_after("process_message", proxy, exception=error)


def queued(redis: "redis_client.Redis") -> str:
    """Everything that waits in the queue and in its delayed half."""
    keys = redis.keys(f"hanpyo:{QUEUE}*.msgs")
    found = [value for key in keys for value in redis.hvals(key)]  # type: ignore[union-attr]
    return b"\n".join(found).decode("unicode_escape")


def test_a_retry_takes_places_along_but_no_exception_text(
    redis: "redis_client.Redis", failing: "dramatiq.Actor[[], None]"
) -> None:
    run_as_a_worker_does(failing.message())
    waiting = queued(redis)
    assert "fail_for_test" in waiting
    assert "test_actor_log.py" in waiting
    assert "010-4444-5555" not in waiting


def test_giving_up_hands_over_no_exception_text(
    redis: "redis_client.Redis", failing: "dramatiq.Actor[[], None]"
) -> None:
    run_as_a_worker_does(failing.message().copy(options={"retries": 1}))
    waiting = queued(redis)
    assert "give_up_for_test" in waiting
    assert "010-4444-5555" not in waiting
