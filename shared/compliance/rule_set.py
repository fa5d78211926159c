"""Rule sets: what each rule says and how grave it is, as data. One file per version, never edited once used.

A verdict names the version it was made with, so that it can be read years later.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from shared.compliance.facts import Severity
from shared.compliance.spelling import legible, stands_in
from shared.kernel.i18n import Text

FOLDER = Path(__file__).with_name("rule_sets")


@dataclass(frozen=True)
class Rule:
    """A rule of the law or of the carriers. `enforced_at`: preview, launch, batch, dispatch, import, task."""

    id: str
    article: str
    severity: Severity
    enforced_at: tuple[str, ...]
    title: Text
    explanation: Text
    messages: Mapping[str, Text]


@dataclass(frozen=True)
class RuleSet:
    """The rules that are in force from a day on, and the words some of them look for."""

    version: str
    in_force_from: date
    disclaimer: Text
    words: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule]

    def found_words(self, kind: str, text: str) -> tuple[str, ...]:
        """The words of a kind (poll, negative, vote_appeal, advertising) that stand in a text."""
        read = legible(text)
        return tuple(word for word in self.words[kind] if stands_in(word, text, read))


def in_force(day: date, folder: Path = FOLDER) -> RuleSet:
    """The newest rule set in force on a day; before the first ones, the newest of these."""
    known = rule_sets(folder)
    day = max(day, known[0].in_force_from)
    return next(one for one in reversed(known) if one.in_force_from <= day)


@lru_cache(maxsize=8)
def rule_sets(folder: Path = FOLDER) -> tuple[RuleSet, ...]:
    """Every rule set, the oldest first."""
    read = [_rule_set(json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json")]
    return tuple(sorted(read, key=lambda one: (one.in_force_from, one.version)))


def _rule_set(data: dict[str, Any]) -> RuleSet:
    rules = [_rule(one) for one in data["rules"]]
    return RuleSet(
        version=data["version"],
        in_force_from=date.fromisoformat(data["in_force_from"]),
        disclaimer=Text(**data["disclaimer"]),
        words={kind: tuple(words) for kind, words in data["words"].items()},
        rules={rule.id: rule for rule in rules},
    )


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(
        id=data["id"],
        article=data["article"],
        severity=Severity(data["severity"]),
        enforced_at=tuple(data["enforced_at"]),
        title=Text(**data["title"]),
        explanation=Text(**data["explanation"]),
        messages={key: Text(**words) for key, words in data["messages"].items()},
    )
