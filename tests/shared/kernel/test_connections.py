"""Connections: the last returned is the first taken, and nobody waits beside an idle one."""

import time
from collections.abc import Iterator
from threading import Thread

import pytest
from psycopg_pool import ConnectionPool, PoolTimeout

from shared.kernel import connections
from shared.kernel.config import settings
from shared.kernel.connections import Connection, Connections


@pytest.fixture
def pool(database: None) -> Iterator[ConnectionPool[Connection]]:
    url, options = settings().database_url, {"autocommit": True}
    with ConnectionPool[Connection](url, min_size=2, max_size=2, timeout=0.3, kwargs=options) as pool:
        pool.wait()
        yield pool


def test_the_last_returned_is_the_first_taken(pool: ConnectionPool[Connection]) -> None:
    kept = Connections(pool)
    first, second = kept.take(), kept.take()
    kept.give_back(second)
    kept.give_back(first)
    assert [kept.take(), kept.take()] == [first, second]
    for connection in (first, second):
        kept.give_back(connection)
    kept.close()
    assert first.closed
    assert second.closed


def test_who_waits_gets_the_next_that_is_returned(pool: ConnectionPool[Connection]) -> None:
    kept, got = Connections(pool), list[Connection]()
    held = [kept.take(), kept.take()]
    waiter = Thread(target=lambda: got.append(kept.take()), daemon=True)
    waiter.start()
    until = time.monotonic() + 10
    while not kept._waiting:
        assert time.monotonic() < until
        time.sleep(0.001)
    kept.give_back(held[0])
    waiter.join(10)
    assert got == held[:1]
    with pytest.raises(PoolTimeout):
        kept.take()
    assert kept._waiting == 0
    for connection in held:
        kept.give_back(connection)
    kept.close()


def test_what_is_broken_or_in_a_transaction_is_not_handed_on(pool: ConnectionPool[Connection]) -> None:
    kept = Connections(pool)
    broken, busy = kept.take(), kept.take()
    broken.close()
    busy.execute("BEGIN")
    kept.give_back(broken)
    kept.give_back(busy)
    taken = [kept.take(), kept.take()]
    assert [one.execute("SELECT 1 AS one").fetchone() is not None for one in taken] == [True, True]
    assert [one.info.transaction_status.name for one in taken] == ["IDLE", "IDLE"]
    for connection in taken:
        kept.give_back(connection)
    kept.close()


def test_the_pool_sees_the_longest_unused_now_and_then(
    pool: ConnectionPool[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_RETURNS_PER_LEFTOVER", 3)
    kept = Connections(pool)
    first, second = kept.take(), kept.take()
    for connection in (first, second):
        kept.give_back(connection)
    kept.give_back(kept.take())
    assert kept._warm == [second]
    assert kept.take() is second
    assert kept.take() is first
    for connection in (first, second):
        kept.give_back(connection)
    kept.close()


def test_what_comes_back_after_the_end_is_closed(pool: ConnectionPool[Connection]) -> None:
    kept = Connections(pool)
    late = kept.take()
    kept.close()
    kept.give_back(late)
    assert late.closed
