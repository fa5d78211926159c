"""NHN Cloud's senders, templates and refusals: pure functions from JSON to our data classes."""

import re

from shared.messaging.gateways.gateway import (
    CarrierOptOut,
    CarrierSender,
    CarrierTemplate,
    ImageUse,
    NewTemplate,
    TemplateStatus,
)
from shared.messaging.gateways.nhn_wire import decode_button, moment, template_buttons
from shared.messaging.gateways.solapi_catalogue import OTHER_CATEGORY
from shared.messaging.gateways.solapi_wire import JsonObject, as_items, as_object, plain_id

_TEMPLATE_STATUS: dict[str, TemplateStatus] = {
    "TSC01": "inspecting",
    "TSC02": "inspecting",
    "TSC03": "approved",
    "TSC04": "rejected",
}
IMAGE_TYPES: dict[ImageUse, str] = {"brand": "IMAGE", "brand_wide": "WIDE_IMAGE"}
_ADDRESS = re.compile(r"https?://[\x21-\x7e]{1,1000}")


def image_address(answer: JsonObject) -> str | None:
    """Where a bubble's picture lies, which is what messages name it by; None when the answer does not say."""
    address = as_object(answer.get("image")).get("imageUrl")
    return address if isinstance(address, str) and _ADDRESS.fullmatch(address) else None


def sender(item: JsonObject) -> CarrierSender | None:
    """A sender number of the SMS product; None when it names none."""
    number = plain_id(item.get("sendNo"))
    if number is None:
        return None
    usable = item.get("useYn") == "Y" and item.get("blockYn") != "Y"
    return CarrierSender(number, "active" if usable else "blocked")


def channel(item: JsonObject) -> CarrierSender | None:
    """A Kakao channel by its sender key; None when it names none."""
    key = plain_id(item.get("senderKey"))
    if key is None:
        return None
    if item.get("status") != "YSC03":
        return CarrierSender(key, "pending")
    barred = item.get("block") is True or item.get("kakaoStatus") == "S"
    return CarrierSender(key, "blocked" if barred else "active")


def template(item: JsonObject) -> CarrierTemplate | None:
    """A registered template; None when it has no code or no text."""
    code, body = plain_id(item.get("templateCode")), item.get("templateContent")
    if code is None or not isinstance(body, str):
        return None
    comments = [str(each["content"]) for each in as_items(item.get("comments")) if each.get("content")]
    name = item.get("templateName")
    return CarrierTemplate(
        code=code,
        name=name if isinstance(name, str) else "",
        body=body,
        status=_TEMPLATE_STATUS.get(str(item.get("status")), "stopped"),
        comment=comments[-1] if comments else None,
        buttons=tuple(map(decode_button, as_items(item.get("buttons")))),
    )


def encode_template(new: NewTemplate) -> JsonObject:
    """A template of Kakao's basic kind (BA), without emphasis; at NHN registering it asks for the review."""
    return {
        "templateCode": new.code,
        "templateName": new.name,
        "templateContent": new.body,
        "templateMessageType": "BA",
        "templateEmphasizeType": "NONE",
        "categoryCode": new.category or OTHER_CATEGORY,
        "buttons": template_buttons(new.buttons),
    }


def refusal(item: JsonObject, time_field: str) -> CarrierOptOut | None:
    """A number that called the 080 service; None when the item names none."""
    number = plain_id(item.get("recipientNo"))
    return CarrierOptOut(number, moment(item.get(time_field))) if number else None
