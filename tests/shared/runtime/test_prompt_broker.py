"""Handing work over: who waits is woken, whatever becomes of the ring."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from uuid import uuid4

import dramatiq
import pytest
from redis import ConnectionError as NoConnection

from shared.kernel.config import settings
from shared.runtime import prompt_broker
from shared.runtime.prompt_broker import PromptRedisBroker

SOON = 20  # seconds; whoever is not woken would wait a minute


@pytest.fixture
def broker(redis: object) -> PromptRedisBroker:
    return PromptRedisBroker(url=settings().effective_broker_url, namespace=f"test-{uuid4().hex}")


@pytest.fixture
def queue(broker: PromptRedisBroker, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(prompt_broker, "_PATIENCE_SECONDS", 60.0)
    broker.declare_queue("lists")
    yield "lists"
    for key in broker.client.scan_iter(f"{broker.namespace}*"):
        broker.client.delete(key)


def message(queue: str) -> dramatiq.Message[Any]:
    return dramatiq.Message(queue_name=queue, actor_name="any", args=(), kwargs={}, options={})


def listening(broker: PromptRedisBroker, queue: str) -> dramatiq.Consumer:
    """A consumer that hears rings already, whoever hears them beside it."""
    others = ears(broker, queue)
    consumer = broker.consume(queue, timeout=60_000)
    heard(broker, queue, others)
    return consumer


def ears(broker: PromptRedisBroker, queue: str) -> int:
    """How many hear the rings of a queue."""
    [(_, count)] = cast(list[tuple[bytes, int]], broker.client.pubsub_numsub(broker.bell_of(queue)))
    return count


def heard(broker: PromptRedisBroker, queue: str, others: int = 0) -> None:
    until = time.monotonic() + SOON
    while ears(broker, queue) <= others:
        assert time.monotonic() < until
        time.sleep(0.005)


def kill_ears(broker: PromptRedisBroker) -> int:
    """Ends the connections that listen, of this worker's tests only: each has a database of its own."""
    ours = str(broker.client.connection_pool.connection_kwargs["db"])
    connected = cast(list[dict[str, str]], broker.client.client_list(_type="pubsub"))
    listeners = [one for one in connected if one["db"] == ours]
    return sum(cast(int, broker.client.client_kill_filter(_id=one["id"])) for one in listeners)


def next_of(consumer: dramatiq.Consumer) -> Any:
    """The next message: after at most one look in vain and one wait."""
    return next(consumer) or next(consumer)


def test_work_that_comes_while_it_waits_is_taken_at_once(broker: PromptRedisBroker, queue: str) -> None:
    consumer = listening(broker, queue)
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(next_of, consumer)
        time.sleep(0.05)  # so that it waits, most times; it must be taken either way
        sent = broker.enqueue(message(queue))
        assert taken.result(SOON).message_id == sent.message_id
    consumer.close()


def test_the_end_of_a_job_makes_room_for_the_next(broker: PromptRedisBroker, queue: str) -> None:
    sent = [broker.enqueue(message(queue)).message_id for _ in range(2)]
    consumer = listening(broker, queue)
    first = next_of(consumer)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(next_of, consumer)
        time.sleep(0.05)
        consumer.ack(first)
        assert [first.message_id, second.result(SOON).message_id] == sent
    consumer.close()


def test_what_a_leaving_worker_gives_back_is_taken_by_another(broker: PromptRedisBroker, queue: str) -> None:
    leaving = listening(broker, queue)
    sent = broker.enqueue(message(queue))
    taken = next_of(leaving)
    staying = listening(broker, queue)  # from now on: the first ring is not the one that is meant
    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(next_of, staying)
        time.sleep(0.05)
        leaving.requeue([taken])
        assert again.result(SOON).message_id == sent.message_id
    leaving.close()
    staying.close()


def test_work_is_found_without_a_ring(
    broker: PromptRedisBroker, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise NoConnection

    monkeypatch.setattr(prompt_broker, "_PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(broker.client, "publish", broken)
    consumer = broker.consume(queue)
    sent = broker.enqueue(message(queue))
    assert next_of(consumer).message_id == sent.message_id
    consumer.close()


def test_rings_are_heard_again_after_the_connection_broke(
    broker: PromptRedisBroker, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = listening(broker, queue)
    monkeypatch.setattr(prompt_broker, "_PATIENCE_SECONDS", 0.01)  # of coming back, not of the consumer
    assert kill_ears(broker) >= 1
    time.sleep(0.05)
    heard(broker, queue)
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(next_of, consumer)
        time.sleep(0.05)
        sent = broker.enqueue(message(queue))
        assert taken.result(SOON).message_id == sent.message_id
    consumer.close()


def test_a_closed_consumer_stops_listening(
    broker: PromptRedisBroker, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_broker, "_PATIENCE_SECONDS", 0.01)
    consumer = listening(broker, queue)
    consumer.close()
    until = time.monotonic() + SOON
    while ears(broker, queue):
        assert time.monotonic() < until
        time.sleep(0.005)
