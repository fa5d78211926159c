"""SOLAPI's senders, templates, pictures and refusals: pure functions from JSON to our data classes.

Source: SOLAPI's API reference (senderid/v1, kakao/v2, storage/v1, iam/v1) as its own SDKs use it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.messaging.gateways.gateway import (
    Button,
    CarrierOptOut,
    CarrierSender,
    CarrierTemplate,
    ImageUse,
    NewTemplate,
    SenderStatus,
    TemplateStatus,
)
from shared.messaging.gateways.solapi_wire import (
    JsonObject,
    alimtalk_button,
    as_items,
    as_object,
    plain_id,
    timestamp,
)

_SENDER_STATUS: dict[str, SenderStatus] = {
    "ACTIVE": "active",
    "PENDING": "pending",
    "INACTIVE": "blocked",
    "EXPIRED": "expired",
}
_TEMPLATE_STATUS: dict[str, TemplateStatus] = {
    "PENDING": "draft",
    "INSPECTING": "inspecting",
    "APPROVED": "approved",
    "REJECTED": "rejected",
}
FILE_TYPES: Mapping[ImageUse, str] = {"mms": "MMS", "brand": "BMS", "brand_wide": "BMS_WIDE"}
"""The kinds of files under which SOLAPI keeps pictures; a bubble takes none of another kind."""
OTHER_CATEGORY = "999999"
"""Kakao's category for what fits nowhere else; it is reviewed last."""


def sender(item: JsonObject) -> CarrierSender | None:
    """A registered number; None when it names none."""
    number = plain_id(item.get("phoneNumber"))
    if number is None:
        return None
    status = _SENDER_STATUS.get(str(item.get("status")), "blocked")
    return CarrierSender(number, status, timestamp(item, "expireAt"))


def channel(item: JsonObject) -> CarrierSender | None:
    """A linked Kakao channel; None when it names none."""
    channel_id = plain_id(item.get("channelId"))
    return CarrierSender(channel_id, "active") if channel_id else None


def template(item: JsonObject) -> CarrierTemplate | None:
    """A Kakao template; None when it has no id or no text."""
    code, body = plain_id(item.get("templateId")), item.get("content")
    if code is None or not isinstance(body, str):
        return None
    return CarrierTemplate(
        code=code,
        name=_text(item.get("name")),
        body=body,
        status=_TEMPLATE_STATUS.get(str(item.get("status")), "stopped"),
        comment=_last_comment(item),
        buttons=tuple(map(_button, as_items(item.get("buttons")))),
    )


def encode_template(new: NewTemplate) -> JsonObject:
    """A template of Kakao's basic kind (BA), without emphasis."""
    return {
        "channelId": new.channel_id,
        "name": new.name,
        "content": new.body,
        "categoryCode": new.category or OTHER_CATEGORY,
        "messageType": "BA",
        "emphasizeType": "NONE",
        "buttons": [alimtalk_button(button) for button in new.buttons],
    }


def refusal(item: JsonObject, since: datetime) -> CarrierOptOut | None:
    """A number of the 080 list, or one that staff blocked; None when it is older or names none."""
    number = plain_id(item.get("recipientNumber") or item.get("phoneNumber"))
    at = timestamp(item, "dateCreated")
    if number is None or (at is not None and at < since):
        return None
    return CarrierOptOut(number, at)


def _last_comment(item: JsonObject) -> str | None:
    comments = as_items(item.get("comments")) or [
        each for code in as_items(item.get("codes")) for each in as_items(code.get("comments"))
    ]
    return _text(comments[-1].get("content")) or None if comments else None


def _button(item: Mapping[str, Any]) -> Button:
    fields = as_object(item)
    return Button(
        name=_text(fields.get("buttonName")),
        type=_text(fields.get("buttonType")) or "WL",
        link_mobile=_text(fields.get("linkMo")) or None,
        link_pc=_text(fields.get("linkPc")) or None,
        link_android=_text(fields.get("linkAnd")) or None,
        link_ios=_text(fields.get("linkIos")) or None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
