"""The Dramatiq broker: Redis, or RabbitMQ by one setting."""

from functools import lru_cache
from urllib.parse import urlparse

import dramatiq
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    CurrentMessage,
    Middleware,
    Retries,
    ShutdownNotifications,
    TimeLimit,
)

from shared.kernel.config import settings
from shared.runtime.actor_log import ActorLog, ForgetExceptionText
from shared.runtime.prompt_broker import PromptRedisBroker


@lru_cache(maxsize=1)
def ensure_broker() -> dramatiq.Broker:
    """Makes this process's broker once and tells Dramatiq about it."""
    broker = _make_broker(settings().effective_broker_url)
    dramatiq.set_broker(broker)
    return broker


def _make_broker(url: str) -> dramatiq.Broker:
    if urlparse(url).scheme in ("amqp", "amqps"):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker  # needs dramatiq[rabbitmq]

        return RabbitmqBroker(url=url, middleware=_middleware(), confirm_delivery=True)
    return PromptRedisBroker(url=url, namespace="hanpyo", middleware=_middleware())


def _middleware() -> list[Middleware]:
    return [
        AgeLimit(),
        TimeLimit(),
        ShutdownNotifications(),
        Callbacks(),
        Retries(max_retries=8, min_backoff=500, max_backoff=60_000),
        CurrentMessage(),
        ActorLog(),
        ForgetExceptionText(),
    ]
