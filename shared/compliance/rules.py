"""The one question that previews, launches and batches ask: which rules does this campaign break?"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.compliance import advertising, content, delivery, election, freedom, privacy, wording
from shared.compliance.facts import CampaignFacts, Finding, Moment, Severity, Verdict
from shared.compliance.rule_set import Rule, RuleSet, in_force

Finder = Callable[[CampaignFacts, RuleSet], Finding | None]

# In the order in which they are shown. Rules of the book without a finder are enforced elsewhere: by the
# import (E06), by lists of tasks (A04, A05).
FINDERS: Mapping[str, Finder] = {
    "E21": freedom.frozen,
    "E01": election.not_allowed_to_campaign,
    "E02": election.too_many_sends,
    "E03": election.unreported_sender,
    "E04": wording.missing_in_texts,
    "E05": freedom.people_who_refused,
    "E07": freedom.untested_refusal,
    "E08": election.by_telephone,
    "E09": election.before_registration,
    "E10": election.registration_missed,
    "E11": content.made_by_ai,
    "E12": content.poll_too_late,
    "E13": content.poll_without_reference,
    "E14": content.survey,
    "E15": content.about_others,
    "E16": content.legislative_report,
    "E17": content.holiday_greeting,
    "E18": election.unattested,
    "E19": wording.missing_in_kakao,
    "E20": election.on_election_day,
    "E22": content.another_purpose,
    "A01": advertising.without_consent,
    "A02": advertising.sent_at_night,
    "A03": wording.unlabelled_advertising,
    "A06": advertising.brand_hours,
    "A07": advertising.by_alimtalk,
    "P01": privacy.unsourced_people,
    "P02": privacy.sensitive_fields,
    "P03": privacy.resident_numbers,
    "K01": delivery.unreviewed_template,
    "V01": delivery.unsendable_text,
    "V02": delivery.repeated_content,
    "V03": delivery.unregistered_sender,
    "V04": delivery.too_little_left,
}


def check(facts: CampaignFacts, moment: Moment = Moment.PREVIEW) -> list[Verdict]:
    """Every rule broken at a moment, by the rule set in force on the day of sending."""
    book = in_force(facts.send_day)
    asked = [(book.rules[key], find) for key, find in FINDERS.items() if key in book.rules]
    found = [(rule, find(facts, book)) for rule, find in asked if moment in rule.enforced_at]
    return [_verdict(rule, finding) for rule, finding in found if finding]


def allowed(verdicts: list[Verdict]) -> bool:
    """Whether nothing among the verdicts forbids the launch; a second person may still be needed."""
    return all(verdict.severity is not Severity.BLOCK for verdict in verdicts)


def _verdict(rule: Rule, finding: Finding) -> Verdict:
    words = rule.messages[finding.message]
    return Verdict(
        rule=rule.id,
        severity=finding.severity or rule.severity,
        article=rule.article,
        ko=words.ko.format(**_in(finding.parameters, 0)),
        en=words.en.format(**_in(finding.parameters, 1)),
        fixes=finding.fixes,
    )


def _in(parameters: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The parameters in one language: of a pair, its half."""
    return {
        name: value[place] if isinstance(value, tuple) else _shown(value)
        for name, value in parameters.items()
    }


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
