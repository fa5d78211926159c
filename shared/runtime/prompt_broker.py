"""A Redis broker that hands work over at once: who enqueues rings, and who waits for that queue looks.

Dramatiq's consumers look for work again and again, at most a second apart. In an import, whose stages follow
one another over queues, every fourth second passed so; to look ten times a second took a tenth of a core.
Here a ring (a message published in Redis) wakes them, and so does the end of a job, which makes room for the
next. A lost ring costs half a second: so often they still look. (decision 43)
"""

from contextlib import closing, suppress
from threading import Event, Thread
from typing import Any

import redis
from dramatiq import Consumer, Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.common import q_name

_PATIENCE_SECONDS = 0.5
# Of a million commands: what a killed worker had taken is looked for every few seconds.
_MAINTENANCE_CHANCE = 5_000


class PromptRedisBroker(RedisBroker):
    """See the module."""

    def __init__(self, **options: Any) -> None:
        super().__init__(maintenance_chance=_MAINTENANCE_CHANCE, **options)  # type: ignore[no-untyped-call]

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """As in Dramatiq; rings when somebody may begin now."""
        enqueued = super().enqueue(message, delay=delay)
        if delay is None:
            self.ring(message.queue_name)
        return enqueued

    def ring(self, queue_name: str) -> None:
        """Wake who waits for this queue, in every process. Never fails: who is not woken looks anyway."""
        with suppress(redis.RedisError):
            self.client.publish(self.bell_of(queue_name), b"")

    def bell_of(self, queue_name: str) -> str:
        """The channel of a queue's rings."""
        return f"{self.namespace}:bell:{queue_name}"

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """As in Dramatiq; `timeout` (milliseconds) bounds how long a consumer goes without looking."""
        return _WokenConsumer(self, queue_name, prefetch, min(timeout / 1000, _PATIENCE_SECONDS))


class _WokenConsumer(_RedisConsumer):
    def __init__(self, broker: PromptRedisBroker, queue_name: str, prefetch: int, patience: float) -> None:
        # It must not sleep by itself.
        super().__init__(broker, queue_name, prefetch, timeout=0)  # type: ignore[no-untyped-call]
        self._patience = patience
        self._woken = Event()
        # What waits for a later moment is nobody's hurry.
        is_delayed = q_name(queue_name) != queue_name
        self._bell = None if is_delayed else _Bell(broker.client, broker.bell_of(queue_name), self._woken)

    def __next__(self) -> MessageProxy | None:
        self._woken.clear()  # before it looks: a ring in between is not lost
        message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]
        if message is None:
            self._woken.wait(self._patience)
        return message

    def ack(self, message: MessageProxy) -> None:
        super().ack(message)  # type: ignore[no-untyped-call]
        self._woken.set()

    def nack(self, message: MessageProxy) -> None:
        super().nack(message)  # type: ignore[no-untyped-call]
        self._woken.set()

    def requeue(self, messages: Any) -> None:
        super().requeue(messages)  # type: ignore[no-untyped-call]
        self.broker.ring(self.queue_name)

    def close(self) -> None:
        super().close()
        if self._bell:
            self._bell.close()


class _Bell:
    """Sets an event at each ring, until closed. It outlives a Redis that restarts."""

    def __init__(self, client: "redis.Redis", channel: str, rung: Event) -> None:
        self._client, self._channel, self._rung = client, channel, rung
        self._closed = Event()
        Thread(target=self._listen, name="bell", daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except (redis.RedisError, OSError):
                self._closed.wait(_PATIENCE_SECONDS)

    def _hear(self) -> None:
        ears: Any = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with closing(ears):
            ears.subscribe(self._channel)
            while not self._closed.is_set():
                if ears.get_message(timeout=_PATIENCE_SECONDS):
                    self._rung.set()
