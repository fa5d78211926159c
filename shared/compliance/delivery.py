"""What the carriers themselves refuse: text that cannot be shown, is too long, or has no sender."""

from shared.compliance.facts import CampaignFacts, Finding, Fix, Severity, StepFacts
from shared.compliance.rule_set import RuleSet


def unsendable_text(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A text holds only characters of CP949 and fits its kind (SOLAPI 1014, 1029, 1031).

    A variable that nobody has a value for would leave a gap in every message.
    """
    found = (_unsendable(step) for step in facts.steps)
    return next((finding for finding in found if finding), None)


def repeated_content(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """The same text within 24 hours (SOLAPI 1026, NHN E915); within a campaign the database forbids it.

    Whoever got it is left out before each message; this says how many they are.
    """
    return Finding("repeated", {"count": facts.repeated}) if facts.repeated else None


def unregistered_sender(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A sender number is registered beforehand (전기통신사업법 제84조의2; SOLAPI 1062).

    Blocks a sender that is missing or registered on a later day. A number whose day nobody noted only warns:
    the carrier knows, and refuses what is not registered.
    """
    fixes = (Fix("open", field="senders"),)
    for step in facts.steps:
        sender = step.sender
        if sender is None or (sender.registered_on and sender.registered_on > facts.send_day):
            return Finding("missing", {"step": step.position}, fixes=fixes)
        if not step.offered:
            return Finding("not_offered", {"step": step.position})
    for step in facts.steps:
        if step.is_text and step.sender and step.sender.registered_on is None:
            return Finding("unnoted", {"step": step.position}, Severity.WARN, fixes)
    return None


def unreviewed_template(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Kakao refuses an Alimtalk whose template it has not approved (SOLAPI 1042, 3105)."""
    return None if all(step.template_approved for step in facts.steps) else Finding("unreviewed")


def too_little_left(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Quota and balance suffice for the first step (SOLAPI 1030, NHN -2052)."""
    remaining, needed = facts.quota_remaining, facts.messages
    if remaining is not None and needed is not None and remaining < needed:
        return Finding("quota", {"remaining": remaining, "count": needed})
    if facts.balance_krw is not None and facts.cost_krw is not None and facts.balance_krw < facts.cost_krw:
        return Finding("balance", {"balance": facts.balance_krw, "cost": facts.cost_krw})
    return None


def _unsendable(step: StepFacts) -> Finding | None:
    if step.unknown_variables:
        names = " ".join(f"#{{{name}}}" for name in step.unknown_variables[:10])
        return Finding("variables", {"step": step.position, "shown": names})
    if not step.text.strip():
        return Finding("empty", {"step": step.position})
    if step.unsendable:
        shown = " ".join(step.unsendable[:10])
        fixes = tuple(Fix("replace", step=step.position, text=one, value="") for one in step.unsendable)
        return Finding("characters", {"step": step.position, "shown": shown}, fixes=fixes)
    if step.line_breaks is not None and step.text.count("\n") > step.line_breaks:
        return Finding("lines", {"step": step.position, "limit": step.line_breaks})
    if step.size > step.limit or step.subject_size > step.subject_limit:
        sizes = ("size", "limit", "subject_size", "subject_limit")
        found = {name: str(getattr(step, name)) for name in sizes}
        return Finding("long", {"step": step.position, **found})
    return None
