"""A gunicorn worker whose threads stay with a connection that may ask again at once (decision 41), and which
has a socket of its own if the gateway knows one for each process (decision 9).

Each call of the system lets go of the interpreter's lock, and to have it back a thread waits for whoever took
it: what needs no call makes none.
"""

import select
import selectors
import socket
import time
from functools import cached_property, lru_cache
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from infra.places import Places

STAY_MILLISECONDS = 25
"""Longer than a busy client takes for its next question; too short to be felt by who waits for a thread."""
_LOOK_SECONDS = 1.0

_date_of = lru_cache(maxsize=2)(util.http_date)


def _http_date(timestamp: float | None = None) -> str:
    """gunicorn's, made once a second instead of for every answer: 2 % of what the API does for a search."""
    return str(_date_of(int(time.time() if timestamp is None else timestamp)))


util.http_date = _http_date


class _Pieces(list[bytes]):
    """What was to be sent."""

    sendall = list.append


class AnswerInOne(wsgi.Response):  # type: ignore[misc]
    """gunicorn's, but the head goes with the first of the body: nginx is woken once, not twice."""

    sock: Any

    def write(self, arg: bytes) -> None:
        """See `Response.write`."""
        if self.headers_sent:
            super().write(arg)
            return
        connection: Any = self.sock
        pieces = self.sock = _Pieces()
        try:
            super().write(arg)
        finally:
            self.sock = connection
        connection.sendall(b"".join(pieces))


wsgi.Response = AnswerInOne


class _CalmSocket(socket.socket):
    """Tells the system how it waits only when that changes: gunicorn says it four times a request."""

    def setblocking(self, flag: bool, /) -> None:
        """See `socket.setblocking`."""
        self.settimeout(None if flag else 0.0)

    def settimeout(self, value: float | None, /) -> None:
        """See `socket.settimeout`."""
        if value != self.gettimeout():
            super().settimeout(value)


class StayingWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's `gthread`, but a thread takes a connection's next request itself when it comes soon, and of
    several unix sockets each process listens at one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._listening: list[Any] = []
        self._looked = 0.0

    def handle(self, conn: TConn) -> Any:
        """See `ThreadWorker.handle`; the result is that of the last request."""
        again = super().handle(conn)
        while again is True and self._asks_soon(conn):
            again = super().handle(conn)
        return again

    def _asks_soon(self, conn: TConn) -> bool:
        # Bytes that were read already, and requests that wait for a thread, are the main thread's business.
        if not self.alive or conn.is_http2 or self.tpool._work_queue.qsize():
            return False
        if conn.parser.unreader.buf.getvalue():
            return False
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(STAY_MILLISECONDS))

    def enqueue_req(self, conn: TConn) -> None:
        """See `ThreadWorker`: called for a connection before its first request, too."""
        if not isinstance(conn.sock, _CalmSocket):
            conn.sock = _calm(conn.sock)
        super().enqueue_req(conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """See `ThreadWorker`. Without a body nothing can be left of it."""
        return keepalive and (_has_no_body(conn.parser.mesg) or super()._keepalive_after(conn, keepalive))

    def set_accept_enabled(self, enabled: bool) -> None:
        """See `ThreadWorker`. A process that takes no connections has no place: others serve it."""
        self._accepting, self._looked = enabled, time.monotonic()
        if enabled:
            served = self._places.served()
            self._listen_at([s for s in self.sockets if not _is_unix(s) or s.getsockname() in served])
        else:
            self._places.leave()
            self._listen_at([])

    def notify(self) -> None:
        """Called in every turn of the loop, at least once a second: who came and who went?"""
        super().notify()
        if self._accepting and time.monotonic() - self._looked >= _LOOK_SECONDS:
            self.set_accept_enabled(True)

    def _listen_at(self, wanted: list[Any]) -> None:
        for sock in [sock for sock in self._listening if sock not in wanted]:
            self.poller.unregister(sock)
        for sock in [sock for sock in wanted if sock not in self._listening]:
            sock.setblocking(False)
            self.poller.register(sock, selectors.EVENT_READ, self.accept)
        self._listening = wanted

    @cached_property
    def _places(self) -> Places:
        """Made when first needed: after the fork."""
        return Places(sock.getsockname() for sock in self.sockets if _is_unix(sock))


def _calm(sock: socket.socket) -> _CalmSocket:
    timeout = sock.gettimeout()
    calm = _CalmSocket(sock.family, sock.type, sock.proto, sock.detach())
    calm.settimeout(timeout)
    return calm


def _has_no_body(request: Any) -> bool:
    return not any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in request.headers)


def _is_unix(sock: Any) -> bool:
    return isinstance(sock.getsockname(), str)
