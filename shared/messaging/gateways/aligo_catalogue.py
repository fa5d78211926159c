"""Aligo's Kakao channels and templates: pure functions between JSON, forms and our data classes."""

import re
from typing import Any

from shared.messaging.gateways import aligo_wire as wire
from shared.messaging.gateways.gateway import (
    Button,
    CarrierSender,
    CarrierTemplate,
    NewTemplate,
    TemplateStatus,
)

_PLAIN = re.compile(r"[\x21-\x7e]{1,100}")
_INSPECTION: dict[str, TemplateStatus] = {
    "REG": "draft",
    "REQ": "inspecting",
    "APR": "approved",
    "REJ": "rejected",
}


def channel(item: wire.JsonObject) -> CarrierSender | None:
    """A Kakao channel by its sender key; None when it has none."""
    key = _plain(item.get("senderKey"))
    return CarrierSender(key, "active" if item.get("status") == "A" else "blocked") if key else None


def template(item: wire.JsonObject) -> CarrierTemplate | None:
    """An Alimtalk template; None when it has no code or no text."""
    code, body = _plain(item.get("templtCode")), item.get("templtContent")
    if code is None or not isinstance(body, str):
        return None
    comments = wire.as_items(item.get("comments"))
    stopped = item.get("status") == "S"
    return CarrierTemplate(
        code=code,
        name=_text(item.get("templtName")),
        body=body,
        status="stopped" if stopped else _INSPECTION.get(str(item.get("inspStatus")), "stopped"),
        comment=(_text(comments[-1].get("content")) or None) if comments else None,
        buttons=tuple(map(_button, wire.as_items(item.get("buttons")))),
    )


def encode_template(new: NewTemplate) -> wire.Form:
    """The fields that register a template of Kakao's basic kind."""
    fields = {"senderkey": new.channel_id, "tpl_name": new.name, "tpl_content": new.body}
    return fields | ({"tpl_button": wire.buttons(new.buttons)} if new.buttons else {})


def text(row: wire.JsonObject, name: str) -> str | None:
    """A text that a list shows, or None."""
    return row[name] if isinstance(row.get(name), str) else None


def _button(item: wire.JsonObject) -> Button:
    return Button(
        name=_text(item.get("name")),
        type=_text(item.get("linkType")) or "WL",
        link_mobile=_text(item.get("linkMo") or item.get("linkM")) or None,
        link_pc=_text(item.get("linkPc") or item.get("linkP")) or None,
        link_android=_text(item.get("linkAnd") or item.get("linkA")) or None,
        link_ios=_text(item.get("linkIos") or item.get("linkI")) or None,
    )


def _plain(value: object) -> str | None:
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
