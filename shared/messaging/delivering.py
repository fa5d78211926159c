"""Handing a claimed batch to its carrier, and writing down what it said.

No connection is held during the call. Dying before it leaves attempts that the carrier does not know,
dying after it leaves attempts that it does: `sweeps` tells which is which. Nothing is repeated blindly.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.clock import Clock, utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, repeat_on_conflict, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import accounts, handing_over, pace, settling, store_campaigns
from shared.messaging.composing import Composed
from shared.messaging.gateways import Acceptance, CarrierRefused, Gateway, OutcomeUnknown
from shared.messaging.handing_over import Outcome
from shared.messaging.settling import Change
from shared.messaging.states import CampaignStatus, MessageState

log = get_logger(__name__)

# Refusals of single messages that say something about the account, not about the message.
ACCOUNT_REASONS = frozenset({"balance", "configuration", "sender"})
MAX_SYSTEM_REFUSALS = 3
FIRST_LOOK_UP = timedelta(seconds=5)
# The first look at a message whose carrier calls nobody.
POLLED_SECONDS = 10


@dataclass(frozen=True)
class Batch:
    """Attempts that are in the ledger and may be handed to the carrier, if that begins soon after."""

    tenant_id: UUID
    campaign_id: UUID | None
    account: accounts.Account
    messages: tuple[Composed, ...]
    attempted_at: datetime
    claimed: float = field(default_factory=time.monotonic)  # a clock that nobody sets back

    def is_stale(self, now: datetime) -> bool:
        """Whether a call that begins now might still run when the messages are looked for as lost."""
        age = max((now - self.attempted_at).total_seconds(), time.monotonic() - self.claimed)
        return age > settings().send_start_seconds


def deliver(batch: Batch, clock: Clock = utc_now) -> None:
    """Hand a batch to the carrier and write down what it said. No connection is held during the call.

    A batch that waited too long (a stalled worker, a starved machine) is withdrawn instead: by the end of
    the call its messages might have been looked for, not found and given to somebody else.
    """
    gateway = accounts.gateway_for(batch.account)
    parts = handing_over.requests(gateway, batch.messages)
    handing_over.remember(batch.account.id, parts)
    done = 0
    for outcomes in handing_over.rounds(gateway, parts, lambda: batch.is_stale(clock())):
        done += len(outcomes)
        refusal = _store(batch, outcomes, first_poll_seconds(gateway), clock())
        if refusal is not None:  # the same would be said to every request after it
            if done < len(parts):
                waiting = [message for part in parts[done:] for message in part]
                _store_refusal(replace(batch, messages=tuple(waiting)), refusal, clock())
            return


def _store(
    batch: Batch, outcomes: Sequence[Outcome], poll_seconds: int, now: datetime
) -> CarrierRefused | None:
    """Write down what became of some requests; the refusal, when the carrier did not take one of them."""
    handing_over.count(batch.account, outcomes)
    answered = [one for one in outcomes if one.answers]
    late = [one for one in outcomes if one.is_late]
    refused = {one: one.refusal for one in outcomes if one.refusal}
    if answered:
        answers = [answer for one in answered for answer in one.answers]
        _store_answers(_of(batch, answered), answers, now, poll_seconds)
    if late:
        _withdraw(_of(batch, late), now)
    for one in outcomes:
        if one.unknown:
            log.warning("send_outcome_unknown", code=one.unknown.code, messages=len(one.messages))
            _store_unknown(replace(batch, messages=one.messages), one.unknown, now)
    refusal = next(iter(refused.values()), None)
    if refusal is not None:
        _store_refusal(_of(batch, list(refused)), refusal, now)
    return refusal


def _of(batch: Batch, outcomes: Sequence[Outcome]) -> Batch:
    return replace(batch, messages=tuple(message for one in outcomes for message in one.messages))


def first_poll_seconds(gateway: Gateway) -> int:
    """How long an accepted message waits before its carrier is asked: not long where nothing is pushed."""
    longest = settings().report_poll_seconds
    return longest if gateway.pushes_reports else min(longest, POLLED_SECONDS)


@repeat_on_conflict
def _store_answers(batch: Batch, acceptances: Sequence[Acceptance], now: datetime, poll_seconds: int) -> None:
    messages = {one.outgoing.reference: one for one in batch.messages}
    changes = [_change_for(answer, messages[answer.reference], now, poll_seconds) for answer in acceptances]
    exhausted = next((a.reason for a in acceptances if _is_about_account(a)), None)
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now, batch.campaign_id)
        if exhausted and batch.campaign_id:
            stop(connection, batch.campaign_id, exhausted, now)


def _change_for(answer: Acceptance, message: Composed, now: datetime, poll_seconds: int) -> Change:
    """What one answer of the carrier means for its message."""
    attempt = message.ledger["attempt"]
    common: dict[str, Any] = {
        "message_id": message.id,
        "code": answer.code,
        "carrier_message_id": answer.carrier_message_id,
        "carrier_group_id": answer.carrier_group_id,
    }
    if answer.accepted:
        poll = now + timedelta(seconds=poll_seconds)
        return Change(state=MessageState.ACCEPTED, next_look_up_at=poll, **common)
    if _is_about_account(answer):
        return Change(state=MessageState.WITHDRAWN, reason=answer.reason, retry_at=now, **common)
    if answer.reason == "system" and attempt < MAX_SYSTEM_REFUSALS:
        retry_at = now + timedelta(seconds=_pause(attempt))
        return Change(state=MessageState.WITHDRAWN, reason=answer.reason, retry_at=retry_at, **common)
    return Change(state=MessageState.FAILED, reason=answer.reason or "unknown", refused=True, **common)


def _is_about_account(answer: Acceptance) -> bool:
    return not answer.accepted and answer.reason in ACCOUNT_REASONS


def _withdraw(batch: Batch, now: datetime) -> None:
    changes = [
        Change(one.id, MessageState.WITHDRAWN, code="TOO_LATE", retry_at=now) for one in batch.messages
    ]
    log.warning("send_too_late", messages=len(batch.messages))
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now, batch.campaign_id)


@repeat_on_conflict
def _store_unknown(batch: Batch, error: OutcomeUnknown, now: datetime) -> None:
    changes = [
        Change(one.id, MessageState.UNKNOWN, code=error.code, next_look_up_at=now + FIRST_LOOK_UP)
        for one in batch.messages
    ]
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now, batch.campaign_id)


@repeat_on_conflict
def _store_refusal(batch: Batch, refusal: CarrierRefused, now: datetime) -> None:
    """Nothing was taken: everybody waits again. What cannot get better by waiting stops the campaign."""
    wait = refusal.retry_after or _pause(max(one.ledger["attempt"] for one in batch.messages))
    retry_at = now + timedelta(seconds=wait) if refusal.retryable else now
    changes = [
        Change(one.id, MessageState.WITHDRAWN, code=refusal.code, retry_at=retry_at) for one in batch.messages
    ]
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now, batch.campaign_id)
        if not refusal.retryable and batch.campaign_id:
            stop(connection, batch.campaign_id, f"carrier_refused:{refusal.code}", now)
    if refusal.retryable:
        pace.hold(batch.account.id, wait)
    log.warning("carrier_refused", code=refusal.code, retryable=refusal.retryable)


def stop(connection: Connection, campaign_id: UUID, reason: str, now: datetime) -> None:
    """Stop a campaign that cannot go on; the reason stays with it. The caller shares the campaign."""
    if store_campaigns.move(connection, campaign_id, CampaignStatus.STOPPED, now):
        store_campaigns.set_stop_reason(connection, campaign_id, reason)


def _pause(attempt: int) -> float:
    """Seconds to wait after the n-th refusal: 2, 4, 8, … at most a minute."""
    return float(min(60, 2 ** min(attempt, 6)))
