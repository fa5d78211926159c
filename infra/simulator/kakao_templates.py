"""Templates as carriers see them whose requests bring the final text: Kakao compares it on delivery."""

import re
from collections.abc import Sequence
from typing import Any

from infra.simulator.accounts import Account, Template, wire_button

_VARIABLE = re.compile(r"#\{[^{}]*\}")
MISMATCH = "3103"
"""The neutral code of a message that is not its template with the variables filled in."""


def find(account: Account, code: str, channel: str) -> Template | None:
    """An approved template of a channel."""
    template = account.templates.get(code)
    if template is None or template.status != "APPROVED" or template.channel not in ("", channel):
        return None
    return template


def fate(template: Template, text: str, buttons: Sequence[dict[str, str]]) -> str | None:
    """MISMATCH when text or buttons are not the template's, to the last space; None when they are."""
    parts = _VARIABLE.split(template.content)
    fits = re.fullmatch(".*?".join(map(re.escape, parts)), text, re.DOTALL)
    names = [button.get("buttonName") for button in buttons]
    expected = [button.get("buttonName") for button in template.buttons]
    return None if fits and names == expected else MISMATCH


def filled(template: Template, values: dict[str, Any]) -> str:
    """The template's text with `#{name}` replaced by the value of `name`."""
    return _VARIABLE.sub(lambda match: str(values.get(match.group()[2:-1], match.group())), template.content)


def shown(button: Any) -> dict[str, str]:
    """A button of any carrier's wire as a phone shows it. Raises ValueError."""
    names = {"linkMobile": "linkMo", "linkM": "linkMo", "linkP": "linkPc", "schemeIos": "linkIos"}
    more = {"schemeAndroid": "linkAnd", "linkI": "linkIos", "linkA": "linkAnd", "linkType": "type"}
    if not isinstance(button, dict):
        raise ValueError("buttons")
    return wire_button({{**names, **more}.get(name, name): value for name, value in button.items()})
