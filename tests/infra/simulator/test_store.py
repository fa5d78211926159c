"""The simulator's store: who writes beside others shares their commit, and nobody's failure is another's."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from infra.simulator.store import Store

SOON = 20  # seconds


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "simulator.sqlite")


def refuse(store: Store, number: str, fails: bool = False) -> None:
    with store.write() as connection:
        connection.execute("INSERT INTO opt_outs VALUES ('a', ?, 0)", (number,))
        if fails:
            raise LookupError(number)


def refused(store: Store) -> set[str]:
    return {row["phone"] for row in store.read().execute("SELECT phone FROM opt_outs")}


def together(store: Store, *numbers: str, failing: str = "") -> list[Future[None]]:
    """Writes that all wait for one that is under way, and that one."""
    begun, may_end = Event(), Event()

    def first() -> None:
        with store.write() as connection:
            connection.execute("INSERT INTO opt_outs VALUES ('a', 'first', 0)")
            begun.set()
            assert may_end.wait(SOON)

    pool = ThreadPoolExecutor(len(numbers) + 1)
    done = [pool.submit(first)]
    assert begun.wait(SOON)
    done += [pool.submit(refuse, store, number, number == failing) for number in numbers]
    until = time.monotonic() + SOON
    while store._waiting < len(numbers):
        assert time.monotonic() < until
        time.sleep(0.001)
    assert refused(store) == set()
    may_end.set()
    pool.shutdown()
    return done


def test_those_who_wait_share_a_commit(store: Store) -> None:
    before = store.version
    done = together(store, "1", "2", "3")
    assert [each.exception() for each in done] == [None] * 4
    assert refused(store) == {"first", "1", "2", "3"}
    assert store.version == before + 1


def test_nobody_waits_for_a_crowd(store: Store) -> None:
    before = store.version
    numbers = [str(number) for number in range(40)]
    together(store, *numbers)
    assert refused(store) == {"first", *numbers}
    assert store.version == before + 3


def test_one_that_fails_undoes_itself_alone(store: Store) -> None:
    done = together(store, "1", "2", "3", failing="2")
    assert [type(each.exception()) for each in done] == [type(None), type(None), LookupError, type(None)]
    assert refused(store) == {"first", "1", "3"}


class Failing:
    """A connection on which one statement fails."""

    def __init__(self, connection: sqlite3.Connection, statement: str) -> None:
        self._connection, self._statement = connection, statement

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == self._statement:
            raise sqlite3.OperationalError("database or disk is full")
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_when_it_cannot_be_kept_all_of_them_hear_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    working = store._writer
    monkeypatch.setattr(store, "_writer", Failing(working, "COMMIT"))
    done = together(store, "1", "2")
    assert [type(each.exception()) for each in done] == [sqlite3.OperationalError] * 3
    assert refused(store) == set()
    monkeypatch.setattr(store, "_writer", working)
    refuse(store, "4")
    assert refused(store) == {"4"}


def test_nobody_adds_to_what_was_rolled_back(store: Store) -> None:
    def broken() -> None:
        with store.write() as connection:
            connection.execute("INSERT INTO opt_outs VALUES ('a', 'lost', 0)")
            connection.execute("ROLLBACK")  # as SQLite does by itself when the disk is full

    with pytest.raises(sqlite3.OperationalError):
        broken()
    refuse(store, "1")
    assert refused(store) == {"1"}
