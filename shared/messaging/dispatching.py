"""The dispatcher: admits due work at each account's pace, and claims nothing itself.

Which recipients are due stays in PostgreSQL until the moment of sending, so pause, cancel, opt-out and
the night act at once; the queue only ever holds a second's worth of "send up to n of this campaign".
"""

import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from cachetools import TTLCache

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import system_transaction, tenant_transaction
from shared.messaging import pace, store_accounts
from shared.messaging import store_campaigns as store
from shared.messaging.sending import BATCH

TURN_SECONDS = 1.5
PAUSE_SECONDS = 0.05
# Of one campaign, queued or running. More would only stand in line before other camps' work.
JOBS_AT_ONCE = 12

Enqueue = Callable[[UUID, UUID, int], object]

_rates: TTLCache[UUID, int] = TTLCache(maxsize=1024, ttl=10)


def run_turn(enqueue: Enqueue, clock: Clock = utc_now, seconds: float = TURN_SECONDS) -> int:
    """Admit work until nothing is due or the turn is over; returns how many jobs were started.

    One process at a time is enough, so a second one leaves at once; were there two, the pace would still
    hold, because both draw from the same bucket.
    """
    if not pace.take_turn("dispatch", seconds):
        return 0
    ends, jobs = time.monotonic() + seconds - 0.2, 0
    while True:
        due = admit(enqueue, clock())
        if due is None or time.monotonic() >= ends:
            return jobs
        jobs += due
        time.sleep(PAUSE_SECONDS)


def admit(enqueue: Enqueue, now: datetime) -> int | None:
    """One round over all campaigns with due work; the number of jobs started, None when nothing is due."""
    with system_transaction() as connection:
        due = store.due(connection, now)
    if not due:
        return None
    return sum(_admit_campaign(enqueue, **row) for row in due)


def _admit_campaign(enqueue: Enqueue, tenant_id: UUID, campaign_id: UUID, account_id: UUID) -> int:
    rate, jobs = _rate(tenant_id, account_id), 0
    while pace.start_job(campaign_id, JOBS_AT_ONCE):
        granted = pace.take(account_id, rate=rate, wanted=BATCH)
        if granted == 0:
            pace.end_job(campaign_id)
            break
        enqueue(tenant_id, campaign_id, granted)
        jobs += 1
    return jobs


def _rate(tenant_id: UUID, account_id: UUID) -> int:
    """The account's messages per second; a change takes effect within ten seconds."""
    known = _rates.get(account_id)
    if known is None:
        with tenant_transaction(tenant_id) as connection:
            row = store_accounts.get(connection, account_id)
        known = _rates[account_id] = row["messages_per_second"] if row else 1
    return known
