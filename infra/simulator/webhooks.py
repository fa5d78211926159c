"""The courier: calls the accounts' webhooks, up to 100 reports a call, until they answer 2xx."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from infra.simulator import accounts
from infra.simulator.accounts import Account
from infra.simulator.ids import now_ms
from infra.simulator.store import Store

log = logging.getLogger(__name__)

_ITEMS_PER_CALL = 100
_CALLS_AT_ONCE = 3
_RETRIES = 7
_TIMEOUT = httpx.Timeout(5.0)
_PACE_SECONDS = 0.05
_IDLE_SECONDS = 0.5

_SELECT = """
SELECT calls.id, calls.event_id, calls.code AS event_code, calls.attempts, messages.*
FROM calls JOIN messages USING (seq)
WHERE calls.id IN (
    SELECT id FROM calls
    WHERE leased = 0 AND account = ? AND kind = ? AND attempts = ? AND due_at <= ?
    ORDER BY due_at, id LIMIT ?)
ORDER BY calls.due_at, calls.id
"""
_DUE = """
SELECT account, kind, attempts, min(due_at) FROM calls WHERE leased = 0 AND due_at <= ?
GROUP BY account, kind, attempts ORDER BY 4
"""


Writer = Callable[[Account, Sequence[sqlite3.Row]], tuple[bytes, dict[str, str]]]
"""Writes body and headers of a call from rows of `messages` with event_id, event_code and attempts."""


@dataclass(frozen=True, slots=True)
class Call:
    """One POST that is under way: its rows, where it goes and what it says."""

    ids: list[int]
    account: Account
    url: str
    body: bytes
    headers: dict[str, str]
    kind: str
    attempts: int


class Courier:
    """A planner thread that leases due calls and a few threads that make them.

    An account has at most three calls in flight, so that a webhook that times out delays its
    own account only. A call that fails waits 1, 2, 4 ... 64 seconds; after that the account's
    webhook is INACTIVE and what it still owed is dropped, as at the real carrier.
    """

    def __init__(self, store: Store, writer_of: Callable[[Account, str], Writer | None]) -> None:
        self._store = store
        self._writer_of = writer_of
        self._client = httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False)
        self._pool = ThreadPoolExecutor(max_workers=9, thread_name_prefix="courier")
        self._in_flight: dict[str, int] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()

    def start(self) -> None:
        """Run until the process ends."""
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def wake(self) -> None:
        """Tell the courier that calls were booked, or that one came back."""
        self._wake.set()

    def _run(self) -> None:
        while True:
            try:
                started = self._start_due_calls()
            except Exception:
                log.exception("webhook calls stopped for a turn")
                started = 0
            if not started:
                self._wake.wait(_IDLE_SECONDS)
                self._wake.clear()
                time.sleep(_PACE_SECONDS)

    def _start_due_calls(self) -> int:
        started = 0
        due = self._store.read().execute(_DUE, (now_ms(),)).fetchall()
        for row in due:
            api_key, kind, attempts = row["account"], row["kind"], row["attempts"]
            while self._has_room(api_key):
                call = self._lease(api_key, kind, attempts)
                if call is None:
                    break
                self._count(api_key, 1)
                self._pool.submit(self._make, call)
                started += 1
        return started

    def _has_room(self, api_key: str) -> bool:
        with self._lock:
            return self._in_flight.get(api_key, 0) < _CALLS_AT_ONCE

    def _count(self, api_key: str, change: int) -> None:
        with self._lock:
            self._in_flight[api_key] = self._in_flight.get(api_key, 0) + change

    def _lease(self, api_key: str, kind: str, attempts: int) -> Call | None:
        limit = _ITEMS_PER_CALL if kind.startswith("report") else 1
        with self._store.write() as connection:
            account = accounts.find(connection, api_key)
            rows = connection.execute(_SELECT, (api_key, kind, attempts, now_ms(), limit)).fetchall()
            ids = [row["id"] for row in rows]
            url = _url(account, kind)
            writer = self._writer_of(account, kind) if account else None
            if account is None or url is None or writer is None:
                _drop(connection, ids)
                return None
            if not rows:
                return None
            _lease_rows(connection, ids)
        return Call(ids, account, url, *writer(account, rows), kind, attempts)

    def _make(self, call: Call) -> None:
        try:
            self._settle(call, answered=self._post(call))
        except sqlite3.Error:
            log.exception("a webhook call could not be settled")
        finally:
            self._count(call.account.api_key, -1)
            self.wake()

    def _post(self, call: Call) -> bool:
        try:
            return self._client.post(call.url, content=call.body, headers=call.headers).is_success
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    def _settle(self, call: Call, *, answered: bool) -> None:
        with self._store.write() as connection:
            if answered:
                _drop(connection, call.ids)
            elif call.attempts < _RETRIES:
                wait = call.account.webhook_backoff_ms * 2**call.attempts
                _retry(connection, call.ids, now_ms() + wait)
            else:
                _deactivate(connection, call.account.api_key)


def _url(account: Account | None, kind: str) -> str | None:
    if account is None or account.webhook_state != "ACTIVE":
        return None
    return account.inbound_url if kind == "inbound" else account.webhook_url


def _ids_of(ids: list[int]) -> str:
    return json.dumps(ids)


def _drop(connection: sqlite3.Connection, ids: list[int]) -> None:
    connection.execute("DELETE FROM calls WHERE id IN (SELECT value FROM json_each(?))", (_ids_of(ids),))


def _lease_rows(connection: sqlite3.Connection, ids: list[int]) -> None:
    connection.execute(
        "UPDATE calls SET leased = 1 WHERE id IN (SELECT value FROM json_each(?))",
        (_ids_of(ids),),
    )


def _retry(connection: sqlite3.Connection, ids: list[int], due_at: int) -> None:
    connection.execute(
        "UPDATE calls SET leased = 0, attempts = attempts + 1, due_at = ? "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (due_at, _ids_of(ids)),
    )


def _deactivate(connection: sqlite3.Connection, api_key: str) -> None:
    connection.execute("UPDATE accounts SET webhook_state = 'INACTIVE' WHERE api_key = ?", (api_key,))
    connection.execute("DELETE FROM calls WHERE account = ?", (api_key,))
