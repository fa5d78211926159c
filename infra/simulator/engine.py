"""Delivery: moves accepted messages along their plans and books the webhook calls they owe."""

import logging
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from infra.simulator import accounts
from infra.simulator.accounts import Account
from infra.simulator.faults import AccountFaults, Faults
from infra.simulator.ids import now_ms
from infra.simulator.outcomes import PENDING, PLANS, Step
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier

log = logging.getLogger(__name__)

_BATCH = 5000
_PACE_SECONDS = 0.05
_IDLE_SECONDS = 1.0
_DUE = """
SELECT seq, account, plan, step, price, kakao IS NOT NULL AS kakao
FROM messages WHERE next_at <= ? ORDER BY next_at LIMIT ?
"""
# The condition lets SQLite use the partial index: without it each turn walks all messages there ever were.
_NEXT = "SELECT min(next_at) FROM messages WHERE next_at IS NOT NULL"
_INSERT_CALL = "INSERT INTO calls (account, kind, event_id, seq, code, due_at) VALUES (?, ?, ?, ?, ?, ?)"
_MOVE = """
UPDATE messages
SET code = ?, step = ?, next_at = ?, updated_at = ?, processed_at = coalesce(processed_at, ?),
    settled_at = ?
WHERE seq = ?
"""


class Engine:
    """One thread that wakes when something is due, at most twenty times a second.

    The pace gathers what is due into few large transactions, and its webhook calls into full
    batches; a thread per message would cost the hub's two cores more than the hub itself.
    """

    def __init__(self, store: Store, courier: Courier, faults: Faults) -> None:
        self._store = store
        self._courier = courier
        self._faults = faults
        self._wake = threading.Event()

    def start(self) -> None:
        """Run until the process ends."""
        threading.Thread(target=self._run, name="engine", daemon=True).start()

    def wake(self) -> None:
        """Tell the engine that messages came in."""
        self._wake.set()

    def _run(self) -> None:
        while True:
            try:
                moved = self.advance()
            except Exception:
                # A full disk, a busy file: the messages are still due on the next turn, and a
                # dead thread would stop every phone without a word.
                log.exception("delivery stopped for a turn")
                moved = 0
            if moved < _BATCH:
                self._sleep()

    def _sleep(self) -> None:
        due = self._store.read().execute(_NEXT).fetchone()[0]
        wait = _IDLE_SECONDS if due is None else (due - now_ms()) / 1000
        self._wake.wait(min(max(wait, 0.0), _IDLE_SECONDS))
        self._wake.clear()
        time.sleep(_PACE_SECONDS)

    def advance(self) -> int:
        """Move every message that is due by one step, up to 5,000; returns how many."""
        now = now_ms()
        due = self._store.read().execute(_DUE, (now, _BATCH)).fetchall()
        if due:
            with self._store.write() as connection:
                self._move(connection, due, now)
            self._courier.wake()
        return len(due)

    def _move(self, connection: sqlite3.Connection, due: list[sqlite3.Row], now: int) -> None:
        moves: list[tuple[Any, ...]] = []
        calls: list[tuple[Any, ...]] = []
        refunds: Counter[str] = Counter()
        known = {key: accounts.find(connection, key) for key in {row["account"] for row in due}}
        for row in due:
            account = known[row["account"]] or Account(row["account"])
            step = PLANS[row["plan"]][row["step"]]
            moves.append(_moved(account, row, step, now))
            if account.webhook_url and account.webhook_state == "ACTIVE":
                calls += _calls(account, row, step, now, self._faults.get(account.api_key))
            if step.code not in PENDING and step.code != "4000":
                refunds[account.api_key] += row["price"]
        connection.executemany(_MOVE, moves)
        connection.executemany(_INSERT_CALL, calls)
        for api_key, won in refunds.items():
            accounts.add_to_balance(connection, api_key, won)


def _moved(account: Account, row: sqlite3.Row, step: Step, now: int) -> tuple[Any, ...]:
    following = row["step"] + 1
    plan = PLANS[row["plan"]]
    next_at = None
    if following < len(plan):
        wait = plan[following]
        next_at = now + int(wait.latency * account.latency_ms + wait.timeout * account.timeout_ms)
    settled = None if step.code in PENDING else now
    return (step.code, following, next_at, now, now, settled, row["seq"])


def _calls(
    account: Account, row: sqlite3.Row, step: Step, now: int, faults: AccountFaults
) -> Iterator[tuple[Any, ...]]:
    for order, code in enumerate(step.reports):
        if random.random() < faults.webhook_loss:  # noqa: S311
            continue
        late = faults.webhook_delay_ms + 3000 * (random.random() < faults.webhook_reorder)  # noqa: S311
        copies = 2 if random.random() < faults.webhook_duplicate else 1  # noqa: S311
        for _ in range(copies):
            due_at = now + order * 300 + int(late)
            # Kakao's results travel apart: at some carriers they come from another product.
            kind = "report-kakao" if row["kakao"] else "report"
            yield (account.api_key, kind, f"{random.getrandbits(96):024x}", row["seq"], code, due_at)
