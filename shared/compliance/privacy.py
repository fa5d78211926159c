"""개인정보 보호법 (Personal Information Protection Act): who may be written to, and what may be said."""

from shared.compliance.facts import CampaignFacts, Finding, Severity
from shared.compliance.rule_set import RuleSet
from shared.contacts.identifiers import holds_resident_number


def unsourced_people(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Whoever asks must be told where their data is from (제20조) and why we may have it (제15조).

    A contact with neither source nor legal basis is left out of every audience; this says how many those are.
    It blocks a campaign that is for nobody else.
    """
    if not facts.unsourced:
        return None
    alone = facts.reached == 0
    return Finding("left_out", {"count": facts.unsourced}, Severity.BLOCK if alone else Severity.WARN)


def sensitive_fields(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Political views and the like in a message need a consent of their own (제23조).

    Whoever has not given it is left out, here and again before each message. It blocks a campaign that is for
    nobody else. Where people are not asked about (a message to one's own number) it only cautions.
    """
    used = [name for step in facts.steps for name in step.variables if name in facts.sensitive]
    fields, lacking = ", ".join(dict.fromkeys(used)), facts.without_sensitive_consent
    if not used or lacking == 0:
        return None
    if lacking is None:
        return Finding("in_text", {"fields": fields})
    if lacking >= facts.reached:
        return Finding("nobody", {"fields": fields}, Severity.BLOCK)
    return Finding("left_out", {"fields": fields, "count": lacking})


def resident_numbers(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """No resident registration number leaves the hub (제24조의2)."""
    for step in facts.steps:
        if holds_resident_number("\n".join((step.subject, step.text, *step.buttons))):
            return Finding("in_text", {"step": step.position})
    return None
