"""HTTP calls to carriers: one client per process, each call bounded as a whole, errors told apart.

What every gateway shares. The line that matters runs through :meth:`Caller.submit`: it says of a failed
call whether the carrier may have got it. Nothing is ever repeated here.
"""

import functools
import socket
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx

from shared.messaging.gateways.gateway import CarrierRefused, LookUpFailed, OutcomeUnknown

CALL_SECONDS = 30.0
"""A call as a whole: httpx only limits each read and each write, so a trickle has no end."""

_PIECE = 64 * 1024
# What the kernel still holds of a request must not arrive minutes after we gave it up.
_SOCKET_OPTIONS = (
    [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000)] if hasattr(socket, "TCP_USER_TIMEOUT") else []
)
_LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=4.0)
# Raised before the first byte of a request is written: name resolution, connect, TLS, our pool.
_NOTHING_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# Answers of whatever stands before the carrier's application, which then saw no message.
_REFUSING_STATUS = frozenset({400, 401, 403, 404, 405, 411, 413, 414, 415, 429, 431})
_LONGEST_RETRY_AFTER = 300.0
# Lists are asked for with five minutes to spare on either side.
CLOCKS_APART_SECONDS = 240.0

Query = Mapping[str, str] | Sequence[tuple[str, str]]


@functools.cache
def shared_client() -> httpx.Client:
    """One per process, made at the first use: loading the certificates takes some 20 ms."""
    transport = httpx.HTTPTransport(limits=_LIMITS, trust_env=False, socket_options=_SOCKET_OPTIONS)
    return httpx.Client(transport=transport, follow_redirects=False, trust_env=False)


class CallTimeout(httpx.TimeoutException):
    """The call as a whole took too long."""


class Unwritable(Exception):
    """A request that cannot be put into bytes, such as a key that fits into no header."""


class _InTime(httpx.SyncByteStream):
    """A body that breaks off when the call's time is over: no piece is handed on after that."""

    def __init__(self, pieces: Iterable[bytes], ends: float) -> None:
        self._pieces = pieces
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if time.monotonic() >= self._ends:
                raise CallTimeout("the call took too long")
            yield piece

    def close(self) -> None:
        if isinstance(self._pieces, httpx.SyncByteStream):
            self._pieces.close()


class Caller:
    """Calls one base address. Thread-safe and cheap: all of a process share one client.

    `call_seconds` is the patience for a call as a whole: later no further piece of a request is
    written and none of an answer read. `path` may carry a query that was already encoded, for
    carriers that sign it.
    """

    def __init__(
        self, base_url: str, *, call_seconds: float = CALL_SECONDS, client: httpx.Client | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._call_seconds = call_seconds
        self._client = client or shared_client()

    def submit(
        self, path: str, *, headers: Mapping[str, str], body: bytes, method: str = "POST"
    ) -> httpx.Response:
        """The answer to a call that sends messages, whatever its status.

        Raises CarrierRefused when the request cannot have arrived, OutcomeUnknown when it may have.
        """
        try:
            return self.call(method, path, headers=headers, body=body)
        except Unwritable as error:
            raise CarrierRefused("UNWRITABLE_REQUEST", retryable=False) from error
        except _NOTHING_WRITTEN as error:
            raise CarrierRefused(type(error).__name__, retryable=True) from error
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
    ) -> httpx.Response:
        """The answer to a question, or to a change that sends nothing, whatever its status.

        Raises LookUpFailed.
        """
        try:
            return self.call(method, path, headers=headers, query=query, body=body)
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
    ) -> httpx.Response:
        """One request with its answer read, in `call_seconds`. Raises what httpx raises, and Unwritable."""
        ends = time.monotonic() + self._call_seconds
        response = self._client.send(self._request(method, path, headers, query, body, ends), stream=True)
        try:
            response.stream = _InTime(cast(httpx.SyncByteStream, response.stream), ends)
            response.read()
        finally:
            response.close()
        return response

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: Query | None,
        body: bytes,
        ends: float,
    ) -> httpx.Request:
        # The length is said, because a body that goes out in pieces would else be sent "chunked".
        length = {"Content-Length": str(len(body))} if body else {}
        try:
            return self._client.build_request(
                method,
                self._base_url + path,
                params=cast(Any, query),
                headers={**headers, **length},
                content=_InTime(_pieces(body), ends) if body else None,
                timeout=httpx.Timeout(min(20.0, self._call_seconds), connect=5.0, pool=5.0),
            )
        except Exception as error:
            raise Unwritable from error


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))


def send_error(
    response: httpx.Response,
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


def question_error(
    response: httpx.Response, code: str | None, *, retryable: Collection[str] = ()
) -> LookUpFailed:
    """What an answer that is no success means for a question."""
    status = response.status_code
    again = status in (408, 429) or status >= 500 or code in retryable
    return LookUpFailed(code or f"HTTP_{status}", retryable=again, retry_after=retry_after(response))


def wall_seconds() -> float:
    """Our own clock, in seconds since 1970."""
    return time.time()


def check_clock(response: httpx.Response) -> None:
    """Raises LookUpFailed when the carrier's clock (RFC 9110, `Date`) is so far from ours that its list of a
    time may leave out what it took then. One that does not say its time is believed.
    """
    try:
        at = parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except ValueError:
        return
    if abs(at - wall_seconds()) > CLOCKS_APART_SECONDS:
        raise LookUpFailed("CLOCKS_APART", retryable=True)


def json_or_none(response: httpx.Response) -> object:
    """The answer's JSON; None when it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def retry_after(response: httpx.Response) -> float | None:
    """The seconds a carrier asks us to wait, at most five minutes; None when it does not say."""
    value = response.headers.get("retry-after", "")
    # A carrier that asks for years, or for more digits than a date can hold, is asked again before.
    return min(float(value), _LONGEST_RETRY_AFTER) if value.isascii() and value.isdigit() else None


def header(headers: Mapping[str, str], name: str) -> str:
    """A header of a carrier's call by its lower-case name; empty when absent."""
    return next((value for key, value in headers.items() if key.lower() == name), "")
