"""What stands before every carrier's application: its pace, and the faults that were switched on.

All carriers' modules pass each request through one gate: `enter` before they look at it, `pace` before
they take messages, `leave` before they answer.
"""

import math
import random
import threading
import time

import falcon

from infra.simulator.accounts import Account
from infra.simulator.faults import RESET_FLAG, Faults

_GARBLED = "<html>오류가 발생했습니다</html>"


class Busy(Exception):
    """The front door turns a request away before the application saw it."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


class Pace:
    """Messages per second of each account: a bucket of one second that may run into debt.

    A request of 10,000 is taken whole at any pace; the ones after it wait until it is paid off.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, account: Account, count: int) -> int:
        """Seconds to wait, or 0 when `count` messages were let through."""
        rate = account.messages_per_second
        if rate is None:
            return 0
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(account.api_key, (float(rate), now))
            tokens = min(float(rate), tokens + (now - at) * rate)
            if tokens <= 0:
                self._buckets[account.api_key] = (tokens, now)
                return max(1, math.ceil(-tokens / rate))
            self._buckets[account.api_key] = (tokens - count, now)
            return 0


class Gate:
    """Faults and pace of all accounts, by their API keys."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._pace = Pace()

    def enter(self, req: falcon.Request, api_key: str) -> None:
        """Let a sending request in, late or not at all. Raises Busy."""
        faults = self._faults.get(api_key)
        if faults.delay_ms:
            time.sleep(faults.delay_ms / 1000)
        if self._faults.take(api_key, "reset_before_accept"):
            req.env[RESET_FLAG] = True
            raise Busy(503, "ConnectionReset", "")
        if self._hit(api_key, "status_503", faults.status_503_rate):
            raise Busy(503, "ServiceUnavailable", "잠시 후 다시 시도해 주세요.")
        if self._hit(api_key, "status_429", faults.status_429_rate):
            raise Busy(429, "TooManyRequests", "요청이 너무 많습니다.", retry_after=1)

    def pace(self, account: Account, count: int) -> None:
        """Let `count` messages through. Raises Busy when the account is too fast."""
        wait = self._pace.take(account, count)
        if wait:
            raise Busy(429, "TooManyRequests", "요청이 너무 많습니다.", retry_after=wait)

    def leave(self, req: falcon.Request, resp: falcon.Response, api_key: str, answer: bytes) -> None:
        """Answer, unless a fault loses the answer now that the messages are accepted."""
        if self._faults.take(api_key, "reset_after_accept"):
            req.env[RESET_FLAG] = True
        elif self._faults.take(api_key, "garbled_answer"):
            resp.text = _GARBLED
        else:
            resp.data = answer

    def _hit(self, api_key: str, fault: str, rate: float) -> bool:
        return self._faults.take(api_key, fault) or random.random() < rate  # noqa: S311
