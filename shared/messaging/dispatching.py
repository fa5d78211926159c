"""The dispatcher: admits due work at each account's pace, and claims nothing itself.

Which recipients are due stays in PostgreSQL until the moment of sending, so pause, cancel, opt-out and
the night act at once; the queue only ever holds a second's worth of "send up to n of this campaign".

Who comes first (decision 21): campaigns of high priority, then medium ones, then low ones whose account has
nothing else to do. A medium one that has waited a minute behind high ones gets every fifth job of its
account. Among equals every camp gets one job in turn, however much it has to send.
"""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from threading import Lock
from uuid import UUID

from cachetools import TTLCache, cached

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import system_transaction, tenant_transaction
from shared.messaging import breaker, pace, routing, sending, store_accounts
from shared.messaging import store_campaigns as store
from shared.messaging.gateways import CARRIERS
from shared.messaging.routing import Route
from shared.messaging.sending import BATCH
from shared.messaging.states import Priority
from shared.security.cipher import tenant_cipher

# A turn ends before the next one begins, a second after it: a late one would cost the whole next turn.
TURN_SECONDS = 0.9
PAUSE_SECONDS = 0.05
IDLE_SECONDS = 0.2
# Of one account, queued or running. A carrier that answers slowly holds this many threads of the sending
# worker, and the others send on.
JOBS_AT_ONCE = 4
# What is urgent has a worker of its own, and so many jobs more: it need not wait for one of those to end.
MORE_URGENT_JOBS = 2
# A medium campaign begins within five minutes, also where high ones fill its account: after this long it has
# a turn for every so many of theirs, and a place of its own beside their jobs.
AGED_AFTER = timedelta(minutes=1)
URGENT_JOBS_A_TURN = 4

Enqueue = Callable[[UUID, UUID, UUID, int, bool], object]
"""Starts a job: tenant, campaign, account, how many messages at most, whether in the urgent queue."""


@dataclass(frozen=True)
class Due:
    """A campaign with work, as `store_campaigns.due` tells it; `steps` are those due, the latest first."""

    tenant_id: UUID
    campaign_id: UUID
    account_id: UUID
    priority: int
    steps: Sequence[int]


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
    breaker.observe(tuple(CARRIERS))
    return jobs


def admit(enqueue: Enqueue, now: datetime) -> int | None:
    """One round over all campaigns with due work; the number of jobs started, None when nothing is due."""
    with system_transaction() as connection:
        due = [Due(**row) for row in store.due(connection, now)]
    if not due:
        return None
    random.shuffle(due)  # campaigns of one camp share its pace and its jobs: none is always first
    due.sort(key=lambda one: one.priority)
    jobs = _give_turns(enqueue, due, now)
    for priority, equals in groupby(_without_waiting_low(due), key=lambda one: one.priority):
        started = _share_out(enqueue, list(equals))
        jobs += started.total()
        if priority == Priority.HIGH:
            _owe(started, due)
    return jobs


def run_job(tenant_id: UUID, campaign_id: UUID, account_id: UUID, limit: int) -> None:
    """What a worker does with a job that `enqueue` started."""
    try:
        sending.send_due(tenant_id, campaign_id, limit, over=account_id)
    finally:
        pace.end_job(account_id)


def _without_waiting_low(due: Sequence[Due]) -> list[Due]:
    """Without those of low priority whose account has something better to do just now."""
    lows = {one.account_id for one in due if one.priority == Priority.LOW}
    higher = [one for one in due if one.priority != Priority.LOW and one.account_id in lows]
    # One that rests (the night, an error) can do nothing, and keeps nobody waiting.
    busy = {one.account_id for one in higher if not pace.rests(one.campaign_id)}
    return [one for one in due if one.priority != Priority.LOW or one.account_id not in busy]


def _give_turns(enqueue: Enqueue, due: Sequence[Due], now: datetime) -> int:
    """A job for an aged medium campaign of each account that has started enough urgent ones since the last.

    Several take turns: whose last one is longest ago is next.
    """
    urgent = {one.account_id for one in due if one.priority == Priority.HIGH}
    behind = [one for one in due if one.priority == Priority.MEDIUM and one.account_id in urgent]
    jobs = 0
    for account_id, waiting in _by_account(behind).items():
        # Each is asked: whoever is not would not know since when it waits.
        aged = [one for one in waiting if now - pace.waiting_since(one.campaign_id, now) >= AGED_AFTER]
        if aged and pace.owed(account_id) >= URGENT_JOBS_A_TURN:
            aged.sort(key=lambda one: pace.last_turn(one.campaign_id))
            turn = next((one for one in aged if _start(enqueue, one, is_turn=True)), None)
            if turn is not None:
                pace.paid(account_id, turn.campaign_id)
                jobs += 1
    return jobs


def _owe(started: Counter[UUID], due: Sequence[Due]) -> None:
    """Count the urgent jobs of accounts for which somebody else waits."""
    waited_for = {one.account_id for one in due if one.priority == Priority.MEDIUM}
    for account_id, jobs in started.items():
        if account_id in waited_for:
            pace.owe(account_id, jobs)


def _by_account(due: Sequence[Due]) -> dict[UUID, list[Due]]:
    accounts: dict[UUID, list[Due]] = {}
    for one in due:
        accounts.setdefault(one.account_id, []).append(one)
    return accounts


def _share_out(enqueue: Enqueue, due: Sequence[Due]) -> Counter[UUID]:
    """Give jobs to campaigns of equal priority, one camp after the other, until no account takes more.

    How many were started, by the campaigns' own accounts.
    """
    turns = deque(_by_camp(due))
    jobs: Counter[UUID] = Counter()
    while turns:
        waiting = turns.popleft()
        if _start(enqueue, waiting[0]):
            jobs[waiting[0].account_id] += 1
            waiting.rotate(-1)
        else:
            waiting.popleft()
        if waiting:
            turns.append(waiting)
    return jobs


def _by_camp(due: Sequence[Due]) -> list[deque[Due]]:
    camps: dict[UUID, deque[Due]] = {}
    for one in due:
        camps.setdefault(one.tenant_id, deque()).append(one)
    return list(camps.values())


def _start(enqueue: Enqueue, one: Due, *, is_turn: bool = False) -> bool:
    """Start a job if the account whose turn it is has a place and a token for it.

    `is_turn`: urgent jobs leave one place for it.
    """
    account_id = _account_for(one)
    urgent = one.priority == Priority.HIGH
    most = JOBS_AT_ONCE + (MORE_URGENT_JOBS if urgent or is_turn else 0) + is_turn
    if account_id is None or not pace.start_job(account_id, one.campaign_id, most):
        return False
    granted = pace.take(account_id, rate=_rate(one.tenant_id, account_id), wanted=BATCH)
    if granted and breaker.admits(account_id):
        enqueue(one.tenant_id, one.campaign_id, account_id, granted, urgent)
        return True
    pace.give_back(account_id, granted)
    pace.end_job(account_id)
    return False


def _account_for(one: Due) -> UUID | None:
    """The account of the next batch, for the latest due step that one can carry just now."""
    routes = _routes(one.tenant_id, one.campaign_id)
    for step in one.steps:
        able = routes.get(step, [])
        if len(able) > 1:  # an only account is asked when its job begins
            able = [route for route in able if breaker.health(route.account_id).state != "open"]
        if able:
            return routing.choose(able)
    carried = any(routes.get(step) for step in one.steps)
    return one.account_id if not carried else None  # its job stops the campaign


_known_routes: TTLCache[UUID, dict[int, list[Route]]] = TTLCache(maxsize=1024, ttl=5)


@cached(_known_routes, key=lambda tenant_id, campaign_id: campaign_id, lock=Lock())
def _routes(tenant_id: UUID, campaign_id: UUID) -> dict[int, list[Route]]:
    """The accounts of each step; a change takes effect within five seconds."""
    with tenant_transaction(tenant_id) as connection:
        campaign = store.get(connection, campaign_id)
        if campaign is None:
            return {}
        return routing.routes_of(connection, tenant_cipher(connection, tenant_id), campaign)


_rates: TTLCache[UUID, int] = TTLCache(maxsize=1024, ttl=10)


@cached(_rates, key=lambda tenant_id, account_id: account_id, lock=Lock())
def _rate(tenant_id: UUID, account_id: UUID) -> int:
    """The account's messages per second; a change takes effect within ten seconds."""
    with tenant_transaction(tenant_id) as connection:
        row = store_accounts.get(connection, account_id)
    return row["messages_per_second"] if row else 1
