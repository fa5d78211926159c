"""SENS's channels, templates, pictures and refusals: pure functions from JSON to our data classes."""

import re
from typing import Any

from shared.messaging.gateways.gateway import (
    Button,
    CarrierOptOut,
    CarrierSender,
    CarrierTemplate,
    ImageUse,
    TemplateStatus,
)
from shared.messaging.gateways.sens_wire import JsonObject, as_items, as_object, timestamp

_PLAIN = re.compile(r"[\x21-\x7e가-힣]{1,100}")
_NUMBER = re.compile(r"\d{8,15}")
_INSPECTION: dict[str, TemplateStatus] = {
    "ACCEPT": "draft",
    "REGISTER": "draft",
    "INSPECT": "inspecting",
    "COMPLETE": "approved",
    "REJECT": "rejected",
}
IMAGE_TYPES: dict[ImageUse, str] = {"brand": "BASIC", "brand_wide": "WIDE"}
_FILE_NAME = re.compile(r"[^0-9A-Za-z_-]+")


def items(answer: object) -> list[JsonObject]:
    """The objects of a catalogue, bare or as `items`."""
    return as_items(answer if isinstance(answer, list) else as_object(answer).get("items"))


def channel(item: JsonObject) -> CarrierSender | None:
    """A Kakao channel by its search id (@…); None when it names none."""
    value = _plain(item.get("channelId"))
    if value is None:
        return None
    return CarrierSender(value, "active" if item.get("channelStatus") == "ACTIVE" else "blocked")


def template(item: JsonObject) -> CarrierTemplate | None:
    """An Alimtalk template; None when it has no code or no text."""
    code, body = _plain(item.get("templateCode")), item.get("content")
    if code is None or not isinstance(body, str):
        return None
    comments = as_items(item.get("comments"))
    return CarrierTemplate(
        code=code,
        name=_text(item.get("templateName")),
        body=body,
        status=_status(item),
        comment=(_text(comments[-1].get("content")) or None) if comments else None,
        buttons=tuple(map(_button, as_items(item.get("buttons")))),
    )


def refusal(item: JsonObject) -> CarrierOptOut | None:
    """A number of the list of refusals; None when it names none."""
    number = item.get("clientTelNo")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return None
    return CarrierOptOut(number, timestamp(item.get("registerTime")))


def file_name(name: str) -> str:
    """A name SENS takes: .jpg, at most 40 characters."""
    stem = _FILE_NAME.sub("-", name.rsplit(".", 1)[0]).strip("-") or "image"
    return f"{stem[:36]}.jpg"


def _status(item: JsonObject) -> TemplateStatus:
    if item.get("templateStatus") == "STOP":
        return "stopped"
    return _INSPECTION.get(str(item.get("templateInspectionStatus")), "stopped")


def _button(item: JsonObject) -> Button:
    return Button(
        name=_text(item.get("name")),
        type=_text(item.get("type")) or "WL",
        link_mobile=_text(item.get("linkMobile")) or None,
        link_pc=_text(item.get("linkPc")) or None,
        link_android=_text(item.get("schemeAndroid")) or None,
        link_ios=_text(item.get("schemeIos")) or None,
    )


def _plain(value: object) -> str | None:
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
