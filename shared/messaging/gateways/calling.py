"""HTTP calls to carriers: each bounded as a whole, errors told apart.

What every gateway shares. The line that matters runs through :meth:`Caller.submit`: it says of a failed
call whether the carrier may have got it. Nothing is ever repeated here.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from shared.messaging.gateways.exchanging import (
    Answer,
    Exchange,
    NothingWritten,
    Request,
    Unwritable,
    exchange,
)
from shared.messaging.gateways.gateway import CarrierRefused, DeliveryEvent, LookUpFailed, OutcomeUnknown

CALL_SECONDS = 30.0
"""A call as a whole: each read and each write has a limit of its own, so that a trickle would have no end."""

# Answers of whatever stands before the carrier's application, which then saw no message.
_REFUSING_STATUS = frozenset({400, 401, 403, 404, 405, 411, 413, 414, 415, 429, 431})
_LONGEST_RETRY_AFTER = 300.0
_MOST_UNANSWERED = 3
# Lists are asked for with five minutes to spare on either side.
CLOCKS_APART_SECONDS = 240.0

T = TypeVar("T")
U = TypeVar("U")
Query = Mapping[str, str] | Sequence[tuple[str, str]]


class Caller:
    """Calls one base address. Thread-safe and cheap: all of a process share their connections.

    `call_seconds` is the patience for a call as a whole: later no further piece of a request is
    written and none of an answer read. `path` may carry a query that was already encoded, for
    carriers that sign it.
    """

    def __init__(
        self, base_url: str, *, call_seconds: float = CALL_SECONDS, send: Exchange | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._call_seconds = call_seconds
        self._send = send or exchange

    def submit(self, path: str, *, headers: Mapping[str, str], body: bytes, method: str = "POST") -> Answer:
        """The answer to a call that sends messages, whatever its status.

        Raises CarrierRefused when the request cannot have arrived, OutcomeUnknown when it may have.
        """
        try:
            return self.call(method, path, headers=headers, body=body)
        except Unwritable as error:
            raise CarrierRefused("UNWRITABLE_REQUEST", retryable=False) from error
        except NothingWritten as error:
            raise CarrierRefused(str(error), retryable=True) from error
        except Exception as error:
            raise OutcomeUnknown(type(error).__name__) from error

    def ask(
        self,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Query | None = None,
        method: str = "GET",
        body: bytes = b"",
    ) -> Answer:
        """The answer to a question, or to a change that sends nothing, whatever its status.

        Raises LookUpFailed.
        """
        try:
            return self.call(method, path, headers=headers, query=query, body=body)
        except NothingWritten as error:
            raise LookUpFailed(str(error), retryable=True) from error
        except Exception as error:
            retryable = not isinstance(error, Unwritable)
            raise LookUpFailed(type(error).__name__, retryable=retryable) from error

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Query | None = None,
        body: bytes = b"",
    ) -> Answer:
        """One request with its answer read, in `call_seconds`. Raises what `Exchange` does."""
        ends = time.monotonic() + self._call_seconds
        url = self._base_url + path + ("?" + urlencode(query, quote_via=quote) if query else "")
        # The length is said, because a body that goes out in pieces would else be sent "chunked".
        length = {"Content-Length": str(len(body))} if body else {}
        return self._send(Request(method, url, {**headers, **length}, body, ends))


def send_error(
    response: Answer,
    code: str | None,
    *,
    retryable: Collection[str] = (),
    open_ended: Collection[str] = (),
) -> CarrierRefused | OutcomeUnknown:
    """What an answer that is no success says of the messages of its request.

    `code` is the carrier's own, None when the answer names none. `open_ended` codes leave open whether
    the messages were taken, `retryable` ones say that the same request can succeed later.
    """
    status = response.status_code
    named = code or f"HTTP_{status}"
    refused = 400 <= status < 500 and (code is not None or status in _REFUSING_STATUS)
    if not refused or code in open_ended:
        return OutcomeUnknown(named)
    again = status == 429 or code in retryable
    return CarrierRefused(named, retryable=again, retry_after=retry_after(response))


def question_error(response: Answer, code: str | None, *, retryable: Collection[str] = ()) -> LookUpFailed:
    """What an answer that is no success means for a question."""
    status = response.status_code
    again = status in (408, 429) or status >= 500 or code in retryable
    return LookUpFailed(code or f"HTTP_{status}", retryable=again, retry_after=retry_after(response))


def told_of_each(
    requests: Iterable[tuple[T, U]], ask: Callable[[T, U], Iterable[DeliveryEvent]]
) -> list[DeliveryEvent]:
    """What a carrier tells of one request after the other: one that it does not tell of hides no other.

    Raises LookUpFailed when it tells of none. Asks no more after three in a row without an answer.
    """
    events: list[DeliveryEvent] = []
    failed: list[LookUpFailed] = []
    answered = False
    for request, of in requests:
        try:
            events += ask(request, of)
        except LookUpFailed as error:
            failed.append(error)
        else:
            answered, failed = True, []
        if len(failed) == _MOST_UNANSWERED:
            break
    if failed and not answered:
        raise failed[0]
    return events


def wall_seconds() -> float:
    """Our own clock, in seconds since 1970."""
    return time.time()


def check_clock(response: Answer) -> None:
    """Raises LookUpFailed when the carrier's clock (RFC 9110, `Date`) is so far from ours that its list of a
    time may leave out what it took then. One that does not say its time is believed.
    """
    apart = _seconds_until(response.headers.get("date", ""))
    if apart is not None and abs(apart) > CLOCKS_APART_SECONDS:
        raise LookUpFailed("CLOCKS_APART", retryable=True)


def json_or_none(response: Answer) -> object:
    """The answer's JSON; None when it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def retry_after(response: Answer) -> float | None:
    """The seconds a carrier asks us to wait, at most five minutes; None when it does not say.

    It may say so in seconds or as a date (RFC 9110).
    """
    value = response.headers.get("retry-after", "")
    seconds = float(value) if value.isascii() and value.isdigit() else _seconds_until(value)
    # A carrier that asks for years, or for more digits than a date can hold, is asked again before.
    return None if seconds is None else min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def _seconds_until(date: str) -> float | None:
    """Seconds from now to a date of HTTP; None for what is none."""
    try:
        return parsedate_to_datetime(date).timestamp() - wall_seconds()
    except (ValueError, OverflowError):
        return None


def header(headers: Mapping[str, str], name: str) -> str:
    """A header of a carrier's call by its lower-case name; empty when absent."""
    return next((value for key, value in headers.items() if key.lower() == name), "")
