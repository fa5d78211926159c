"""One HTTP request and its answer, over connections that are kept (decision 42).

urllib3's connections and pools, without its repetitions, redirects and proxies: nothing is ever sent twice.
What every gateway shares of rules stands in `calling`; here are only bytes.
"""

import functools
import http.client
import io
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, SSLError

_PIECE = 64 * 1024
_CONNECT_SECONDS = 5.0
_WAIT_SECONDS = 20.0
# A carrier that closes idle connections does so after five seconds or more: an older one is not used again.
_IDLE_SECONDS = 4.0
_KEPT = 20
# The longest list that a carrier has reason to send is a thousandth of this.
_MOST_BYTES = 64 * 1024 * 1024
# When this thread's call is over (monotonic clock), for the parts of it that urllib3 calls.
_ends: ContextVar[float] = ContextVar("ends")
# What the kernel still holds of a request must not arrive minutes after we gave it up.
_NOT_FOR_MINUTES = (
    [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000)] if hasattr(socket, "TCP_USER_TIMEOUT") else []
)
_SOCKET_OPTIONS = [*HTTPConnection.default_socket_options, *_NOT_FOR_MINUTES]
_TARGET = re.compile(r"[!-~]+")
_HEADER = re.compile(r"[\t -~]*")


class NothingWritten(Exception):
    """Failed before the first byte of the request was written. Its words are a stable code: NO_SUCH_HOST,
    CONNECT_TIMEOUT, TLS_FAILED or NOT_CONNECTED.
    """


class CallTimeout(Exception):
    """The call as a whole took too long."""


class TooLong(Exception):
    """The answer is longer than any that a carrier has reason to send."""


class Unwritable(Exception):
    """A request that cannot be put into bytes, such as a key that fits into no header."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. Past `ends` (of the monotonic clock, seconds) no further piece of it is."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    ends: float

    def pieces(self) -> Iterator[bytes]:
        """The body in pieces. Raises CallTimeout once the call's time is over."""
        for start in range(0, len(self.body), _PIECE):
            in_time(self.ends)
            yield self.body[start : start + _PIECE]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read to its end. Header names are found in any case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status_code < 300

    def json(self) -> Any:
        """The content as JSON. Raises ValueError, or RecursionError for one that is nested without end."""
        return json.loads(self.content)


class Exchange(Protocol):
    """Sends one request, once. Raises Unwritable and NothingWritten; CallTimeout, TooLong and what else may
    go wrong once the first byte was written.
    """

    def __call__(self, request: Request) -> Answer: ...


def exchange(request: Request) -> Answer:
    """See `Exchange`."""
    pool, target = _way(request)
    _ends.set(request.ends)
    response = pool.urlopen(
        request.method,
        target,
        body=request.pieces() if len(request.body) > _PIECE else request.body or None,
        headers=request.headers,
        retries=False,
        redirect=False,
        timeout=Timeout(connect=_CONNECT_SECONDS, read=min(_WAIT_SECONDS, _left(request.ends))),
        preload_content=False,
    )
    try:
        content = bytearray()
        while piece := response.read1(_PIECE):
            content += piece
            in_time(request.ends)
            if len(content) > _MOST_BYTES:
                raise TooLong
        # Nothing is left: this gives the connection back to its pool.
        response.read()
    except BaseException:
        response.close()
        raise
    return Answer(response.status, response.headers, bytes(content))


def in_time(ends: float) -> None:
    """Raises CallTimeout past a moment of the monotonic clock."""
    if time.monotonic() >= ends:
        raise CallTimeout("the call took too long")


def _left(ends: float) -> float:
    in_time(ends)
    return ends - time.monotonic()


def _way(request: Request) -> tuple[HTTPConnectionPool, str]:
    """The pool of the request's carrier and its target. Raises Unwritable for what fits into no head."""
    try:
        parts = urlsplit(request.url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
        target = request.url[request.url.index("/", len(scheme) + 3) :]
    except ValueError as error:
        raise Unwritable from error
    heads = all(_HEADER.fullmatch(value) for value in request.headers.values())
    if scheme not in ("http", "https") or not host or not heads or not _TARGET.fullmatch(target):
        raise Unwritable
    return _pool(scheme, host, port), target


def _why(error: Exception) -> str:
    if isinstance(error, NameResolutionError):
        return "NO_SUCH_HOST"
    if isinstance(error, (ssl.SSLError, SSLError)):
        return "TLS_FAILED"
    # urllib3 counts a closed port among what takes too long.
    if isinstance(error, NewConnectionError):
        return "NOT_CONNECTED"
    return "CONNECT_TIMEOUT" if isinstance(error, (ConnectTimeoutError, TimeoutError)) else "NOT_CONNECTED"


class _Reading(io.RawIOBase):
    """The bytes of an answer as they come, head and all, none of them after the call's time is over."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._ends = connection, _ends.get()
        self._bytes = connection.makefile("rb", buffering=0)  # holds a connection that is being closed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = _left(self._ends)
        self._connection.settimeout(min(_WAIT_SECONDS, left))
        try:
            return self._bytes.readinto(buffer)
        except TimeoutError as error:
            if left <= _WAIT_SECONDS:
                raise CallTimeout("the call took too long") from error
            raise

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """One whose head cannot trickle in for ever: each read alone would be in time."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Reading(sock))


class _Connection(HTTPConnection):
    """One that says when nothing was written, and that is not used again once it may have been closed."""

    response_class = _Response
    _asked_at = 0.0

    def connect(self) -> None:
        try:
            super().connect()
        except Exception as error:
            raise NothingWritten(_why(error)) from error
        # A name with many addresses takes long: what is written so late would be looked for in vain.
        if time.monotonic() >= _ends.get():
            raise NothingWritten("CONNECT_TIMEOUT")
        self.sock.settimeout(_WAIT_SECONDS)

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self._asked_at < _IDLE_SECONDS and super().is_connected

    def request(self, *arguments: Any, **options: Any) -> None:
        self._asked_at = time.monotonic()
        if self.sock is not None:  # the last answer's reading may have left it with little patience
            self.sock.settimeout(_WAIT_SECONDS)
        super().request(*arguments, **options)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


@functools.cache
def _pool(scheme: str, host: str, port: int | None) -> HTTPConnectionPool:
    """One per process and carrier, made at the first use: loading the certificates takes some 20 ms."""
    common: dict[str, Any] = {"maxsize": _KEPT, "socket_options": _SOCKET_OPTIONS}
    if scheme == "http":
        return _Pool(host, port, **common)
    return _TlsPool(host, port, ca_certs=certifi.where(), **common)
