"""Two rules that take weight from an account that does badly, and one that gives it back (decision 21).

Errors: ten failed calls in the last minute cost 10 points. Slow: more than 30 % of at least 20 messages,
tried 4 to 10 minutes ago, had no report within 4 minutes: 10 points. At most one loss a minute. An hour after
the last change 10 points come back, until all are. Shares are by points: what one loses the others carry.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared.kernel.clock import seoul_month
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import breaker, routing
from shared.messaging import store_accounts as store
from shared.security import audit

log = get_logger(__name__)

STEP: Final = 10
LOSE_EVERY: Final = timedelta(minutes=1)
REGAIN_EVERY: Final = timedelta(hours=1)
REPORTED_WITHIN: Final = timedelta(minutes=4)
LOOK_BACK: Final = timedelta(minutes=10)
MOST_SLOW: Final = 0.3
FEWEST: Final = 20


def camps() -> list[UUID]:
    """Camps with two accounts or more: the others have nothing to balance."""
    with system_transaction() as connection:
        return store.tenants_with_two(connection)


def balance(tenant_id: UUID, now: datetime) -> int:
    """Apply the rules to a camp's accounts; returns how many changed. Safe to run twice."""
    with tenant_transaction(tenant_id) as connection:
        rows = store.lock_live(connection)
        if len(rows) < 2:
            return 0
        months = [seoul_month(now), seoul_month(now - timedelta(days=31))]
        shares = store.slow_shares(
            connection, months, now - LOOK_BACK, now - REPORTED_WITHIN, REPORTED_WITHIN
        )
        return sum(_move(connection, row, _fault(row, shares), now) for row in rows)


def is_slow(tried: int, late: int) -> bool:
    """Whether so many late reports of so many messages are too many."""
    return tried >= FEWEST and late > tried * MOST_SLOW


def _fault(row: dict[str, Any], shares: dict[UUID, tuple[int, int]]) -> str | None:
    if breaker.health(row["id"]).errors_last_minute >= breaker.MOST_ERRORS:
        return "errors"
    return "slow" if is_slow(*shares.get(row["id"], (0, 0))) else None


def _move(connection: Connection, row: dict[str, Any], fault: str | None, now: datetime) -> bool:
    since = now - row["lost_moved_at"] if row["lost_moved_at"] else REGAIN_EVERY
    if fault and since >= LOSE_EVERY and routing.points(row) > 0:
        return _write(connection, row, min(100, row["lost"] + STEP), fault, now)
    if not fault and row["lost"] and since >= REGAIN_EVERY:
        return _write(connection, row, max(0, row["lost"] - STEP), row["lost_reason"], now)
    return False


def _write(connection: Connection, row: dict[str, Any], lost: int, reason: str, now: datetime) -> bool:
    store.set_lost(connection, row["id"], lost, reason if lost else None, now)
    change = "lost" if lost > row["lost"] else "regained"
    points = routing.points({**row, "lost": lost})
    log.warning("account_points", account=str(row["id"]), change=change, reason=reason, points=points)
    audit.record(
        connection,
        f"carrier_account.points_{change}",
        member_id=None,
        target=str(row["id"]),
        reason=reason,
        points=points,
    )
    return True
