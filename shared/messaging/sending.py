"""Sending, exactly once.

Three steps, never two of them in one transaction: write the attempts to the ledger and commit; call the
carrier with no connection held; write its answers. Dying before the call leaves attempts that the
carrier does not know; dying after it leaves attempts that it does. `recover_sends` turns both into
`unknown`, and `resolve_unknown` asks the carrier which is which. Nothing is ever sent again blindly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.clock import Clock, utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import (
    accounts,
    batch_law,
    breaker,
    delivering,
    handing_over,
    images,
    law,
    pace,
    routing,
    senders,
    splits,
    store_accounts,
    store_campaigns,
    store_links,
    store_messages,
    store_quotas,
    store_recipients,
    templates,
    tracing,
)
from shared.messaging.composing import Composed, Content, bubble_of, buttons_of, compose_all
from shared.messaging.delivering import Batch
from shared.messaging.gateways import CARRIERS, GatewayError
from shared.messaging.rendering import Channel
from shared.messaging.states import CampaignStatus, RecipientState
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

# One request's worth: large enough to be few, small enough that pause and the chart feel at once.
BATCH = 500
# What cannot send now is not asked again at once: the dispatcher would do nothing else.
REST_AFTER_ERROR_SECONDS = 5


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
            delivering.deliver(batch, clock)
    except Exception:
        pace.rest(campaign_id, REST_AFTER_ERROR_SECONDS)
        raise
    finally:
        if account_id is not None:
            pace.give_back(account_id, limit - sent)
            if not sent:
                breaker.untried(account_id)
    return sent


def content_of(
    connection: Connection, cipher: TenantCipher, step: dict[str, Any], account_id: UUID, now: datetime
) -> Content:
    """A stored step with its sender, its template and its picture.

    Raises images.NotUploaded when the account's carrier does not have the picture (any more).
    """
    image_id = step["image_id"]
    sender = senders.by_ids(connection, cipher, [step["sender_id"]], deleted=True)[step["sender_id"]]
    known = templates.of_steps(connection, [step])
    use = images.use_of(step)
    at_carrier = images.at_carrier(connection, image_id, account_id, use, now) if image_id else None
    template = known.get(step["template_id"]) if not Channel(step["channel"]).is_text else None
    return Content(
        Channel(step["channel"]),
        step["subject"] or "",
        step["body"],
        sender,
        template,
        at_carrier,
        images.beside(cipher, image_id, at_carrier) if at_carrier else None,
        variant=step.get("variant"),
        version=step["content_version"],
        bubble=bubble_of(template.model_dump() if template else step),
        image_link=step["image_link"],
        buttons=buttons_of(step),
        number=_number_beside(connection, cipher, step, account_id),
    )


def _number_beside(
    connection: Connection, cipher: TenantCipher, step: dict[str, Any], account_id: UUID
) -> str:
    """The number that a Kakao message names besides its channel, where the carrier wants one."""
    if Channel(step["channel"]).is_text:
        return ""
    row = store_accounts.get(connection, account_id)
    if row is None or not CARRIERS[row["carrier"]].wants_number:
        return ""
    real = {each["carrier"] for each in store_accounts.live(connection)} - {accounts.SIMULATOR}
    return senders.number_at(connection, cipher, row["carrier"], only=real == {row["carrier"]})


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
        images.ensure_uploaded(tenant_id, missing, clock)
    except GatewayError as error:
        log.warning("image_not_uploaded", error=type(error).__name__)
        if getattr(error, "retryable", False):
            pace.rest(campaign_id, REST_AFTER_ERROR_SECONDS)
        else:
            with tenant_transaction(tenant_id) as connection:
                delivering.stop(connection, campaign_id, "image_refused", clock())
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
            if _is_stranded(connection, campaign_id, routes, now):
                delivering.stop(connection, campaign_id, "account_disabled", now)
            return account_id, None
        steps = [position for position, by in routes.items() if account_id in {r.account_id for r in by}]
        carried = campaign | {"account_id": account_id}
        limit = handing_over.most(account_id, limit)
        composed = _claim_and_compose(connection, cipher, carried, limit, now, steps)
        if not composed:
            return account_id, None
        tracing.remember(connection, cipher, account, composed, now)
        return account_id, Batch(tenant_id, campaign_id, account, tuple(composed), now)


def _is_stranded(
    connection: Connection, campaign_id: UUID, routes: Mapping[int, Sequence[routing.Route]], now: datetime
) -> bool:
    """Whether people are due, and no account is left for any of their steps."""
    nobodys = [position for position, by in routes.items() if not by]
    others = [position for position, by in routes.items() if by]
    return (
        store_recipients.next_step_due(connection, campaign_id, now, others) is None
        and store_recipients.next_step_due(connection, campaign_id, now, nobodys) is not None
    )


def _claim_and_compose(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    limit: int,
    now: datetime,
    carried: Sequence[int],
) -> list[Composed]:
    steps = store_campaigns.steps_of(connection, [campaign["id"]])
    step, verdicts = batch_law.step_to_send(connection, cipher, campaign, steps, now, carried)
    composed = _compose(connection, cipher, campaign, steps, step, limit, now) if step else []
    batch_law.keep(connection, campaign["id"], verdicts, now)
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
    if content.has_own_fields:
        content = replace(content, unjudged=law.unjudged_words(campaign, splits.in_both(step, split), now))
    channels = batch_law.whom_to_claim(connection, campaign, steps, position, now)
    rows = store_recipients.claim(connection, campaign["id"], position, now, limit, channels)
    claimed = [row for row in rows if row["state"] == RecipientState.SENDING]
    composed: list[Composed] = []
    left_out: dict[UUID, str] = {}
    for words, people in splits.by_text(step, split, claimed):
        made, failed = compose_all(cipher, content.in_words(words), people)
        composed += made
        left_out |= failed
    why = list(left_out.values())
    store_recipients.move(connection, campaign["id"], list(left_out), RecipientState.FAILED, reasons=why)
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
