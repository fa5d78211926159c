"""Values in the links of buttons, for carriers whose requests bring the final text."""

import re
from collections.abc import Mapping
from dataclasses import replace

from shared.messaging.gateways.gateway import Button, OutgoingMessage

_VARIABLE = re.compile(r"#\{([^{}]*)\}")
_LINKS = ("link_mobile", "link_pc", "link_android", "link_ios")


def filled(message: OutgoingMessage) -> tuple[Button, ...]:
    """The message's buttons with `#{name}` in their links replaced; what has no value stays."""
    return tuple(_filled(button, message.variables) for button in message.buttons)


def _filled(button: Button, values: Mapping[str, str]) -> Button:
    links = {name: _fill(getattr(button, name), values) for name in _LINKS}
    return replace(button, **links)


def _fill(link: str | None, values: Mapping[str, str]) -> str | None:
    if link is None:
        return None
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), link)
