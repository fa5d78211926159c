"""The law as pure rules: facts of a campaign in, broken rules with their articles out."""

from shared.compliance.advertising import is_night
from shared.compliance.facts import (
    SEOUL,
    CampaignFacts,
    Purpose,
    SenderFacts,
    Severity,
    StepFacts,
    Verdict,
)
from shared.compliance.rules import RULES, allowed, check

__all__ = [
    "RULES",
    "SEOUL",
    "CampaignFacts",
    "Purpose",
    "SenderFacts",
    "Severity",
    "StepFacts",
    "Verdict",
    "allowed",
    "check",
    "is_night",
]
