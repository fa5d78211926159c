"""The decorators that make a function of the set: http, webhook, actor, schedule.

One file in functions/ holds one function with one trigger. Importing the file registers it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import dramatiq
from pydantic import BaseModel

from shared.runtime import broker as _broker

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """What a member may do; each role includes the ones below it."""

    OWNER = "owner"
    ADMIN = "admin"
    STAFF = "staff"

    def includes(self, other: "Role") -> bool:
        order = [Role.STAFF, Role.ADMIN, Role.OWNER]
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Function:
    """One function of the set: what every trigger calls."""

    handler: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def module(self) -> str:
        return self.handler.__module__


@dataclass(frozen=True)
class HttpFunction(Function):
    """An endpoint: everything the runtime and the OpenAPI document need to know about it."""

    method: str
    path: str
    role: Role | None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    idempotent: bool = False
    rate: str | None = None
    multipart: bool = False
    in_turn: bool = False
    late_session: bool = False
    webhook: bool = False
    body_limit: int = 1024 * 1024


@dataclass(frozen=True)
class ActorFunction(Function):
    """A Dramatiq actor and its queue."""

    queue: str


@dataclass(frozen=True)
class ScheduledFunction(Function):
    """A function that the scheduler calls at the times of a cron line with seconds (UTC)."""

    cron: str


@dataclass
class FunctionSet:
    """All functions whose files have been imported."""

    http: list[HttpFunction] = field(default_factory=list)
    actors: list[ActorFunction] = field(default_factory=list)
    schedules: list[ScheduledFunction] = field(default_factory=list)


FUNCTIONS = FunctionSet()
API_PREFIX = "/api/v1"


def http(
    method: str,
    path: str,
    *,
    role: Role | None,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
    idempotent: bool = False,
    rate: str | None = None,
    multipart: bool = False,
    in_turn: bool = False,
    late_session: bool = False,
    prefix: str = API_PREFIX,
) -> Callable[[F], F]:
    """An endpoint under /api/v1. `role=None` opens it to everybody.

    `idempotent` honours Idempotency-Key; `rate` ("10/minute") limits per client address; `multipart` leaves
    the body unread for the function to stream; `in_turn`: a process works at a few such calls at a time (see
    turns). Path parameters follow the function's annotations.
    """

    def register(handler: F) -> F:
        FUNCTIONS.http.append(
            HttpFunction(
                handler,
                method.upper(),
                prefix + path,
                role,
                body=body,
                query=query,
                status=status,
                idempotent=idempotent,
                rate=rate,
                multipart=multipart,
                in_turn=in_turn,
                late_session=late_session,
            )
        )
        return handler

    return register


def webhook(path: str, *, body_limit: int = 10 * 1024 * 1024) -> Callable[[F], F]:
    """A POST that a carrier calls, outside /api/v1. `request.read_body()` reads it; verify first."""

    def register(handler: F) -> F:
        FUNCTIONS.http.append(HttpFunction(handler, "POST", path, None, webhook=True, body_limit=body_limit))
        return handler

    return register


def actor(*, queue: str, **options: Any) -> Callable[[Callable[..., Any]], dramatiq.Actor[..., Any]]:
    """A Dramatiq actor. It must be idempotent: it may run twice, and after a crash in the middle.

    `options` are Dramatiq's (max_retries, min_backoff, max_backoff in ms, time_limit in ms, throws).
    """
    _broker.ensure_broker()

    def register(handler: Callable[..., Any]) -> dramatiq.Actor[..., Any]:
        made = dramatiq.actor(queue_name=queue, **options)(handler)
        FUNCTIONS.actors.append(ActorFunction(handler, queue))
        return made

    return register


def schedule(cron: str) -> Callable[[F], F]:
    """Calls the function at a cron line with seconds, e.g. "*/15 * * * * *" (UTC). It starts actors only."""

    def register(handler: F) -> F:
        FUNCTIONS.schedules.append(ScheduledFunction(handler, cron))
        return handler

    return register
