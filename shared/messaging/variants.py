"""The better of two texts: how the trial stands, and the decision that lets the rest go, once.

By hand at any time, or by the rule: some time after the trial's last text left, by the open rate, if enough
of each were delivered. Equal rates choose A. A rule that has too little to go by waits for a person.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict
from shared.messaging import campaigns, splits, store_splits
from shared.messaging import store_campaigns as store
from shared.messaging.split_models import Variants, VariantStats
from shared.messaging.splits import A, B
from shared.messaging.states import CampaignStatus
from shared.security import audit

Row = dict[str, Any]
Waiting = Literal["launch", "trial", "time", "minimum", "hand", "rule"]
# A trial that stands in none of these has not begun, or nobody is left to choose for.
DECIDABLE = frozenset({CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.STOPPED})
_NOTHING: Mapping[str, Any] = {
    "recipients": 0,
    "waiting": 0,
    "sent": 0,
    "delivered": 0,
    "opened": 0,
    "last_sent_at": None,
}


def get(connection: Connection, campaign_id: UUID, now: datetime) -> Variants:
    """The trial of a campaign. Raises NotFound, also without a second text."""
    campaign = campaigns.require(store.get(connection, campaign_id))
    split = campaigns.require(store_splits.get(connection, campaign_id))
    [first, *_] = store.steps_of(connection, [campaign_id])
    trial = _trial(connection, campaign_id)
    recipients = campaigns.counts_of(connection, [campaign_id])[campaign_id].recipients
    return Variants(
        **splits.view(split).model_dump(),
        variants=[_stats(splits.in_words(first, split, name), trial[name]) for name in (A, B)],
        rest=recipients - sum(one["recipients"] for one in trial.values()),
        waiting_for=_waiting_for(campaign, split, trial, now),
    )


def choose(
    connection: Connection, campaign_id: UUID, variant: str, member_id: UUID | None, now: datetime
) -> Variants:
    """Let the rest have a text. Raises NotFound; Conflict before the trial, after the end, and twice."""
    campaign = campaigns.require(store.lock(connection, campaign_id))
    campaigns.require(store_splits.get(connection, campaign_id))
    begun = bool(store_splits.figures(connection, campaign_id))
    if CampaignStatus(campaign["status"]) not in DECIDABLE or not begun:
        raise Conflict("campaign.no_trial")
    if not store_splits.choose(connection, campaign_id, variant, member_id, now):
        raise Conflict("campaign.variant_chosen")
    released = store_splits.release(connection, campaign_id, now)
    audit.record(
        connection,
        "campaign.variant_chosen",
        member_id=member_id,
        target=str(campaign_id),
        variant=variant,
        recipients=released,
    )
    return get(connection, campaign_id, now)


def undecided() -> list[tuple[UUID, UUID]]:
    """(tenant, campaign) of trials that the rule may decide."""
    with system_transaction() as connection:
        return [(row["tenant_id"], row["campaign_id"]) for row in store_splits.undecided(connection)]


def decide(tenant_id: UUID, campaign_id: UUID, now: datetime) -> str | None:
    """Choose by the rule if its time has come; the variant, or None. Safe to run twice at the same time."""
    with tenant_transaction(tenant_id) as connection:
        campaign = store.lock(connection, campaign_id)
        split = store_splits.get(connection, campaign_id)
        if campaign is None or split is None or campaign["status"] != CampaignStatus.SENDING:
            return None
        trial = _trial(connection, campaign_id)
        if _waiting_for(campaign, split, trial, now) != "rule":
            return None
        found = better(trial[A], trial[B])
        choose(connection, campaign_id, found, None, now)
        return found


def better(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The text that more of those who got it opened; A when it is as good."""
    return B if second["opened"] * first["delivered"] > first["opened"] * second["delivered"] else A


def _trial(connection: Connection, campaign_id: UUID) -> dict[str, Mapping[str, Any]]:
    return {A: _NOTHING, B: _NOTHING, **store_splits.figures(connection, campaign_id)}


def _waiting_for(
    campaign: Row, split: Row, trial: Mapping[str, Mapping[str, Any]], now: datetime
) -> Waiting | None:
    if split["chosen"]:
        return None
    if not trial[A]["recipients"]:
        return "launch"
    if not split["is_automatic"]:
        return "hand"
    last = max((one["last_sent_at"] for one in trial.values() if one["last_sent_at"]), default=None)
    if last is None or any(one["waiting"] for one in trial.values()):
        return "trial"
    if now < last + timedelta(minutes=split["after_minutes"]):
        return "time"
    enough = all(one["delivered"] >= split["minimum"] for one in trial.values())
    return "rule" if enough else "minimum"


def _stats(step: Row, figures: Mapping[str, Any]) -> VariantStats:
    delivered, opened = figures["delivered"], figures["opened"]
    return VariantStats(
        **{name: step[name] for name in ("variant", "subject", "body")},
        **{name: figures[name] for name in ("recipients", "sent", "delivered", "opened")},
        open_rate=round(opened / delivered, 4) if delivered else 0.0,
    )
