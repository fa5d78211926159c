"""The error budget: a campaign that mostly fails by somebody's fault stops itself.

A fault is a failure that says nothing about the person: the carrier's system, our configuration, a sender
that the telephone carriers block (SOLAPI 3059: lifted after a week), money, a template, or a reason nobody
knows. Phones that are off and numbers that are gone never stop a campaign.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from shared.kernel.database import Connection
from shared.kernel.logging import get_logger
from shared.messaging import store_campaigns, store_series
from shared.messaging.states import CampaignStatus

log = get_logger(__name__)

FAULTS: Final = frozenset({"system", "configuration", "sender", "balance", "kakao_template", "unknown"})
# Of so many newest messages that came to an end, more than half: fewer would be chance.
WINDOW: Final = 200
MOST_FAULTY: Final = 0.5
STOP_REASON: Final = "error_budget"


def count_faults(reasons: Iterable[str | None]) -> int:
    """How many failures are faults; one without a reason is one of an unknown reason."""
    return sum((reason or "unknown") in FAULTS for reason in reasons)


def is_spent(ended: int, faulty: int) -> bool:
    """Whether so many faults among so many ends are too many."""
    return ended >= WINDOW and faulty > ended * MOST_FAULTY


def check(connection: Connection, campaign: Mapping[str, Any], now: datetime) -> bool:
    """Stop a campaign whose budget is spent; the caller shares it. True when it was stopped, once.

    Only what ended since it was last resumed counts, in the chart's buckets of five seconds.
    """
    ended, faulty = store_series.newest(connection, campaign["id"], campaign["resumed_at"], WINDOW)
    if not is_spent(ended, faulty):
        return False
    if not store_campaigns.move(connection, campaign["id"], CampaignStatus.STOPPED, now):
        return False
    store_campaigns.set_stop_reason(connection, campaign["id"], STOP_REASON)
    log.error("campaign_stopped_by_budget", campaign=str(campaign["id"]), ended=ended, faulty=faulty)
    return True
