"""Time, injected. UTC inside; Asia/Seoul where a rule depends on the day."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

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
