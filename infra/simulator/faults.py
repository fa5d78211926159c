"""Faults that a test or a curious person switches on for one account; kept in memory only."""

import threading
from dataclasses import dataclass, field, fields
from typing import Any

RESET_FLAG = "simulator.reset_connection"


@dataclass
class AccountFaults:
    """What goes wrong on one account.

    The counters go down by one per send request; rates are 0 to 1. `webhook_loss` never calls,
    `webhook_duplicate` calls twice, `webhook_reorder` calls some of them seconds late and
    `webhook_delay_ms` all.
    """

    reset_after_accept: int = 0
    reset_before_accept: int = 0
    status_503: int = 0
    status_429: int = 0
    garbled_answer: int = 0
    status_503_rate: float = 0.0
    status_429_rate: float = 0.0
    delay_ms: int = 0
    webhook_delay_ms: int = 0
    webhook_loss: float = 0.0
    webhook_duplicate: float = 0.0
    webhook_reorder: float = 0.0


_WHOLE = frozenset(
    {
        "reset_after_accept",
        "reset_before_accept",
        "status_503",
        "status_429",
        "garbled_answer",
        "delay_ms",
        "webhook_delay_ms",
    }
)
_NAMES = {each.name for each in fields(AccountFaults)}


@dataclass
class Faults:
    """The faults of all accounts. Thread-safe."""

    _by_account: dict[str, AccountFaults] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, api_key: str, changes: dict[str, Any]) -> AccountFaults:
        """Change the named faults. Raises ValueError for an unknown name or a bad value."""
        for name, value in changes.items():
            if name not in _NAMES or isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(name)
            if value < 0:
                raise ValueError(name)
        with self._lock:
            faults = self._by_account.setdefault(api_key, AccountFaults())
            for name, value in changes.items():
                setattr(faults, name, int(value) if name in _WHOLE else value)
            return faults

    def get(self, api_key: str) -> AccountFaults:
        """The faults of an account; all off when none were set."""
        with self._lock:
            return self._by_account.get(api_key, AccountFaults())

    def take(self, api_key: str, name: str) -> bool:
        """Use up one of a counted fault; whether there was one left."""
        with self._lock:
            faults = self._by_account.get(api_key)
            left = getattr(faults, name) if faults else 0
            if left <= 0:
                return False
            setattr(faults, name, left - 1)
            return True
