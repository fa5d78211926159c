"""The law: pure rules over facts of a campaign, and the registers the facts come from."""

from shared.compliance.advertising import CONSENT_HOLDS, is_brand_time, is_night
from shared.compliance.candidacy import Candidacy, Organisation, Standing
from shared.compliance.election import SEND_LIMIT, SEND_WINDOW
from shared.compliance.election_dates import ElectionKind, KeyDates, key_dates
from shared.compliance.facts import (
    SEOUL,
    CampaignFacts,
    Declared,
    Finding,
    Fix,
    Inserted,
    Moment,
    Purpose,
    SenderFacts,
    Severity,
    StepFacts,
    SurveyFacts,
    Verdict,
)
from shared.compliance.rule_set import in_force
from shared.compliance.rules import FINDERS, allowed, check
from shared.compliance.spelling import says_any
from shared.compliance.wording import insertions, with_insertions

__all__ = [
    "CONSENT_HOLDS",
    "FINDERS",
    "SEND_LIMIT",
    "SEND_WINDOW",
    "SEOUL",
    "CampaignFacts",
    "Candidacy",
    "Declared",
    "ElectionKind",
    "Finding",
    "Fix",
    "Inserted",
    "KeyDates",
    "Moment",
    "Organisation",
    "Purpose",
    "SenderFacts",
    "Severity",
    "Standing",
    "StepFacts",
    "SurveyFacts",
    "Verdict",
    "allowed",
    "check",
    "in_force",
    "insertions",
    "is_brand_time",
    "is_night",
    "key_dates",
    "says_any",
    "with_insertions",
]
