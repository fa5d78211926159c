"""The right to be left alone, and the commission's word: opt-outs, the way to refuse, a freeze."""

import re

from shared.compliance.facts import CampaignFacts, Finding, Fix, Severity
from shared.compliance.rule_set import RuleSet

TESTED_EVERY_DAYS = 31
_TOLL_FREE = re.compile(r"(?<!\d)080[\d\- ]{6,}\d")


def frozen(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """While a freeze is in force nothing is sent (제82조의4 제4항·제5항)."""
    return Finding("frozen", {"reason": facts.frozen_because}) if facts.frozen_because is not None else None


def people_who_refused(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Whoever refused is left out, here and again before each message; this says how many they are."""
    return Finding("left_out", {"count": facts.refused}) if facts.refused else None


def untested_refusal(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """The free way to refuse is tried once a month, and it is the one in the text."""
    candidacy = facts.candidacy
    asked = facts.is_election or facts.is_advertising
    if not asked or candidacy is None:
        return None
    fixes: tuple[Fix, ...] = (Fix("open", field="candidate"),)
    if not candidacy.refusal_number:
        written = _TOLL_FREE.search(facts.all_text)
        return (
            Finding("unregistered", {"number": written.group()}, Severity.BLOCK, fixes) if written else None
        )
    if _other_number(facts, candidacy.refusal_number):
        return Finding("other", {"number": candidacy.refusal_number}, Severity.BLOCK, fixes)
    tested = candidacy.refusal_tested_on
    if tested is not None and (facts.send_day - tested).days <= TESTED_EVERY_DAYS:
        return None
    fixes = (Fix("open", field="refusal_test"),)
    return Finding("untested", {"days": TESTED_EVERY_DAYS}, Severity.WARN, fixes)


def _other_number(facts: CampaignFacts, number: str) -> bool:
    written = {digits(found) for found in _TOLL_FREE.findall(facts.all_text)}
    return bool(written - {digits(number)})


def digits(number: str) -> str:
    """The digits of a number."""
    return re.sub(r"\D", "", number)
