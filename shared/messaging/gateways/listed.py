"""What a carrier lists of the requests it took: for carriers that do not carry our reference.

After a lost answer such a list is all there is to tell which messages were accepted. A gateway only
reads it, completely or not at all; `shared/messaging/matching.py` judges it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from shared.messaging.gateways.gateway import DeliveryEvent, MessageKind


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """One message of a request. `text` is None when the carrier does not show it per message."""

    number: str
    event: DeliveryEvent
    text: str | None = None

    def __repr__(self) -> str:
        """Show no phone number and no text."""
        return f"ListedMessage(event={self.event!r})"


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request with its messages: those to the sought numbers at least. `text` is that of one of them.

    `at` is when the carrier took it, in UTC; None when it did not say.
    """

    id: str
    kind: MessageKind
    at: datetime | None
    messages: tuple[ListedMessage, ...]
    text: str | None = None

    def __repr__(self) -> str:
        """Show no text."""
        return f"ListedRequest(id={self.id!r}, messages={len(self.messages)})"


def _any_number(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: which kinds, from which Kakao channels, taken between two moments (aware).

    `known` says of requests how many of their messages the hub already knows: a request that is known
    whole need not be read. `about` says whether a message to this number is looked for: what goes to
    others need not be asked for one by one.
    """

    kinds: frozenset[MessageKind]
    since: datetime
    until: datetime
    channels: frozenset[str] = frozenset()
    known: Mapping[str, int] = field(default_factory=dict)
    about: Callable[[str], bool] = _any_number


@runtime_checkable
class ListsRequests(Protocol):
    """A gateway whose carrier does not echo our reference: `look_up` is not offered, this is."""

    def listed(self, sought: Sought) -> list[ListedRequest]:
        """Every request the carrier took in that time, whole; never a part of the list.

        Raises LookUpFailed when any of it cannot be had or read.
        """
