"""A gunicorn worker whose threads stay with a connection that may ask again at once (decision 41)."""

import select
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

STAY_MILLISECONDS = 10
"""Longer than a busy client takes for its next question; too short to be felt by who waits for a thread."""


class StayingWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's `gthread`, but a thread takes a connection's next request itself when it comes soon."""

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
