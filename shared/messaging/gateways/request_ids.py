"""Ids of messages at carriers that name a request but no message, and do not carry our reference.

`channel/request/size/mark`: the request holds `size` messages, one per number at most, and the mark is
the number under a key, so that the id can be made again from a row of the carrier's list and tells
nobody the number.
"""

import hashlib
import hmac
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from shared.messaging.gateways.gateway import OutgoingMessage
from shared.messaging.gateways.grouping import grouped

_LETTERS = "[0-9A-Za-z_.:=+@~,-]{1,100}"
_REQUEST = re.compile(rf"(?=.*[0-9A-Za-z]){_LETTERS}")
_NOT_DIGITS = re.compile(r"\D")
_ID = re.compile(rf"([a-z-]{{1,12}})/({_LETTERS})/([0-9]{{1,5}})/([0-9a-f]{{16}})")


@dataclass(frozen=True, slots=True)
class RequestId:
    """One request at the carrier: by which of its channels, its id there, how many messages it holds."""

    channel: str
    request: str
    size: int

    def of(self, number: str, key: str) -> str:
        """The id of the request's message to a number. `key` must never change for the account."""
        digits = _NOT_DIGITS.sub("", number)
        mark = hmac.new(key.encode(), f"{self.request}/{digits}".encode(), hashlib.sha256).hexdigest()
        return f"{self.channel}/{self.request}/{self.size}/{mark[:16]}"


def plain_request(value: object) -> str | None:
    """A carrier's request id as text; None for what may not become part of an id of ours."""
    text = str(value) if type(value) is int else value if isinstance(value, str) else ""
    return text if _REQUEST.fullmatch(text) else None


def same_message(message_id: str) -> str:
    """What two ids of one message have in common, whatever the request was thought to hold."""
    match = _ID.fullmatch(message_id)
    return f"{match[2]}/{match[4]}" if match else message_id


def request_of(message_id: str) -> str | None:
    """The carrier's id of the request that an id of ours names; None for what is no id of this kind."""
    match = _ID.fullmatch(message_id)
    return match[2] if match else None


def by_request(ids: Iterable[str]) -> dict[RequestId, set[str]]:
    """The ids by their requests; what is no id of this kind is left out."""
    requests: dict[RequestId, set[str]] = defaultdict(set)
    for each in ids:
        match = _ID.fullmatch(each)
        if match:
            channel, request, size, _ = match.groups()
            requests[RequestId(channel, request, int(size))].add(each)
    return requests


def split_unrepeated(
    messages: Sequence[OutgoingMessage], key: Callable[[OutgoingMessage], Hashable], most: int
) -> list[list[OutgoingMessage]]:
    """Groups as `grouped` makes them, in which no number occurs twice: within one, it names the message."""
    seen: Counter[Hashable] = Counter()

    def place(message: OutgoingMessage) -> Hashable:
        own = key(message)
        seen[own, message.to] += 1
        return own, seen[own, message.to]

    return grouped(messages, place, most)
