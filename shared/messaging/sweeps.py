"""Recovery sweeps: each repairs one gap that a crash or a silent carrier can leave.

recover_sends: `sending` past its deadline (60 s) becomes unknown.
resolve_unknown: unknown messages are looked up after 5 s, then less and less often; found, they become what
  the carrier says; not found a grace (60 s) after the deadline, their recipients wait again. Until the
  deadline a stalled worker may still be calling, so "not found" means nothing before. Nor does it while
  somebody has just set the clock, or this process has just begun: nobody knows how long ago that was.
reconcile_reports: accepted without a report after 60 s, then after ever longer waits, are looked up by id.
expire_unreported: no end 72 h after the attempt becomes failed, "unreported".

Every sweep works in small lots, each taken for 60 s, and is idempotent: two at once share the work, and
what a dead one had taken is due again.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.clock import EvenClock
from shared.kernel.config import settings
from shared.kernel.database import system_transaction, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import accounts, reports, settling, tracing
from shared.messaging import store_messages as store
from shared.messaging.delivering import first_poll_seconds
from shared.messaging.gateways import DeliveryEvent, Gateway, LookUpFailed
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from shared.security.cipher import tenant_cipher

log = get_logger(__name__)

LOT = 500
LOOK_SECONDS = 10  # one run works on for so long while there is more; then the next one is due anyway
LONGEST_WAIT = timedelta(hours=1)
_NOTHING = timedelta()
UNREPORTED = "unreported"
_clock = EvenClock()


def run(sweep: str, tenant_id: UUID, now: datetime, seconds: float = LOOK_SECONDS) -> int:
    """Run a sweep lot by lot until nothing is due or its time is over; returns how many were looked at."""
    ends, total = time.monotonic() + seconds, 0
    while True:
        done = SWEEPS[sweep](tenant_id, now)
        total += done
        if done < LOT or time.monotonic() >= ends:
            return total


def tenants_with(state: MessageState, now: datetime) -> list[UUID]:
    """Tenants with a message in a state that is due for a look."""
    with system_transaction() as connection:
        return store.tenants_due(connection, state.value, now)


def tenants_unsettled(now: datetime) -> list[UUID]:
    """Tenants with a message that may have waited too long for its end."""
    beyond = now + LONGEST_WAIT  # a message that is looked at hourly is due within the hour
    states = (MessageState.ACCEPTED, MessageState.UNKNOWN)
    return sorted({tenant for state in states for tenant in tenants_with(state, beyond)})


def recover_sends(tenant_id: UUID, now: datetime) -> int:
    """Attempts whose worker died or whose answer was never written become `unknown`."""
    # Taken in a transaction of its own: settling locks the campaigns before their messages.
    lost = _due(tenant_id, MessageState.SENDING, now)
    changes = [Change(row["id"], MessageState.UNKNOWN, code="LOST", next_look_up_at=now) for row in lost]
    with tenant_transaction(tenant_id) as connection:
        settling.apply(connection, changes, now)
    return len(lost)


def resolve_unknown(
    tenant_id: UUID, now: datetime, even_seconds: Callable[[], float] = _clock.seconds
) -> int:
    """Ask the carrier what it knows of attempts with an unknown outcome; returns how many were looked at.

    Only a look-up that was answered counts as "not found"; a failed one teaches nothing. `even_seconds` says
    for how long the clock that `now` is from has run evenly.
    """
    due = _due(tenant_id, MessageState.UNKNOWN, now)
    for account_id, rows in _by_account(due).items():
        try:
            traced = tracing.look_up(tenant_id, account_id, _gateway(tenant_id, account_id), rows, now)
        except LookUpFailed as error:
            _ask_later(tenant_id, rows, now, error)
            continue
        left = _patience(traced) - timedelta(seconds=even_seconds())
        _settle_looked_up(tenant_id, account_id, rows, traced, now, left)
    return len(due)


def reconcile_reports(tenant_id: UUID, now: datetime) -> int:
    """Ask for the fate of accepted messages whose report has not come; returns how many were looked at."""
    due = _due(tenant_id, MessageState.ACCEPTED, now)
    for account_id, rows in _by_account(due).items():
        gateway = _gateway(tenant_id, account_id)
        try:
            events = _look_up_accepted(tenant_id, account_id, gateway, rows, now)
        except LookUpFailed as error:
            _ask_later(tenant_id, rows, now, error)
            continue
        with tenant_transaction(tenant_id) as connection:
            settling.apply(connection, reports.changes_of(connection, account_id, events, now), now)
        first = first_poll_seconds(gateway)
        _postpone(tenant_id, [(row["id"], _next_look(row, now, first)) for row in rows])
    return len(due)


def expire_unreported(tenant_id: UUID, now: datetime) -> int:
    """Close messages that have had no end for the whole expiry; no other channel is tried for them.

    One that the carrier never confirmed uses no quota.
    """
    before = now - timedelta(hours=settings().report_expiry_hours)
    with tenant_transaction(tenant_id) as connection:
        changes = [
            Change(row["id"], MessageState.FAILED, reason=UNREPORTED, refused=row["accepted_at"] is None)
            for row in store.unreported_since(connection, before, LOT)
        ]
        return settling.apply(connection, changes, now)


def _settle_looked_up(
    tenant_id: UUID,
    account_id: UUID,
    rows: Sequence[dict[str, Any]],
    traced: tracing.Traced,
    now: datetime,
    left: timedelta,
) -> None:
    """`left` is how much longer the clock must run evenly before "not found" can be believed."""
    grace = timedelta(seconds=settings().unknown_grace_seconds)
    with tenant_transaction(tenant_id) as connection:
        changes = reports.changes_of(connection, account_id, traced.events, now)
        found = {change.message_id for change in changes}
        missing = [row for row in rows if row["id"] not in found]
        late = [row["id"] for row in missing if now - row["deadline"] >= grace]
        gone = [message_id for message_id in late if message_id not in traced.open and left <= _NOTHING]
        changes += [
            Change(message_id, MessageState.WITHDRAWN, code=settling.NOT_FOUND, retry_at=now)
            for message_id in gone
        ]
        # One call, so that the campaigns of both are locked in order.
        settling.apply(connection, changes, now)
    given_up = set(gone)
    waiting = [row for row in missing if row["id"] not in given_up]
    patience = max(grace, traced.grace)
    looks = [(row["id"], _within_grace(row, now, patience)) for row in waiting]
    if left > _NOTHING:
        looks = [(message_id, min(at, now + left)) for message_id, at in looks]
    _postpone(tenant_id, looks)


def _patience(traced: tracing.Traced) -> timedelta:
    """How long after an attempt "not found" is the truth; that time has passed on an even clock only."""
    grace = max(timedelta(seconds=settings().unknown_grace_seconds), traced.grace)
    return timedelta(seconds=settings().send_deadline_seconds) + grace


def _within_grace(row: dict[str, Any], now: datetime, grace: timedelta) -> datetime:
    """Ask again soon, and certainly when the grace ends; after it, less and less often."""
    if now - row["deadline"] >= grace:
        return _next_look(row, now)
    soon = now + timedelta(seconds=5 * 2 ** min(row["look_ups"], 6))
    ends: datetime = row["deadline"] + grace
    return min(soon, ends)


def _look_up_accepted(
    tenant_id: UUID, account_id: UUID, gateway: Gateway, rows: Sequence[dict[str, Any]], now: datetime
) -> list[DeliveryEvent]:
    """By the carrier's id where we have it, by our reference where the carrier gave none."""
    known = [row["carrier_message_id"] for row in rows if row["carrier_message_id"]]
    unnamed = [row for row in rows if not row["carrier_message_id"]]
    events = gateway.look_up_ids(known) if known else []
    if unnamed:
        events += tracing.look_up(tenant_id, account_id, gateway, unnamed, now).events
    return events


def _due(tenant_id: UUID, state: MessageState, now: datetime) -> list[dict[str, Any]]:
    with tenant_transaction(tenant_id) as connection:
        # A lot's look-up takes seconds; what a dead sweep had taken is due again after as long as a call.
        until = now + timedelta(seconds=settings().send_deadline_seconds)
        return store.lease(connection, state.value, now, until, LOT)


def _by_account(rows: Sequence[dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    grouped: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["account_id"]].append(row)
    return grouped


def _gateway(tenant_id: UUID, account_id: UUID) -> Gateway:
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        return accounts.gateway_for(accounts.open_account(connection, cipher, account_id))


def _ask_later(tenant_id: UUID, rows: Sequence[dict[str, Any]], now: datetime, error: LookUpFailed) -> None:
    log.warning("look_up_failed", code=error.code, messages=len(rows))
    _postpone(tenant_id, [(row["id"], _next_look(row, now)) for row in rows])


def _postpone(tenant_id: UUID, looks: Sequence[tuple[UUID, datetime]]) -> None:
    """In a transaction of its own: it locks messages without their campaigns."""
    with tenant_transaction(tenant_id) as connection:
        store.postpone(connection, looks)


def _next_look(row: dict[str, Any], now: datetime, first: int | None = None) -> datetime:
    """Twice as long each time, from the poll interval (or `first` seconds) to an hour."""
    seconds = settings().report_poll_seconds if first is None else first
    wait = timedelta(seconds=seconds * 2 ** min(int(row["look_ups"]), 8))
    return now + min(LONGEST_WAIT, wait)


SWEEPS = {
    "recover_sends": recover_sends,
    "resolve_unknown": resolve_unknown,
    "reconcile_reports": reconcile_reports,
    "expire_unreported": expire_unreported,
}
