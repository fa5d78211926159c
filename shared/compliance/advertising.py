"""정보통신망법 제50조 (Network Act): commercial advertising; and Kakao's own limits."""

from datetime import datetime, time, timedelta

from shared.compliance.facts import SEOUL, CampaignFacts, Finding, Fix, Severity
from shared.compliance.rule_set import RuleSet

NIGHT_STARTS, NIGHT_ENDS = time(21, 0), time(8, 0)
BRAND_STARTS, BRAND_ENDS = time(8, 0), time(20, 50)
# How long a consent holds without being confirmed (제50조 제8항, 시행령 제62조의3).
CONSENT_HOLDS = timedelta(days=730)


def is_night(moment: datetime) -> bool:
    """21:00 to 08:00 in Korea, when advertising needs a separate consent."""
    clock = moment.astimezone(SEOUL).time()
    return clock >= NIGHT_STARTS or clock < NIGHT_ENDS


def is_brand_time(moment: datetime) -> bool:
    """08:00 to 20:50 in Korea, when Kakao takes brand messages."""
    return BRAND_STARTS <= moment.astimezone(SEOUL).time() < BRAND_ENDS


def next_morning(moment: datetime) -> datetime:
    """The next eight o'clock in Korea."""
    local = moment.astimezone(SEOUL)
    eight = local.replace(hour=8, minute=0, second=0, microsecond=0)
    return eight if local < eight else eight + timedelta(days=1)


def without_consent(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Advertising goes to those who agreed (제50조 제1항); the others are left out.

    It blocks a campaign that is for nobody else. Not asked: the number of people is unknown.
    """
    if not facts.is_advertising or not facts.without_consent:
        return None
    if facts.without_consent >= facts.reached:
        return Finding("nobody")
    return Finding("left_out", {"count": facts.without_consent}, Severity.WARN)


def sent_at_night(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Advertising between 21:00 and 08:00 needs everybody's separate consent (제50조 제3항)."""
    if not facts.is_advertising or not is_night(facts.send_at) or facts.without_night_consent == 0:
        return None
    return Finding("night", fixes=(_in_the_morning(facts),))


def brand_hours(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Kakao takes brand messages from 08:00 to 20:50 only (its code 3022)."""
    if not facts.brand_steps or is_brand_time(facts.send_at):
        return None
    return Finding("closed", fixes=(_in_the_morning(facts),))


def by_alimtalk(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Alimtalk carries reviewed information only, neither campaigning nor advertising (Kakao)."""
    alimtalk = [step for step in facts.steps if step.channel == "kakao_alimtalk"]
    if not alimtalk:
        return None
    if facts.is_election:
        return Finding("campaigning")
    words = book.found_words("advertising", "\n".join(step.text for step in alimtalk))
    return Finding("advertising", {"words": ", ".join(words)}) if words else None


def _in_the_morning(facts: CampaignFacts) -> Fix:
    return Fix("reschedule", field="scheduled_at", value=next_morning(facts.send_at).isoformat())
