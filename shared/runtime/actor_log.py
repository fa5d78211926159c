"""Logs and counts what actors do, with ids only."""

import time
from threading import local
from typing import Any

import dramatiq
import structlog
from dramatiq.broker import MessageProxy
from prometheus_client import Histogram

from shared.kernel.logging import get_logger

ACTOR_SECONDS = Histogram(
    "hanpyo_actor_seconds",
    "Run time of an actor, by outcome.",
    ["actor", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300),
)

_log = get_logger(__name__)
_running = local()


class ActorLog(dramatiq.Middleware):
    """Binds the actor's name and arguments (ids, by our rule) to the log and measures its run."""

    def before_process_message(self, broker: dramatiq.Broker, message: MessageProxy) -> None:
        _running.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(actor=message.actor_name, job=message.message_id)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        seconds = time.perf_counter() - _running.started
        outcome = "failed" if exception else "done"
        ACTOR_SECONDS.labels(message.actor_name, outcome).observe(seconds)
        if exception:
            _log.error("actor_failed", exc_info=exception, seconds=round(seconds, 3))
        structlog.contextvars.unbind_contextvars("actor", "job")


class ForgetExceptionText(dramatiq.Middleware):
    """Keeps exceptions' texts out of the queue: Retries puts a traceback into the message it enqueues again,
    and a traceback ends with the exception's text, which may hold a voter's number. Places stay.
    """

    def before_enqueue(
        self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None
    ) -> None:
        _forget(message.options)
        for argument in message.args:  # on_retry_exhausted hands the whole failed message to an actor
            if isinstance(argument, dict):
                _forget(argument.get("options"))


def _forget(options: Any) -> None:
    if isinstance(options, dict) and isinstance(options.get("traceback"), str):
        places = [line for line in options["traceback"].splitlines() if line.startswith('  File "')]
        options["traceback"] = "\n".join(places)
