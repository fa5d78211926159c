"""A process's database connections: the last one returned is the first one taken.

psycopg_pool hands them out in turn, so that each of a dozen servers begins with cold caches and plans of
its own. Here the same few are warm; what was not needed for a while goes back to the pool, which closes it
in time.
"""

from threading import Lock
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[dict[str, Any]]
_RETURNS_PER_LEFTOVER = 200


class Connections:
    """Connections of one pool."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool, self._lock = pool, Lock()
        self._warm: list[Connection] = []
        self._waiting = self._returned = 0
        self._closed = False

    def take(self) -> Connection:
        """One for the caller alone. Raises psycopg_pool.PoolTimeout when none comes in time."""
        with self._lock:
            if self._warm:
                return self._warm.pop()
            self._waiting += 1
        try:
            return self._pool.getconn()
        finally:
            with self._lock:
                self._waiting -= 1

    def give_back(self, connection: Connection) -> None:
        """Whatever state it is in: the pool rolls back, or opens another one."""
        usable = not connection.closed and connection.info.transaction_status == TransactionStatus.IDLE
        leftover: Connection | None = connection
        with self._lock:
            if usable and not (self._waiting or self._closed):
                self._warm.append(connection)
                leftover = self._longest_unused()
        if leftover is not None:
            self._pool.putconn(leftover)

    def _longest_unused(self) -> Connection | None:
        """Now and then the one at the bottom, so that the pool sees its age."""
        self._returned += 1
        return self._warm.pop(0) if self._returned % _RETURNS_PER_LEFTOVER == 0 else None

    def close(self) -> None:
        """Closes the idle ones; those in use are closed when they come back."""
        with self._lock:
            warm, self._warm, self._closed = self._warm, [], True
        for connection in warm:
            self._pool.putconn(connection)
        self._pool.close()
