"""The simulator stays as fast with a million old messages as with none: no statement walks them all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.simulator import accounts, network
from infra.simulator.accounts import Account
from infra.simulator.engine import Engine
from infra.simulator.faults import Faults
from infra.simulator.ids import new_id, now_ms
from infra.simulator.network import Parcel
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier

ACCOUNT = Account("key", webhook_url="http://127.0.0.1:9/nobody", latency_ms=0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "simulator.db")
    with store.write() as connection:
        accounts.save(connection, ACCOUNT)
    return store


@contextmanager
def _heard(*connections: sqlite3.Connection) -> Iterator[list[str]]:
    statements: list[str] = []
    for connection in connections:
        connection.set_trace_callback(statements.append)
    yield statements
    for connection in connections:
        connection.set_trace_callback(None)


def _walks(store: Store, statements: list[str]) -> list[str]:
    """The steps of these statements' plans that read all messages; the calls are only those still owed."""
    told = [
        one for one in set(statements) if one.lstrip().split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}
    ]
    assert told
    steps = [row[3] for one in told for row in store.read().execute(f"EXPLAIN QUERY PLAN {one}")]
    return [step for step in steps if step.startswith("SCAN messages")]


def _parcels() -> list[Parcel]:
    return [
        Parcel(new_id("M4V", now_ms()), f"0102222{number:04}", "0212345678", "SMS", "안내")
        for number in range(9)
    ]


def test_taking_messages_reads_those_only(store: Store) -> None:
    with store.write() as connection, _heard(connection) as statements:
        network.take(connection, ACCOUNT, "G1", now_ms(), _parcels())
    assert _walks(store, statements) == []


def test_delivering_and_reporting_reads_what_is_due(store: Store) -> None:
    with store.write() as connection:
        network.take(connection, ACCOUNT, "G1", now_ms() - 1000, _parcels())
        writer = connection
    courier = Courier(store, lambda *_: lambda *_: (b"[]", {}))
    engine = Engine(store, courier, Faults())
    with _heard(writer, store.read()) as statements:
        assert engine.advance() == len(_parcels())
        courier._start_due_calls()
    assert _walks(store, statements) == []
