"""Holding the reins of a launched campaign: pause, resume, cancel, retry, finish.

Each locks the campaign, which every claim shares, so it acts at once: when it returns, no further
message of the campaign is claimed. What the carrier has already taken cannot be called back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.compliance import freezes
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict
from shared.messaging import campaigns, contents, launching, quotas, store_quotas, store_recipients
from shared.messaging import store_campaigns as store
from shared.messaging.models import Status
from shared.messaging.states import RESUMABLE, RETRYABLE, CampaignStatus, may_move
from shared.security import audit

# Failures that another try may mend. Not "unreported": that message may well have arrived.
# `sender` and `kakao_template` are mended at the carrier, by hand.
TEMPORARY = (
    "unreachable",
    "expired",
    "system",
    "balance",
    "configuration",
    "quota",
    "kakao_time",
    "sender",
    "kakao_template",
)


def pause(connection: Connection, campaign_id: UUID, member_id: UUID, now: datetime) -> Status:
    """Stop claiming. Raises NotFound, and Conflict when the campaign is not sending or scheduled."""
    campaigns.require(store.lock(connection, campaign_id))
    return _move(connection, campaign_id, CampaignStatus.PAUSED, "campaign.cannot_pause", member_id, now)


def resume(connection: Connection, campaign_id: UUID, member_id: UUID, now: datetime) -> Status:
    """Go on where it was left: after a pause before the freezing, that is `launching`.

    Raises NotFound, and Conflict when it is neither paused nor stopped, frozen, or its new text not approved.
    """
    campaign = _lock_to_send(connection, campaign_id, RESUMABLE, "campaign.cannot_resume")
    waits = campaign["scheduled_at"] is not None and campaign["scheduled_at"] > now
    target = CampaignStatus.SCHEDULED if waits else CampaignStatus.SENDING
    if not launching.is_frozen(connection, campaign):
        target = CampaignStatus.LAUNCHING
    return _move(connection, campaign_id, target, "campaign.cannot_resume", member_id, now)


def cancel(connection: Connection, campaign_id: UUID, member_id: UUID, now: datetime) -> Status:
    """End it for everybody who still waits, and give their quota back. Raises NotFound, Conflict."""
    campaign = campaigns.require(store.lock(connection, campaign_id))
    if not store.move(connection, campaign_id, CampaignStatus.CANCELLED, now):
        raise Conflict("campaign.cannot_cancel")
    released = store_recipients.suppress_waiting(connection, campaign_id, "cancelled")
    if not launching.is_frozen(connection, campaign):
        released = campaign["reserved"]
    store_quotas.settle(connection, campaign["ledger_month"], used=0, released=released)
    store.add_reserved(connection, campaign_id, -released)
    # After the quota, as everywhere: whoever locks both locks the quota first.
    audit.record(connection, "campaign.cancelled", member_id=member_id, target=str(campaign_id))
    return Status(id=campaign_id, status=CampaignStatus.CANCELLED)


def retry_failed(connection: Connection, campaign_id: UUID, member_id: UUID, now: datetime) -> Status:
    """Try temporary failures once more, at the step that failed.

    Raises NotFound, Conflict when there is nothing to retry, QuotaExceeded.
    """
    campaign = _lock_to_send(connection, campaign_id, RETRYABLE, "campaign.cannot_retry")
    count = store_recipients.count_failed(connection, campaign_id, TEMPORARY)
    if count == 0:
        raise Conflict("campaign.nothing_to_retry")
    quotas.reserve(connection, campaign["ledger_month"], count)
    store.add_reserved(connection, campaign_id, count)
    store_recipients.queue_failed(connection, campaign_id, TEMPORARY, now)
    if campaign["status"] == CampaignStatus.COMPLETED:
        store.move(connection, campaign_id, CampaignStatus.SENDING, now)
    audit.record(
        connection, "campaign.retried", member_id=member_id, target=str(campaign_id), recipients=count
    )
    return Status(id=campaign_id, status=CampaignStatus.SENDING)


def finish(tenant_id: UUID, campaign_id: UUID, now: datetime) -> bool:
    """Complete a campaign when every recipient has come to an end; False when somebody has not."""
    with tenant_transaction(tenant_id) as connection:
        campaign = store.lock(connection, campaign_id)
        if campaign is None or not may_move(CampaignStatus(campaign["status"]), CampaignStatus.COMPLETED):
            return False
        if not launching.is_frozen(connection, campaign):
            return False
        counts = campaigns.counts_of(connection, [campaign_id])[campaign_id]
        if counts.queued or counts.sending or counts.sent or counts.unknown:
            return False
        store.fold_counters(connection, campaign_id)
        return store.move(connection, campaign_id, CampaignStatus.COMPLETED, now)


def ended_campaigns() -> list[tuple[UUID, UUID]]:
    """(tenant, campaign) of campaigns in which nobody waits any more, paused and stopped ones too."""
    with system_transaction() as connection:
        return [(row["tenant_id"], row["campaign_id"]) for row in store.ended(connection)]


def _lock_to_send(
    connection: Connection, campaign_id: UUID, allowed: Collection[CampaignStatus], refusal: str
) -> dict[str, Any]:
    """The campaign, locked, for whoever lets it send. Raises NotFound, and Conflict when it may not.

    A freeze that is being ordered ends first and is seen here; one that comes after this waits, sees what was
    let go on, and pauses it. A draft is refused unlocked: a launch holds the two locks in the other order.
    """
    _refuse_unless(allowed, store.get(connection, campaign_id), refusal)
    store.lock_launches(connection)
    campaign = _refuse_unless(allowed, store.lock(connection, campaign_id), refusal)
    freezes.refuse(connection, campaign_id)
    contents.refuse_held(connection, campaign)
    return campaign


def _refuse_unless(
    allowed: Collection[CampaignStatus], campaign: dict[str, Any] | None, refusal: str
) -> dict[str, Any]:
    found = campaigns.require(campaign)
    if CampaignStatus(found["status"]) not in allowed:
        raise Conflict(refusal)
    return found


def _move(
    connection: Connection,
    campaign_id: UUID,
    target: CampaignStatus,
    refusal: str,
    member_id: UUID,
    now: datetime,
) -> Status:
    if not store.move(connection, campaign_id, target, now):
        raise Conflict(refusal)
    audit.record(connection, f"campaign.{target.value}", member_id=member_id, target=str(campaign_id))
    return Status(id=campaign_id, status=target)
