"""The life of a campaign, a recipient and a message, as data.

Each table names, for a state, the states it may be entered from. The stores build their locked
updates from these sets, so an illegal move changes no row. Terminal states are left by nothing but
the one verb named beside them.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LAUNCHING = "launching"
    SENDING = "sending"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class Priority(IntEnum):
    """What is sent first, as stored; in the API by its name in small letters."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class RecipientState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class MessageState(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"  # certainly never taken by the carrier; the recipient waits again


C, R, M = CampaignStatus, RecipientState, MessageState

# A launch starts from a draft only: were a scheduled campaign allowed to launch again, the second
# click of an impatient hand would send at once what was meant for tomorrow.
CAMPAIGN_FROM: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    C.LAUNCHING: frozenset({C.DRAFT, C.PAUSED}),  # PAUSED: resumed, and its audience not yet frozen
    C.SCHEDULED: frozenset({C.LAUNCHING, C.PAUSED}),
    C.SENDING: frozenset({C.LAUNCHING, C.SCHEDULED, C.PAUSED, C.STOPPED, C.COMPLETED}),
    C.PAUSED: frozenset({C.LAUNCHING, C.SENDING, C.SCHEDULED}),
    C.STOPPED: frozenset({C.SENDING, C.LAUNCHING}),
    C.COMPLETED: frozenset({C.SENDING, C.PAUSED, C.STOPPED}),  # left by retry-failed only
    C.CANCELLED: frozenset({C.SCHEDULED, C.LAUNCHING, C.SENDING, C.PAUSED, C.STOPPED}),
}

RESUMABLE = frozenset({C.PAUSED, C.STOPPED})
RETRYABLE = frozenset({C.SENDING, C.COMPLETED})
EDITABLE = frozenset({C.DRAFT})

RECIPIENT_FROM: Mapping[RecipientState, frozenset[RecipientState]] = {
    R.QUEUED: frozenset({R.SENDING, R.SENT, R.UNKNOWN, R.FAILED}),  # FAILED: retry-failed only
    R.SENDING: frozenset({R.QUEUED}),
    R.SENT: frozenset({R.SENDING, R.UNKNOWN}),
    R.UNKNOWN: frozenset({R.SENDING}),
    R.DELIVERED: frozenset({R.SENDING, R.SENT, R.UNKNOWN}),
    R.FAILED: frozenset({R.QUEUED, R.SENDING, R.SENT, R.UNKNOWN}),
    R.SUPPRESSED: frozenset({R.QUEUED}),
}
RECIPIENT_TERMINAL = frozenset({R.DELIVERED, R.FAILED, R.SUPPRESSED})

MESSAGE_FROM: Mapping[MessageState, frozenset[MessageState]] = {
    M.SENDING: frozenset(),
    M.UNKNOWN: frozenset({M.SENDING}),
    M.ACCEPTED: frozenset({M.SENDING, M.UNKNOWN}),
    M.DELIVERED: frozenset({M.SENDING, M.UNKNOWN, M.ACCEPTED}),
    M.FAILED: frozenset({M.SENDING, M.UNKNOWN, M.ACCEPTED}),
    M.WITHDRAWN: frozenset({M.SENDING, M.UNKNOWN}),
}
MESSAGE_TERMINAL = frozenset({M.DELIVERED, M.FAILED, M.WITHDRAWN})


def may_move(current: CampaignStatus, target: CampaignStatus) -> bool:
    """Whether a campaign in `current` may become `target`."""
    return current in CAMPAIGN_FROM.get(target, frozenset())
