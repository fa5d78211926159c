"""The monthly number of messages a camp may send, with a hard stop.

A launch reserves, an acceptance by the carrier uses, and what never left is released. The month is
the Korean calendar month of the launch.
"""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.kernel.clock import seoul_month
from shared.kernel.database import Connection
from shared.kernel.errors import QuotaExceeded
from shared.messaging import store_quotas as store
from shared.security import audit


class Quota(BaseModel):
    """One month's quota. `remaining` is what can still be reserved."""

    period: str
    limit: int
    used: int
    reserved: int
    remaining: int
    hard_stop: bool = True


def current(connection: Connection, now: datetime) -> Quota:
    """This month's quota."""
    return of_period(connection, seoul_month(now))


def of_period(connection: Connection, period: date) -> Quota:
    """The quota of the month that starts on `period`."""
    row = store.read(connection, period)
    remaining = max(0, row.limit - row.used - row.reserved)
    return Quota(
        period=period.strftime("%Y-%m"),
        limit=row.limit,
        used=row.used,
        reserved=row.reserved,
        remaining=remaining,
    )


def reserve(connection: Connection, period: date, count: int) -> None:
    """Reserve all of `count` at once. Raises QuotaExceeded and reserves nothing when it does not fit."""
    store.ensure(connection, period)
    if not store.reserve(connection, period, count):
        raise QuotaExceeded("quota.exceeded", count=count, remaining=of_period(connection, period).remaining)


def change_limit(connection: Connection, now: datetime, limit: int, member_id: UUID) -> Quota:
    """Set the monthly limit; below what is used it stops further sending and takes nothing back."""
    before = current(connection, now).limit
    store.change_limit(connection, seoul_month(now), limit)
    audit.record(connection, "quota.changed", member_id=member_id, before=before, after=limit)
    return current(connection, now)
