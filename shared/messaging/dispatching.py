"""The dispatcher: admits due work at each account's pace, and claims nothing itself.

Which recipients are due stays in PostgreSQL until the moment of sending, so pause, cancel, opt-out and
the night act at once; the queue only ever holds a second's worth of "send up to n of this campaign".
"""

import random
import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from uuid import UUID

from cachetools import TTLCache, cached

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import system_transaction, tenant_transaction
from shared.messaging import pace, store_accounts
from shared.messaging import store_campaigns as store
from shared.messaging.sending import BATCH

# A turn ends before the next one begins, a second after it: a late one would cost the whole next turn.
TURN_SECONDS = 0.9
PAUSE_SECONDS = 0.05
IDLE_SECONDS = 0.2
# Of one account, queued or running. A carrier that answers slowly holds this many threads of the sending
# worker, and the others send on.
JOBS_AT_ONCE = 4

Enqueue = Callable[[UUID, UUID, UUID, int], object]
"""Starts a job: tenant, campaign, account, how many messages at most."""


def run_turn(enqueue: Enqueue, clock: Clock = utc_now, seconds: float = TURN_SECONDS) -> int:
    """Admit work as it becomes due, until the turn is over; returns how many jobs were started.

    One process is enough; were there two, pace and jobs would still hold: both draw from the same bucket.
    """
    ends, jobs, pause = time.monotonic() + seconds, 0, 0.0
    while time.monotonic() + pause < ends:
        time.sleep(pause)
        due = admit(enqueue, clock())
        jobs += due or 0
        pause = IDLE_SECONDS if due is None else PAUSE_SECONDS
    return jobs


def admit(enqueue: Enqueue, now: datetime) -> int | None:
    """One round over all campaigns with due work; the number of jobs started, None when nothing is due."""
    with system_transaction() as connection:
        due = store.due(connection, now)
    if not due:
        return None
    random.shuffle(due)  # campaigns of one account share its pace and its jobs: none is always first
    return sum(_admit_campaign(enqueue, **row) for row in due)


def _admit_campaign(enqueue: Enqueue, tenant_id: UUID, campaign_id: UUID, account_id: UUID) -> int:
    rate, jobs = _rate(tenant_id, account_id), 0
    while pace.start_job(account_id, campaign_id, JOBS_AT_ONCE):
        granted = pace.take(account_id, rate=rate, wanted=BATCH)
        if granted == 0:
            pace.end_job(account_id)
            break
        enqueue(tenant_id, campaign_id, account_id, granted)
        jobs += 1
    return jobs


_rates: TTLCache[UUID, int] = TTLCache(maxsize=1024, ttl=10)


@cached(_rates, key=lambda tenant_id, account_id: account_id, lock=Lock())
def _rate(tenant_id: UUID, account_id: UUID) -> int:
    """The account's messages per second; a change takes effect within ten seconds."""
    with tenant_transaction(tenant_id) as connection:
        row = store_accounts.get(connection, account_id)
    return row["messages_per_second"] if row else 1
