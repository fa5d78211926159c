"""Values in the links of buttons, for carriers whose requests bring the final text."""

import re
from collections.abc import Mapping
from dataclasses import replace

from shared.messaging.gateways.gateway import Button, OutgoingMessage

_VARIABLE = re.compile(r"#\{([^{}]*)\}")


def filled(message: OutgoingMessage) -> tuple[Button, ...]:
    """The message's buttons with `#{name}` in their links replaced; what has no value stays."""
    return tuple(_filled(button, message.variables) for button in message.buttons)


def _filled(button: Button, values: Mapping[str, str]) -> Button:
    return replace(
        button,
        link_mobile=_fill(button.link_mobile, values),
        link_pc=_fill(button.link_pc, values),
        link_android=_fill(button.link_android, values),
        link_ios=_fill(button.link_ios, values),
    )


def _fill(link: str | None, values: Mapping[str, str]) -> str | None:
    if link is None:
        return None
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), link)
