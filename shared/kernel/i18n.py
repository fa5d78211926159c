"""Sentences in Korean and English. Catalogues are JSON files beside the code that owns them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

DEFAULT_LANGUAGE = "ko"


@dataclass(frozen=True)
class Text:
    """One sentence in every language we speak."""

    ko: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.ko

    def as_json(self) -> dict[str, str]:
        return {"ko": self.ko, "en": self.en}


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    root = Path(__file__).resolve().parent.parent
    merged: dict[str, dict[str, str]] = {}
    for path in sorted(root.glob("*/messages.json")):
        merged.update(json.loads(path.read_text(encoding="utf-8")))
    return merged


def text(key: str, **parameters: Any) -> Text:
    """The catalogue's sentence for a key, e.g. `text("error.rate_limited", seconds=30)`.

    Catalogues are `shared/<package>/messages.json`: {key: {"ko": "…", "en": "…"}}.
    Raises KeyError for an unknown key: a missing sentence is a defect, not a fallback.
    """
    entry = _catalogue()[key]
    return Text(ko=entry["ko"].format(**parameters), en=entry["en"].format(**parameters))


def has_text(key: str) -> bool:
    """Whether the catalogue knows a key."""
    return key in _catalogue()


def pick_language(accept_language: str | None) -> str:
    """`ko` unless the first language the client prefers of ours is English (RFC 9110 §12.5.4)."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if language in ("ko", "en") and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
