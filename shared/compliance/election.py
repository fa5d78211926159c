"""공직선거법 (Public Official Election Act): who may campaign, from which number, how often and when.

Any text this hub sends to a computed list is 자동 동보통신 (제59조 제2호), in slices of twenty as well.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from shared.compliance.candidacy import MAY_CAMPAIGN, Standing
from shared.compliance.facts import SEOUL, CampaignFacts, Finding, Fix, SenderFacts, Severity, StepFacts
from shared.compliance.rule_set import RuleSet

SEND_LIMIT = 8
WARN_FROM = 6
# How long what one launch began counts as one send; going on later is another (§8.3: a bounded window).
SEND_WINDOW = timedelta(hours=24)
CALLS_END, CALLS_BEGIN = time(23, 0), time(6, 0)

_WHY_NOT = {Standing.UNKNOWN: "unknown", Standing.PARTY: "party", Standing.OVER: "over"}


def not_allowed_to_campaign(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Automatic election texts are for pre-candidates and candidates (제59조 제2호).

    Who is one no longer or not yet hears it from E09 and E10.
    """
    if not facts.is_election_text or facts.standing not in _WHY_NOT:
        return None
    return Finding(_WHY_NOT[facts.standing], fixes=(Fix("open", field="candidate"),))


def before_registration(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """No automatic texts before the registration as pre-candidate (제60조의2)."""
    if not facts.is_election_text or facts.standing is not Standing.NOT_YET:
        return None
    if facts.candidacy is None or facts.dates is None:
        return None
    registered, opens = facts.candidacy.pre_registered_on, facts.dates.pre_registration_opens_on
    fix = (Fix("open", field="candidate"),)
    if registered is not None and registered >= opens:
        return Finding("early", {"day": registered}, fixes=fix)
    return Finding("closed", {"day": opens}, fixes=fix)


def registration_missed(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A pre-candidate who has not registered as candidate in time is one no longer (제60조의2 제11항)."""
    if not facts.is_election_text or facts.standing is not Standing.EXPIRED or facts.dates is None:
        return None
    fixes = (Fix("open", field="candidate"),)
    return Finding("expired", {"day": facts.dates.registration_closes_on}, fixes=fixes)


def too_many_sends(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A candidate may send at most eight automatic texts, those as pre-candidate included."""
    if not facts.is_election_text:
        return None
    number = facts.election_sends + 1
    if number > SEND_LIMIT:
        return Finding("over", {"limit": SEND_LIMIT, "used": facts.election_sends})
    if number >= WARN_FROM:
        return Finding("near", {"limit": SEND_LIMIT, "number": number}, Severity.WARN)
    return None


def unreported_sender(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """The number is reported to the election commission by the day before, and it is one number."""
    if not facts.is_election_text:
        return None
    fixes = (Fix("open", field="senders"),)
    if any(not _reported_in_time(step, facts) for step in facts.text_steps):
        return Finding("late", fixes=fixes)
    used = {step.sender.value for step in facts.text_steps if step.sender}
    if len(used) > 1:
        return Finding("several", fixes=fixes)
    if used - {number_in_use(facts.reported, facts.send_day)} and facts.reported:
        return Finding("replaced", fixes=fixes)
    return None


def number_in_use(reported: Sequence[SenderFacts], day: date) -> str | None:
    """The number in use on a day: the one reported last, by the day before. None when two are."""
    counted = [one for one in reported if one.reported_on and one.reported_on < day]
    last = max((one.reported_on for one in counted if one.reported_on), default=None)
    numbers = {one.value for one in counted if one.reported_on == last}
    return numbers.pop() if len(numbers) == 1 else None


def by_telephone(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Calls rest from 23:00 to 06:00 and on election day, and nobody dials by program (제59조 제4호)."""
    calls = [step for step in facts.steps if step.channel.startswith("call")]
    if not facts.is_election or not calls:
        return None
    if any(step.channel == "call_automatic" for step in calls):
        return Finding("automatic")
    if facts.dates is not None and facts.send_day == facts.dates.election_day:
        return Finding("election_day")
    return Finding("night") if calls_rest(facts.send_at) else None


def calls_rest(moment: datetime) -> bool:
    """23:00 to 06:00 in Korea (제109조 제2항)."""
    clock = moment.astimezone(SEOUL).time()
    return clock >= CALLS_END or clock < CALLS_BEGIN


def on_election_day(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Texts are lawful on election day (제59조 제2호 has no exception); a person confirms it apart."""
    if not facts.is_election or facts.dates is None or facts.send_day != facts.dates.election_day:
        return None
    if facts.declared.election_day:
        return Finding("today", severity=Severity.WARN)
    return Finding("unconfirmed", fixes=(Fix("declare", field="election_day", value="true"),))


def unattested(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Who launches has said that 제60조 제1항 does not forbid them to campaign."""
    if not facts.is_election or facts.attested:
        return None
    return Finding("unconfirmed", fixes=(Fix("open", field="attestation"),))


def may_campaign(facts: CampaignFacts) -> bool:
    """Whether the candidate has the status that campaigning by this hub needs."""
    return facts.standing in MAY_CAMPAIGN


def _reported_in_time(step: StepFacts, facts: CampaignFacts) -> bool:
    reported_on = step.sender.reported_on if step.sender else None
    return reported_on is not None and reported_on < facts.send_day
