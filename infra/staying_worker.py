"""A gunicorn worker whose threads stay with a connection that may ask again at once (decision 41), and which
has a socket of its own if the gateway knows one for each process (decision 9)."""

import select
import selectors
import time
from functools import cached_property, lru_cache
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

from infra.places import Places

STAY_MILLISECONDS = 10
"""Longer than a busy client takes for its next question; too short to be felt by who waits for a thread."""
_LOOK_SECONDS = 1.0

_date_of = lru_cache(maxsize=2)(util.http_date)


def _http_date(timestamp: float | None = None) -> str:
    """gunicorn's, made once a second instead of for every answer: 2 % of what the API does for a search."""
    return str(_date_of(int(time.time() if timestamp is None else timestamp)))


util.http_date = _http_date


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


def _is_unix(sock: Any) -> bool:
    return isinstance(sock.getsockname(), str)
