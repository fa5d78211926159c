"""Checks of the Kakao part of a message: channel, template, buttons."""

import re
from typing import Any

from infra.simulator.accounts import Account, Template, wire_button
from infra.simulator.bubbles import Bubble

_VARIABLE = re.compile(r"#\{[^{}]*\}")
_WEB_LINK = re.compile(r"https?://\S+")
_TEMPLATED = frozenset({"ATA", "BMS_TEXT", "BMS_IMAGE", "BMS_WIDE"})


class KakaoRefused(Exception):
    """The message cannot go over Kakao; `code` is its status code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolve(
    account: Account, kind: str, text: str | None, options: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The final text and Kakao options as the phone will show them. Raises KakaoRefused."""
    channel = options.get("pfId")
    if not channel:
        raise KakaoRefused("1010")
    if channel not in account.channels:
        raise KakaoRefused("1041")
    if kind in _TEMPLATED:
        return _from_template(account, text, options)
    if not text:
        raise KakaoRefused("1010")
    bms = options.get("bms")
    given = options.get("buttons") or (bms.get("buttons") if isinstance(bms, dict) else None)
    return text, {**options, "buttons": _checked_buttons(given)}


def _from_template(account: Account, text: str | None, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    template = account.templates.get(str(options.get("templateId") or ""))
    if template is None or template.status != "APPROVED" or template.channel not in ("", options["pfId"]):
        raise KakaoRefused("1042")
    variables = _variables(options.get("variables"))
    final = _matching_text(template, text, variables)
    given = options.get("buttons")
    if given and not isinstance(given, list):
        raise KakaoRefused("1044")
    if given and not template.buttons:
        raise KakaoRefused("1047")
    if given and len(given) != len(template.buttons):
        raise KakaoRefused("1046")
    buttons = given or [_filled(button, variables) for button in template.buttons]
    return final, {**options, "buttons": _checked_buttons(buttons)}


def _variables(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise KakaoRefused("1011")
    if any("." in name or not isinstance(each, str) for name, each in value.items()):
        raise KakaoRefused("1011")
    return value


def _matching_text(template: Template, text: str | None, variables: dict[str, str]) -> str:
    """The text, when it is the template with its variables filled in, to the last space."""
    missing = set(_VARIABLE.findall(template.content)) - set(variables)
    if text and missing:
        if not _any_filling(template.content).fullmatch(text):
            raise KakaoRefused("1043")
        return text
    final = _substitute(template.content, variables)
    if missing or (text and text != final):
        raise KakaoRefused("1043")
    return final


def _any_filling(content: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, _VARIABLE.split(content))), re.DOTALL)


def _substitute(content: str, variables: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match.group(), match.group()), content)


def _filled(button: dict[str, str], variables: dict[str, str]) -> dict[str, str]:
    return {name: _substitute(value, variables) for name, value in button.items()}


def _checked_buttons(given: Any) -> list[dict[str, str]]:
    if not given:
        return []
    if not isinstance(given, list):
        raise KakaoRefused("1044")
    if len(given) > 5:
        raise KakaoRefused("1050")
    return [_checked_button(each) for each in given]


def check_buttons_of(bubble: Bubble, bms: dict[str, Any]) -> None:
    """What a brand message's bubble has room for, and where its picture leads. Raises KakaoRefused."""
    buttons = bms.get("buttons") or []
    if len(buttons) > bubble.buttons:
        raise KakaoRefused("1050")
    if any(len(str(each.get("name") or "")) > bubble.button_name for each in buttons):
        raise KakaoRefused("1049")
    link = bms.get("imageLink")
    if link is not None and not _WEB_LINK.fullmatch(str(link)):
        raise KakaoRefused("1045")


def _checked_button(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise KakaoRefused("1044")
    button = wire_button(value)
    name, link = button.get("buttonName", ""), button.get("linkMo", "")
    if not name or (button["buttonType"] == "WL" and not link):
        raise KakaoRefused("1044")
    if len(name) > 14:
        raise KakaoRefused("1049")
    if len(link) > 100:
        raise KakaoRefused("1048")
    if link and not _WEB_LINK.fullmatch(link):
        raise KakaoRefused("1045")
    return button
