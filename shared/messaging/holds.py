"""Freezing (발송 중지·자료 보전, 공직선거법 제82조의4 제4항·제5항): all sending, or one campaign's.

A freeze waits for the claims that run and pauses what sends, so when it returns nothing more is claimed; each
batch asks again. Lifting it starts nothing by itself: somebody resumes what should go on.
"""

from datetime import datetime
from uuid import UUID

from shared.compliance import freezes
from shared.compliance.models import Freeze, FreezeInput
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict
from shared.messaging import campaigns
from shared.messaging import store_campaigns as store
from shared.messaging.states import CampaignStatus
from shared.security import audit

FROZEN = "frozen"  # the stop reason of what a freeze paused


def holds_all(connection: Connection) -> bool:
    """Whether everything is frozen, for whoever sends a single text until the end of the transaction.

    A freeze that is being ordered ends first and is seen here; one that comes after this waits.
    """
    store.lock_launches(connection)
    return freezes.reason_for(connection, None) is not None


def freeze(connection: Connection, wanted: FreezeInput, member_id: UUID, now: datetime) -> Freeze:
    """Stops sending and keeps the evidence. Raises NotFound, and Conflict for a draft."""
    store.lock_launches(connection)  # a launch that is being accepted ends first, and is seen here
    if wanted.campaign_id is not None:
        campaign = campaigns.require(store.get(connection, wanted.campaign_id))
        if campaign["status"] == CampaignStatus.DRAFT:
            raise Conflict("compliance.freeze_draft")
    under_way = store.lock_under_way(connection, wanted.campaign_id)
    made = freezes.add(connection, wanted, member_id, now)
    for campaign in under_way:
        if store.move(connection, campaign["id"], CampaignStatus.PAUSED, now):
            store.set_stop_reason(connection, campaign["id"], FROZEN)
    audit.record(
        connection,
        "sending.frozen",
        member_id=member_id,
        target=str(made.id),
        campaign=str(wanted.campaign_id) if wanted.campaign_id else None,
        paused=len(under_way),
    )
    return made


def lift(connection: Connection, freeze_id: UUID, reason: str, member_id: UUID, now: datetime) -> Freeze:
    """Ends a freeze. What it paused stays paused. Raises NotFound, and Conflict for one that is lifted."""
    lifted = freezes.lift(connection, freeze_id, reason, member_id, now)
    audit.record(connection, "sending.freeze_lifted", member_id=member_id, target=str(freeze_id))
    return lifted
