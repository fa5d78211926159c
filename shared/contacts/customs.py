"""Custom fields of a contact: one sealed JSON object {label: text}."""

import json
from collections.abc import Collection, Mapping


def custom_text(values: Mapping[str, str]) -> str:
    """The object as it is sealed and hashed: equal objects are equal texts."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def custom_values(text: str) -> dict[str, str]:
    """The object again."""
    values: dict[str, str] = json.loads(text)
    return values


def without_labels(values: Mapping[str, str], labels: Collection[str]) -> dict[str, str]:
    return {label: text for label, text in values.items() if label not in labels}


def join_customs(stored: Mapping[str, str], given: Mapping[str, str], *, overwrite: bool) -> dict[str, str]:
    """Both objects label by label; where both have one, the given text wins only when overwriting."""
    return {**stored, **given} if overwrite else {**given, **stored}
