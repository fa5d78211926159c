"""NHN Cloud's wire format: pure functions from our data classes to JSON and back.

Source: NHN Cloud's API guides for SMS v3.0, Alimtalk v2.3 and Brand message v1.0. Times without a zone are
Korean. A message's id at NHN is a request and a number in it; ours is `route:requestId:recipientSeq`, where
the route is the path of the list it is found in.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, cast, get_args

from shared.kernel.clock import SEOUL
from shared.messaging.gateways.gateway import (
    Acceptance,
    Button,
    DeliveryEvent,
    LookUpFailed,
    MalformedReport,
    MessageKind,
    OutgoingMessage,
    Reason,
)
from shared.messaging.gateways.minutes import up_to_minute
from shared.messaging.gateways.nhn_codes import SUCCESS, Product, delivery, refusal
from shared.messaging.gateways.solapi_wire import JsonObject, as_items, as_object, plain_id

Route = Literal["sms", "mms", "ad-sms", "ad-mms", "alimtalk", "brand"]
ROUTES: Mapping[Route, frozenset[MessageKind]] = {
    "sms": frozenset({"sms"}),
    "mms": frozenset({"lms", "mms"}),
    "ad-sms": frozenset({"sms"}),
    "ad-mms": frozenset({"lms", "mms"}),
    "alimtalk": frozenset({"alimtalk"}),
    "brand": frozenset({"brand"}),
}
"""Which kinds leave by a route."""
TITLE_BYTES = 40
CANCELLED = "CANCEL"
"""Stands for the code of a message whose reservation was cancelled; NHN has a status for it, no code."""

_CODE = re.compile(r"-?[0-9A-Za-z]{1,8}")
_WHOLE = re.compile(r"[0-9]{1,18}")
_REQUEST_ID = re.compile(r"(?=.*[0-9A-Za-z])[0-9A-Za-z_.:=+@~,-]{1,100}")
# NHN's own sample of a call misspells the name, so both spellings are read; and its last field has a comma.
_REFERENCES = ("recipientGroupingKey", "recipientGropuingKey")
_NEEDLESS_COMMA = re.compile(rb",(?=\s*[}\]])")
_TEXT_STATUS: Mapping[str, tuple[str, Reason | None]] = {
    "4": (CANCELLED, "expired"),
    "5": ("E915", "duplicate"),
    "6": ("E919", "kakao_time"),
    "CANCEL": (CANCELLED, "expired"),
    "DUPLICATED": ("E915", "duplicate"),
    "FAILED_AD": ("E919", "kakao_time"),
}
_STILL_GOING = frozenset({"1", "2", "7"})
_FAILED = frozenset({"0", "FAILED"})
_LISTS = ("data", "messages", "senders", "templates")
_BUTTON_LINKS = ("linkMo", "linkPc", "schemeAndroid", "schemeIos")


class Spot(NamedTuple):
    """Where a message is found at NHN."""

    route: Route
    request_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.route}:{self.request_id}:{self.number}"


def spot(carrier_message_id: str) -> Spot | None:
    """The place an id of ours names; None when it is none."""
    route, _, rest = carrier_message_id.partition(":")
    request_id, _, number = rest.rpartition(":")
    if route not in get_args(Route) or not _REQUEST_ID.fullmatch(request_id) or not number.isdecimal():
        return None
    return Spot(cast(Route, route), request_id, int(number))


def product_of(route: Route) -> Product:
    """Which of the two products, with its own app key and codes, a route belongs to."""
    return "kakao" if route in ("alimtalk", "brand") else "sms"


def route_of(message: OutgoingMessage) -> Route:
    """How a message leaves. Advertising texts have a path of their own, which checks their wording."""
    if message.kind in ("alimtalk", "brand"):
        return cast(Route, message.kind)
    route = "sms" if message.kind == "sms" else "mms"
    return cast(Route, f"ad-{route}" if message.advertising else route)


def alike(message: OutgoingMessage) -> tuple[object, ...]:
    """What all messages of one request share: NHN puts the text beside the list of recipients."""
    common = (route_of(message), message.sender, message.channel_id, message.template_id, message.send_at)
    if message.template_id:
        return common
    picture = (message.image_id, message.bubble, message.image_link)
    return (*common, message.text, message.subject, *picture, message.buttons)


def encode(messages: Sequence[OutgoingMessage], now: datetime) -> JsonObject:
    """One request for messages that are `alike`."""
    first = messages[0]
    route = route_of(first)
    encoders = {"alimtalk": _alimtalk, "brand": _brand}
    body = encoders.get(route, _text)(messages)
    if first.send_at is not None and first.send_at > now:
        body["requestDate"] = minute(first.send_at)
    return body


def _text(messages: Sequence[OutgoingMessage]) -> JsonObject:
    first = messages[0]
    body: JsonObject = {
        "body": first.text,
        "sendNo": first.sender,
        "recipientList": [
            {"recipientNo": message.to, "recipientGroupingKey": message.reference} for message in messages
        ],
    }
    if first.kind != "sms":
        body["title"] = first.subject or _title(first.text)
    if first.kind == "mms" and first.image_id:
        body["attachFileIdList"] = [int(first.image_id)]
    return body


def _title(text: str) -> str:
    """NHN wants a title for every long text; without one of ours it is the beginning of the text."""
    line = text.strip().partition("\n")[0]
    return line.encode("cp949", "ignore")[:TITLE_BYTES].decode("cp949", "ignore") or "-"


def _alimtalk(messages: Sequence[OutgoingMessage]) -> JsonObject:
    return {
        "senderKey": messages[0].channel_id,
        "templateCode": messages[0].template_id,
        "recipientList": [
            {
                "recipientNo": message.to,
                "templateParameter": dict(message.variables),
                "recipientGroupingKey": message.reference,
                # The hub falls back itself, inside the law's count; the carrier must not.
                "resendParameter": {"isResend": False},
            }
            for message in messages
        ],
    }


def _brand(messages: Sequence[OutgoingMessage]) -> JsonObject:
    first = messages[0]
    recipients = [_brand_recipient(message) for message in messages]
    if first.template_id:
        return {
            "senderKey": first.channel_id,
            "templateCode": first.template_id,
            "recipientList": recipients,
        }
    body: JsonObject = {
        "senderKey": first.channel_id,
        "chatBubbleType": first.bubble.upper(),  # NHN's kinds are TEXT, IMAGE, WIDE
        "content": first.text,
        "recipientList": recipients,
    }
    if first.image_id:
        body["image"] = {"imageUrl": first.image_id}
        if first.image_link:
            body["image"]["imageLink"] = first.image_link
    if first.buttons:
        body["buttons"] = [_button(button) for button in first.buttons]
    return body


def _brand_recipient(message: OutgoingMessage) -> JsonObject:
    recipient: JsonObject = {
        "recipientNo": message.to,
        "targeting": "I",  # only friends of the channel: the other kinds need 50,000 of them
        "recipientGroupingKey": message.reference,
        "resendParameter": {"isResend": False},
    }
    if message.template_id:
        recipient["templateParameter"] = dict(message.variables)
    return recipient


def _button(button: Button) -> JsonObject:
    links = (button.link_mobile, button.link_pc, button.link_android, button.link_ios)
    named = {name: link for name, link in zip(_BUTTON_LINKS, links, strict=True) if link}
    return {"name": button.name, "type": button.type, **named}


def template_buttons(buttons: Sequence[Button]) -> list[JsonObject]:
    """Buttons of a template, in their order."""
    return [{"ordering": place, **_button(button)} for place, button in enumerate(buttons, 1)]


def decode_button(item: JsonObject) -> Button:
    """A button of a stored template."""
    links = [_word(item.get(name)) for name in _BUTTON_LINKS]
    return Button(_word(item.get("name")) or "", _word(item.get("type")) or "WL", *links)


def outcome_of(answer: object) -> tuple[bool, str | None]:
    """Whether a request succeeded, and its code (None when the answer has no header)."""
    header = as_object(as_object(answer).get("header"))
    return header.get("isSuccessful") is True, code_of(header)


def code_of(item: Mapping[str, Any]) -> str | None:
    """An item's `resultCode` as text, or None."""
    code = item.get("resultCode")
    text = str(code) if type(code) is int else code if isinstance(code, str) else ""
    return text if _CODE.fullmatch(text) else None


def decode_acceptances(answer: object, messages: Sequence[OutgoingMessage]) -> list[Acceptance] | None:
    """One acceptance per message, in order; None when the answer does not settle every one of them."""
    route = route_of(messages[0])
    fields = as_object(answer)
    taken = as_object(as_object(fields.get("body")).get("data")) or as_object(fields.get("message"))
    request_id = plain_id(taken.get("requestId"))
    results = as_items(taken.get("sendResultList", taken.get("sendResults")))
    by_number = {number: item for item in results if (number := whole(item.get("recipientSeq"))) is not None}
    found = [by_number.get(number) for number in range(1, len(messages) + 1)]
    settled = [
        _acceptance(route, request_id, number, message, item)
        for number, (message, item) in enumerate(zip(messages, found, strict=True), 1)
        if item is not None
    ]
    answers = [each for each in settled if each is not None]
    return answers if len(answers) == len(messages) else None


def _acceptance(
    route: Route, request_id: str | None, number: int, message: OutgoingMessage, item: JsonObject
) -> Acceptance | None:
    code, echoed = code_of(item), reference_of(item)
    if code is None or echoed not in (None, message.reference):
        return None
    if code not in SUCCESS:
        return Acceptance(message.reference, False, None, request_id, code, refusal(product_of(route), code))
    if request_id is None:
        return None
    return Acceptance(message.reference, True, str(Spot(route, request_id, number)), request_id, code, None)


def decode_listed(route: Route, item: JsonObject) -> DeliveryEvent | None:
    """An item of a list, or of a report, as an event; None when it names no message."""
    request_id, number = plain_id(item.get("requestId")), whole(item.get("recipientSeq"))
    if request_id is None or number is None:
        return None
    told = (item.get("msgStatus"), item.get("messageStatus"))
    status, code = next((str(each) for each in told if each is not None), ""), code_of(item)
    ours = str(Spot(route, request_id, number))
    at = moment(item.get("receiveDate") or item.get("resultDate"))
    if status in _TEXT_STATUS:
        shown, reason = _TEXT_STATUS[status]
        return DeliveryEvent(reference_of(item), ours, shown, "failed", reason, at)
    if status in _STILL_GOING:
        return DeliveryEvent(reference_of(item), ours, code or "0", "pending", None, at)
    failed = status in _FAILED
    outcome, reason = delivery(product_of(route), code, failed)
    return DeliveryEvent(reference_of(item), ours, code or ("FAILED" if failed else "0"), outcome, reason, at)


def decode_call(raw_body: bytes) -> JsonObject:
    """The object of a webhook call. Raises MalformedReport when it is none."""
    call = _json_object(raw_body)
    if call is None:
        call = _json_object(_NEEDLESS_COMMA.sub(b"", raw_body))
    if call is None:
        raise MalformedReport("the report is no webhook call")
    return call


def _json_object(raw_body: bytes) -> JsonObject | None:
    """None for anything else: the JSON error holds the body, and with it phone numbers."""
    try:
        call = json.loads(raw_body)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) else None


def hooks(call: JsonObject) -> list[JsonObject]:
    """The events of a call: a list, or one alone."""
    told = call.get("hooks")
    return as_items([told] if isinstance(told, dict) else told)


def page(answer: JsonObject) -> tuple[list[JsonObject], int | None]:
    """The items of a page of any list and how many there are on all pages (None: not said).

    Raises LookUpFailed for what cannot be read: taken for an empty page, it would hide messages.
    """
    for holder in (
        answer.get("body"),
        answer.get("messageSearchResultResponse"),
        answer.get("templateListResponse"),
        answer,
    ):
        fields = as_object(holder)
        total = whole(fields.get("totalCount"))
        lists = [fields[name] for name in _LISTS if fields.get(name) is not None]
        if total == 0 and not lists:
            return [], 0
        for items in lists:
            if isinstance(items, list) and len(as_items(items)) == len(items):
                return as_items(items), total
    raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)


def reported_route(product: str, hook: JsonObject) -> Route:
    """The route of a reported message, told by the webhook's product and the message's type."""
    if "kakao" in product.lower() or "kakaoMessageType" in hook:
        return "brand" if str(hook.get("kakaoMessageType")).startswith("BRAND") else "alimtalk"
    kind = str(hook.get("senderType")).upper()
    route = "mms" if "MMS" in kind or "LMS" in kind else "sms"
    return cast(Route, f"ad-{route}" if kind.startswith("AD") else route)


def reference_of(item: Mapping[str, Any]) -> str | None:
    """Our reference as NHN echoes it, or None."""
    return next((found for name in _REFERENCES if (found := plain_id(item.get(name)))), None)


def whole(value: object) -> int | None:
    """A number, also one that was written as text; None for anything else."""
    text = str(value) if type(value) is int else value
    return int(text) if isinstance(text, str) and _WHOLE.fullmatch(text) else None


def second(at: datetime) -> str:
    """`yyyy-MM-dd HH:mm:ss` in Korea, as the lists of texts are asked for."""
    return at.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")


def minute(at: datetime) -> str:
    """`yyyy-MM-dd HH:mm` in Korea, rounded up: never before the time that was asked for."""
    return up_to_minute(at).strftime("%Y-%m-%d %H:%M")


def moment(value: object) -> datetime | None:
    """A time of NHN's in UTC; without a zone it is Korean. None when it is none."""
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        if parsed is None:
            return None
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=SEOUL)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
