"""The rule book as a page shows it."""

from datetime import date

from shared.compliance.models import RuleBook, RuleView
from shared.compliance.rule_set import in_force, rule_sets


def shown(today: date, language: str) -> RuleBook:
    """The rules in force on a day, explained in a language."""
    book = in_force(today)
    return RuleBook(
        version=book.version,
        in_force_from=book.in_force_from,
        disclaimer=book.disclaimer.in_language(language),
        rules=[
            RuleView(
                id=rule.id,
                article=rule.article,
                severity=rule.severity.value,
                enforced_at=list(rule.enforced_at),
                title=rule.title.in_language(language),
                explanation=rule.explanation.in_language(language),
            )
            for rule in book.rules.values()
        ],
        versions=[one.version for one in rule_sets()],
    )
