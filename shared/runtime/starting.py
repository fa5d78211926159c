"""Starting an actor after the work it follows is committed."""

from typing import Any

import dramatiq
import redis

from shared.kernel.logging import get_logger

_log = get_logger(__name__)


def start(actor: dramatiq.Actor[..., Any], *arguments: Any) -> None:
    """Enqueue an actor whose work a sweep finds by itself if it is lost.

    A broker that is down is logged and not raised: what the caller asked for is committed, and an error
    would only make them ask again.
    """
    try:
        actor.send(*arguments)
    except (redis.RedisError, dramatiq.errors.BrokerConnectionError, OSError):
        _log.exception("actor_not_started", actor=actor.actor_name)
