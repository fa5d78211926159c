"""Time, injected. UTC inside; Asia/Seoul where a rule depends on the day."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Lock, Thread
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
JUMP_SECONDS, LOOK_SECONDS = 1.0, 0.5

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The current time, timezone-aware, in UTC."""
    return datetime.now(UTC)


def seoul_date(at: datetime) -> date:
    """The calendar day in Korea at a moment."""
    return at.astimezone(SEOUL).date()


def seoul_month(at: datetime) -> date:
    """First day of the Korean calendar month at a moment: quota period and ledger partition."""
    return seoul_date(at).replace(day=1)


def isoformat(at: datetime) -> str:
    """RFC 3339 in UTC with a trailing Z, milliseconds kept."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class EvenClock:
    """Tells for how long the wall clock has run evenly, as far as this process can know.

    Only within that while do differences of wall times say how much time passed: somebody may set the clock.
    `wall` and `even` are in seconds; `even` is a clock that nobody sets.
    """

    def __init__(
        self,
        wall: Callable[[], float] = lambda: utc_now().timestamp(),
        even: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._even = wall, even
        self._lock = Lock()
        self._ahead, self._since = 0.0, 0.0
        self._watched = False

    def seconds(self) -> float:
        """Seconds since the clock was last seen set by more than JUMP_SECONDS; 0 when first asked.

        From then on a thread looks twice a second, so that a clock set and soon set back is seen too. One
        that is corrected by fractions of a second an hour counts as even.
        """
        with self._lock:
            first, self._watched = not self._watched, True
        if first:
            self.look(began=True)
            Thread(target=self._watch, name="even-clock", daemon=True).start()
        return self.look()

    def look(self, *, began: bool = False) -> float:
        """Compare the clocks now; `began` takes nothing from before."""
        with self._lock:
            now = self._even()
            ahead = self._wall() - now
            if began or abs(ahead - self._ahead) > JUMP_SECONDS:
                self._since = now
            self._ahead = ahead
            return now - self._since

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()
