"""Sending, exactly once.

Three steps, never two of them in one transaction: write the attempts to the ledger and commit; call the
carrier with no connection held; write its answers. Dying before the call leaves attempts that the
carrier does not know; dying after it leaves attempts that it does. `recover_sends` turns both into
`unknown`, and `resolve_unknown` asks the carrier which is which. Nothing is ever sent again blindly.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.compliance import CONSENT_HOLDS
from shared.kernel.clock import Clock, utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, repeat_on_conflict, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import (
    accounts,
    audience,
    breaker,
    handing_over,
    images,
    law,
    pace,
    routing,
    senders,
    settling,
    splits,
    store_campaigns,
    store_links,
    store_messages,
    store_quotas,
    store_recipients,
    templates,
    tracing,
)
from shared.messaging.composing import Composed, Content, buttons_of, compose_all
from shared.messaging.gateways import Acceptance, CarrierRefused, Gateway, GatewayError, OutcomeUnknown
from shared.messaging.handing_over import Outcome
from shared.messaging.rendering import Channel
from shared.messaging.settling import Change
from shared.messaging.states import CampaignStatus, MessageState, RecipientState
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

# One request's worth: large enough to be few, small enough that pause and the chart feel at once.
BATCH = 500
# Refusals of single messages that say something about the account, not about the message.
ACCOUNT_REASONS = frozenset({"balance", "configuration", "sender"})
MAX_SYSTEM_REFUSALS = 3
FIRST_LOOK_UP = timedelta(seconds=5)
# The first look at a message whose carrier calls nobody.
POLLED_SECONDS = 10
# What cannot send now is not asked again at once: the dispatcher would do nothing else.
REST_AFTER_ERROR_SECONDS = 5


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


def send_due(
    tenant_id: UUID,
    campaign_id: UUID,
    limit: int,
    clock: Clock = utc_now,
    over: UUID | None = None,
) -> int:
    """Send up to `limit` messages that are due; returns how many were handed to the carrier.

    `over` is the account that carries them, by default the campaign's own; only steps it may carry are sent.
    Safe to run twice and at the same time: a recipient is claimed once. Tokens of the carrier's pace that
    found no message go back.
    """
    account_id, sent = None, 0
    try:
        account_id, batch = _claim_with_picture(tenant_id, campaign_id, min(limit, BATCH), clock, over)
        if batch is not None:
            sent = len(batch.messages)
            deliver(batch, clock)
    except Exception:
        pace.rest(campaign_id, REST_AFTER_ERROR_SECONDS)
        raise
    finally:
        if account_id is not None:
            pace.give_back(account_id, limit - sent)
            if not sent:
                breaker.untried(account_id)
    return sent


def deliver(batch: Batch, clock: Clock = utc_now) -> None:
    """Hand a batch to the carrier and write down what it said. No connection is held during the call.

    A batch that waited too long (a stalled worker, a starved machine) is withdrawn instead: by the end of
    the call its messages might have been looked for, not found and given to somebody else.
    """
    gateway = accounts.gateway_for(batch.account)
    parts = handing_over.requests(gateway, batch.messages)
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


def content_of(
    connection: Connection, cipher: TenantCipher, step: dict[str, Any], account_id: UUID, now: datetime
) -> Content:
    """A stored step with its sender, its template and its picture.

    Raises images.NotUploaded when the account's carrier does not have the picture (any more).
    """
    image_id = step["image_id"]
    sender = senders.by_ids(connection, cipher, [step["sender_id"]], deleted=True)[step["sender_id"]]
    known = templates.of_steps(connection, [step])
    at_carrier = images.at_carrier(connection, image_id, account_id, now) if image_id else None
    return Content(
        Channel(step["channel"]),
        step["subject"] or "",
        step["body"],
        sender,
        known.get(step["template_id"]) if not Channel(step["channel"]).is_text else None,
        at_carrier,
        images.beside(cipher, image_id, at_carrier) if at_carrier else None,
        variant=step.get("variant"),
        version=step["content_version"],
        buttons=buttons_of(step),
    )


def write_attempts(
    connection: Connection,
    step: dict[str, Any],
    campaign: dict[str, Any],
    composed: Sequence[Composed],
    now: datetime,
) -> None:
    """Put attempts into the ledger as `sending`, with the moment after which they count as lost.

    `campaign` needs id, ledger_month, account_id.
    """
    shared = {
        "ledger_month": campaign["ledger_month"],
        "campaign_id": campaign["id"],
        "account_id": campaign["account_id"],
        "sender_id": step["sender_id"],
        "step": step["position"],
        "channel": step["channel"],
        "deadline": now + timedelta(seconds=settings().send_deadline_seconds),
        "at": now,
    }
    store_messages.insert_sending(connection, shared, [message.ledger for message in composed])


def _claim_with_picture(
    tenant_id: UUID, campaign_id: UUID, limit: int, clock: Clock, over: UUID | None
) -> tuple[UUID | None, Batch | None]:
    """As `_claim`; a picture that the carrier does not have is uploaded first, with nothing claimed."""
    try:
        return _claim(tenant_id, campaign_id, limit, clock, over)
    except images.NotUploaded as missing:
        if not _upload(tenant_id, campaign_id, missing, clock):
            return missing.account_id, None
        return _claim(tenant_id, campaign_id, limit, clock, over)


def _upload(tenant_id: UUID, campaign_id: UUID, missing: images.NotUploaded, clock: Clock) -> bool:
    """False when the carrier did not take the picture: a refusal for good stops the campaign."""
    try:
        images.ensure_uploaded(tenant_id, missing.image_id, missing.account_id, clock)
    except GatewayError as error:
        log.warning("image_not_uploaded", error=type(error).__name__)
        if getattr(error, "retryable", False):
            pace.rest(campaign_id, REST_AFTER_ERROR_SECONDS)
        else:
            with tenant_transaction(tenant_id) as connection:
                _stop(connection, campaign_id, "image_refused", clock())
        return False
    return True


def _claim(
    tenant_id: UUID, campaign_id: UUID, limit: int, clock: Clock, over: UUID | None = None
) -> tuple[UUID | None, Batch | None]:
    """Take due recipients and write their attempts; (account, batch), the batch None when nothing is due."""
    with tenant_transaction(tenant_id) as connection:
        campaign = store_campaigns.share(connection, [campaign_id]).get(campaign_id)
        if campaign is None:
            return over, None
        now = clock()  # only now: whoever steers it may have been waited for
        account_id = over or campaign["account_id"]
        if campaign["status"] != CampaignStatus.SENDING:
            return account_id, None
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_account(connection, cipher, account_id)
        routes = routing.routes_of(connection, cipher, campaign)
        if account.disabled:
            if not any(routes.values()):
                _stop(connection, campaign_id, "account_disabled", now)
            return account_id, None
        steps = [position for position, by in routes.items() if account_id in {r.account_id for r in by}]
        carried = campaign | {"account_id": account_id}
        composed = _claim_and_compose(connection, cipher, carried, limit, now, steps)
        if not composed:
            return account_id, None
        tracing.remember(connection, cipher, account, composed, now)
        return account_id, Batch(tenant_id, campaign_id, account, tuple(composed), now)


def _claim_and_compose(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    limit: int,
    now: datetime,
    carried: Sequence[int],
) -> list[Composed]:
    position = store_recipients.next_step_due(connection, campaign["id"], now, carried)
    if position is None:
        return []
    steps = store_campaigns.steps_of(connection, [campaign["id"]])
    step = next(step for step in steps if step["position"] == position)
    verdict = law.judge_batch(connection, cipher, campaign, step, now)
    composed = _compose(connection, cipher, campaign, steps, step, limit, now) if verdict.allowed else []
    law.keep_batch(connection, campaign["id"], position, verdict, now)
    return composed


def _compose(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    steps: Sequence[dict[str, Any]],
    step: dict[str, Any],
    limit: int,
    now: datetime,
) -> list[Composed]:
    """Claim recipients of a step and write their attempts, words and links and all."""
    position = step["position"]
    split = splits.of(connection, campaign) if position == 1 else None
    content = content_of(connection, cipher, step, campaign["account_id"], now)
    content = replace(content, advertising=law.was_launched_as_advertising(campaign))
    channels = audience.channels_at(steps, position)
    channels |= {"consents": campaign["consents_needed"], "agreed_since": now - CONSENT_HOLDS}
    rows = store_recipients.claim(connection, campaign["id"], position, now, limit, channels)
    claimed = [row for row in rows if row["state"] == RecipientState.SENDING]
    composed: list[Composed] = []
    unreadable: list[UUID] = []
    for words, people in splits.by_text(step, split, claimed):
        made, failed = compose_all(cipher, content.in_words(words), people)
        composed += made
        unreadable += failed
    store_recipients.move(
        connection,
        campaign["id"],
        unreadable,
        RecipientState.FAILED,
        reasons=["content"] * len(unreadable),
    )
    onward = sum(row["state"] == RecipientState.QUEUED for row in rows)
    _release(connection, campaign, len(rows) - onward - len(composed))
    if composed:
        write_attempts(connection, step, campaign, composed, now)
        store_links.insert(connection, campaign["id"], [link for one in composed for link in one.links])
    return composed


def _release(connection: Connection, campaign: dict[str, Any], count: int) -> None:
    if count:
        store_quotas.settle(connection, campaign["ledger_month"], used=0, released=count)
        store_campaigns.add_reserved(connection, campaign["id"], -count)


@repeat_on_conflict
def _store_answers(batch: Batch, acceptances: Sequence[Acceptance], now: datetime, poll_seconds: int) -> None:
    attempts = {one.outgoing.reference: one.ledger["attempt"] for one in batch.messages}
    changes = [_change_for(answer, attempts[answer.reference], now, poll_seconds) for answer in acceptances]
    exhausted = next((a.reason for a in acceptances if _is_about_account(a)), None)
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now)
        if exhausted and batch.campaign_id:
            _stop(connection, batch.campaign_id, exhausted, now)


def _change_for(answer: Acceptance, attempt: int, now: datetime, poll_seconds: int) -> Change:
    """What one answer of the carrier means for its message."""
    common: dict[str, Any] = {
        "message_id": UUID(answer.reference),
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
        settling.apply(connection, changes, now)


@repeat_on_conflict
def _store_unknown(batch: Batch, error: OutcomeUnknown, now: datetime) -> None:
    changes = [
        Change(one.id, MessageState.UNKNOWN, code=error.code, next_look_up_at=now + FIRST_LOOK_UP)
        for one in batch.messages
    ]
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now)


@repeat_on_conflict
def _store_refusal(batch: Batch, refusal: CarrierRefused, now: datetime) -> None:
    """Nothing was taken: everybody waits again. What cannot get better by waiting stops the campaign."""
    wait = refusal.retry_after or _pause(max(one.ledger["attempt"] for one in batch.messages))
    retry_at = now + timedelta(seconds=wait) if refusal.retryable else now
    changes = [
        Change(one.id, MessageState.WITHDRAWN, code=refusal.code, retry_at=retry_at) for one in batch.messages
    ]
    with tenant_transaction(batch.tenant_id) as connection:
        settling.apply(connection, changes, now)
        if not refusal.retryable and batch.campaign_id:
            _stop(connection, batch.campaign_id, f"carrier_refused:{refusal.code}", now)
    if refusal.retryable:
        pace.hold(batch.account.id, wait)
    log.warning("carrier_refused", code=refusal.code, retryable=refusal.retryable)


def _stop(connection: Connection, campaign_id: UUID, reason: str, now: datetime) -> None:
    if store_campaigns.move(connection, campaign_id, CampaignStatus.STOPPED, now):
        store_campaigns.set_stop_reason(connection, campaign_id, reason)


def _pause(attempt: int) -> float:
    """Seconds to wait after the n-th refusal: 2, 4, 8, … at most a minute."""
    return float(min(60, 2 ** min(attempt, 6)))
