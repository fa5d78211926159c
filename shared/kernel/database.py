"""PostgreSQL: one pool per process, and the transaction in which a tenant's rows are visible."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from threading import Lock
from typing import Any, LiteralString, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from shared.kernel.config import settings
from shared.kernel.connections import Connection as Connection
from shared.kernel.connections import Connections
from shared.kernel.errors import Unavailable

APPLICATION_ROLE = "hanpyo_app"
_RETRIES = 5

P = ParamSpec("P")
T = TypeVar("T")

_pools: dict[int, Connections] = {}
_pools_lock = Lock()


class UnsafeDatabaseRole(RuntimeError):
    """The role we connect as could read every tenant's rows."""


@contextmanager
def tenant_transaction(tenant_id: UUID) -> Iterator[Connection]:
    """One transaction that sees and writes the rows of one tenant only.

    Commits when the block ends, rolls back when it raises.

    Raises Unavailable when no connection can be had within the pool's timeout.
    """
    with _transaction(f"BEGIN; SET LOCAL app.tenant_id = '{UUID(int=tenant_id.int)}'") as connection:
        yield connection


@contextmanager
def system_transaction() -> Iterator[Connection]:
    """A transaction outside every tenant: sees no tenant row, may call the SECURITY DEFINER functions."""
    with _transaction("BEGIN") as connection:
        yield connection


def ask(statement: LiteralString, parameters: Sequence[Any]) -> dict[str, Any] | None:
    """The first row of one statement that only reads and is its own transaction: one round trip.

    It sees no tenant row unless a function of the database sets the tenant. Raises Unavailable.
    """
    return at_once(lambda connection: connection.execute(statement, parameters).fetchone())


def at_once(work: Callable[[Connection], T]) -> T:
    """What a function makes of a connection without a transaction, on which it executes one such statement.

    It is called again when the server had closed the connection. Raises Unavailable.
    """
    connection, result = _answered(work)
    _pool().give_back(connection)
    return result


def repeat_on_conflict(work: Callable[P, T]) -> Callable[P, T]:
    """Run a function that is one transaction again, three times in all, when it lost to another one.

    For what must be written now: PostgreSQL ends one of two transactions that wait for each other.
    """

    @wraps(work)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(2):
            try:
                return work(*args, **kwargs)
            except (DeadlockDetected, SerializationFailure):
                continue
        return work(*args, **kwargs)

    return repeated


def waits_for_database(retries: int, error: BaseException) -> bool:
    """Whether an actor may try again: six times in all, but for as long as the database is down."""
    conflict = isinstance(error, (DeadlockDetected, SerializationFailure))
    return retries < _RETRIES or (isinstance(error, (psycopg.OperationalError, Unavailable)) and not conflict)


def close_pool() -> None:
    """Closes this process's pool (before a fork, at the end of a test run)."""
    pool = _pools.pop(os.getpid(), None)
    if pool is not None:
        pool.close()


@contextmanager
def _transaction(begin: str) -> Iterator[Connection]:
    connection, _ = _answered(lambda connection: connection.execute(begin.encode(), prepare=False))
    try:
        yield connection
    except BaseException:
        with suppress(psycopg.OperationalError):  # the server is gone, and with it the transaction
            connection.rollback()
        raise
    else:
        connection.commit()
    finally:
        _pool().give_back(connection)


def _answered(first: Callable[[Connection], T]) -> tuple[Connection, T]:
    """A connection and what its first statement answered, which must be harmless to repeat.

    The server may have closed a pooled connection meanwhile (a restart): then another one is asked. That
    saves asking each of them whether it is still there. Only failing to get a connection is translated: any
    other error is the caller's own.
    """
    pool = _pool()
    for tries_left in range(settings().database_pool_size, -1, -1):
        try:
            connection = pool.take()
        except PoolTimeout as error:
            raise Unavailable from error
        try:
            return connection, first(connection)
        except BaseException as error:
            pool.give_back(connection)
            if not (tries_left and isinstance(error, psycopg.OperationalError) and connection.closed):
                raise
    raise AssertionError("the last try returns or raises")


def _pool() -> Connections:
    # Keyed by pid: a forked worker must not share its parent's sockets.
    pool = _pools.get(os.getpid())
    if pool is None:
        with _pools_lock:
            pool = _pools.get(os.getpid()) or Connections(_open_pool())
            _pools[os.getpid()] = pool
    return pool


def _open_pool() -> ConnectionPool[Connection]:
    return ConnectionPool(
        settings().database_url,
        min_size=1,
        max_size=settings().database_pool_size,
        timeout=10,
        kwargs={"row_factory": dict_row, "autocommit": True, "options": "-c timezone=UTC"},
        configure=_become_application_role,
        open=True,
    )


def _become_application_role(connection: psycopg.Connection[Any]) -> None:
    """Leaves the login role for hanpyo_app, and refuses a role that row-level security does not bind."""
    cursor = connection.cursor(row_factory=dict_row)
    role = cursor.execute("SELECT current_user::text AS name").fetchone()
    if role is not None and role["name"] != APPLICATION_ROLE:
        cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
    powers = cursor.execute(
        "SELECT rolsuper OR rolbypassrls AS unsafe FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if powers is None or powers["unsafe"]:
        raise UnsafeDatabaseRole(f"{APPLICATION_ROLE} must not be a superuser or bypass row security")
