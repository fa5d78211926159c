"""The wire format of Naver Cloud SENS v2: pure functions from our data classes to JSON and back."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from shared.kernel.clock import SEOUL
from shared.messaging.gateways import sens_codes as codes
from shared.messaging.gateways.filling import filled
from shared.messaging.gateways.gateway import (
    Acceptance,
    Bubble,
    Button,
    DeliveryEvent,
    MessageKind,
    OutgoingMessage,
)
from shared.messaging.gateways.minutes import up_to_minute
from shared.messaging.gateways.request_ids import RequestId, plain_request

JsonObject = dict[str, Any]

TEXT_KINDS: frozenset[MessageKind] = frozenset({"sms", "lms", "mms"})
KAKAO_KINDS: frozenset[MessageKind] = frozenset({"alimtalk", "brand"})
TOO_LONG, UNSENDABLE, NO_IMAGE = "TOO_LONG", "UNSENDABLE", "NO_IMAGE"
_MOST_BYTES = {"sms": 90, "lms": 2000, "mms": 2000}
_SUBJECT_BYTES = 40
_KINDS: Mapping[str, MessageKind] = {"SMS": "sms", "LMS": "lms", "MMS": "mms"}
_KAKAO_RESULT = ("messageStatusCode", "messageStatusName")
_NOT_DIGITS = re.compile(r"\D")
_BUBBLES: Mapping[Bubble, str] = {"text": "TEXT", "image": "IMAGE", "wide": "WIDE_IMAGE"}


def signature(method: str, uri: str, timestamp: str, access_key: str, secret_key: str) -> str:
    """The x-ncp-apigw-signature-v2 header. `uri` begins with / and has its query; `timestamp` in ms."""
    message = f"{method} {uri}\n{timestamp}\n{access_key}"
    return base64.b64encode(hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def unfit(message: OutgoingMessage) -> str | None:
    """Why a text must not be handed over: SENS cuts what is too long and drops what it cannot encode."""
    if message.kind not in TEXT_KINDS:
        return None
    if message.kind == "mms" and not message.image_id:
        return NO_IMAGE  # it would go as an LMS
    subject = message.subject or ""
    try:
        sizes = len(message.text.encode("cp949")), len(subject.encode("cp949"))
    except UnicodeEncodeError:
        return UNSENDABLE
    fits = sizes[0] <= _MOST_BYTES[message.kind] and sizes[1] <= _SUBJECT_BYTES
    return None if fits else TOO_LONG


def encode(messages: Sequence[OutgoingMessage]) -> JsonObject:
    """One request's body; the messages share what `request_key` names."""
    first = messages[0]
    if first.kind in TEXT_KINDS:
        body = _texts(messages)
    else:
        body = {"plusFriendId": first.channel_id, **_kakao_head(first)}
        item = _alimtalk if first.kind == "alimtalk" else _brand
        body["messages"] = [item(message) for message in messages]
    if first.send_at is not None:
        body["reserveTime"] = up_to_minute(first.send_at).strftime("%Y-%m-%d %H:%M")
        body["reserveTimeZone"] = SEOUL.key
    return body


def request_key(message: OutgoingMessage) -> tuple[object, ...]:
    """What the messages of one request have in common."""
    own = (message.sender, message.image_id, message.advertising)
    kakao = (message.channel_id, message.template_id, message.bubble)
    shared = own if message.kind in TEXT_KINDS else kakao
    return (message.kind, message.send_at, *shared)


def _texts(messages: Sequence[OutgoingMessage]) -> JsonObject:
    first = messages[0]
    body: JsonObject = {
        "type": first.kind.upper(),
        "contentType": "AD" if first.advertising else "COMM",
        "countryCode": "82",
        "from": first.sender,
        "content": first.text,
        "messages": [_text(message) for message in messages],
    }
    if first.kind == "mms" and first.image_id:
        body["files"] = [{"fileId": first.image_id}]
    return body


def _text(message: OutgoingMessage) -> JsonObject:
    item: JsonObject = {"to": message.to, "content": message.text}
    if message.subject and message.kind != "sms":
        item["subject"] = message.subject
    return item


def _kakao_head(first: OutgoingMessage) -> JsonObject:
    if first.kind == "alimtalk":
        return {"templateCode": first.template_id}
    head: JsonObject = {"messageType": _BUBBLES[first.bubble], "targeting": "I"}
    return head | ({"templateCode": first.template_id} if first.template_id else {})


def _alimtalk(message: OutgoingMessage) -> JsonObject:
    # useSmsFailover off: the hub falls back itself, inside the law's count; the carrier must not.
    item: JsonObject = {"countryCode": "82", "to": message.to, "content": message.text}
    return _with_buttons(item, message) | {"useSmsFailover": False}


def _brand(message: OutgoingMessage) -> JsonObject:
    item: JsonObject = {"countryCode": "82", "to": message.to}
    if message.template_id:
        item["templateParameters"] = dict(message.variables)
    else:
        item = _with_buttons({**item, "content": message.text, **_image(message)}, message)
    return item | {"useSmsFailover": False}


def _image(message: OutgoingMessage) -> JsonObject:
    if not message.image_id:
        return {}
    image = {"imageId": message.image_id, "imageLink": message.image_link}
    return {"image": {name: value for name, value in image.items() if value}}


def _with_buttons(item: JsonObject, message: OutgoingMessage) -> JsonObject:
    return item | ({"buttons": [_button(each) for each in filled(message)]} if message.buttons else {})


def _button(button: Button) -> JsonObject:
    fields = {
        "type": button.type,
        "name": button.name,
        "linkMobile": button.link_mobile,
        "linkPc": button.link_pc,
        "schemeIos": button.link_ios,
        "schemeAndroid": button.link_android,
    }
    return {name: value for name, value in fields.items() if value is not None}


def channel_of(message: OutgoingMessage) -> str:
    """The first part of our ids: the kind's API, and whether the request waits for its time."""
    api = "sms" if message.kind in TEXT_KINDS else message.kind
    return api if message.send_at is None else f"{api}-reserved"


def decode_acceptances(
    answer: object, messages: Sequence[OutgoingMessage], key: str
) -> list[Acceptance] | None:
    """One acceptance per message; None when the answer does not settle every one of them.

    `answer` is that of a call which succeeded; a status of its own must not say otherwise.
    """
    body = as_object(answer)
    request_id = plain_request(body.get("requestId"))
    if (
        request_id is None
        or str(body.get("statusCode", codes.ACCEPTED)) != codes.ACCEPTED
        or body.get("statusName") == "fail"
    ):
        return None
    request = RequestId(channel_of(messages[0]), request_id, len(messages))
    if messages[0].kind in TEXT_KINDS:
        return [_accepted(message, request, key, codes.ACCEPTED) for message in messages]
    return _kakao_acceptances(as_items(body.get("messages")), messages, request, key)


def _kakao_acceptances(
    items: list[JsonObject], messages: Sequence[OutgoingMessage], request: RequestId, key: str
) -> list[Acceptance] | None:
    told = {
        _NOT_DIGITS.sub("", str(item.get("to"))): codes.plain_code(item.get("requestStatusCode"), "")
        for item in items
    }
    if not all(told.get(message.to) for message in messages):
        return None
    return [
        _accepted(message, request, key, code)
        if code == codes.KAKAO_ACCEPTED
        else Acceptance(message.reference, False, None, request.request, code, codes.classify_request(code))
        for message in messages
        for code in [told[message.to]]
    ]


def _accepted(message: OutgoingMessage, request: RequestId, key: str, code: str) -> Acceptance:
    return Acceptance(message.reference, True, request.of(message.to, key), request.request, code, None)


def decode_row(row: JsonObject, channel: str, message_id: str) -> DeliveryEvent | None:
    """A row of a message list as an event under our id for it; None when it names no receiver."""
    if not isinstance(row.get("to"), str):
        return None
    if channel == "sms":
        status, name = str(row.get("status") or "READY").upper(), str(row.get("statusName") or "").lower()
        code = codes.plain_code(row.get("statusCode"), status[:10])
        outcome, reason = codes.classify_text(status, name, code)
    else:
        name = str(row.get("messageStatusName") or "").lower()
        code = codes.plain_code(row.get("messageStatusCode"), "")
        outcome, reason = codes.classify_kakao(name, code)
    at = timestamp(row.get("completeTime")) if outcome != "pending" else None
    return DeliveryEvent(None, message_id, code or codes.KAKAO_ACCEPTED, outcome, reason, at)


def decode_page(answer: object) -> tuple[list[JsonObject], str | None] | None:
    """The rows of a page and the token of the next one (None: the last).

    None when any of it cannot be read: taken for an empty or a last page, it would hide messages.
    """
    page = as_object(answer)
    listed, token = page.get("messages"), page.get("nextToken")
    if not isinstance(listed, list) or len(as_items(listed)) < len(listed):
        return None
    if token in (None, ""):
        return None if page.get("hasMore") is True else (as_items(listed), None)
    return (as_items(listed), token) if isinstance(token, str) else None


def timestamp(value: object) -> datetime | None:
    """A time as SENS writes it, Seoul's when it names no zone; or milliseconds since 1970. In UTC."""
    try:
        if type(value) is int:
            return datetime.fromtimestamp(value / 1000, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        zoned = moment if moment is None or moment.tzinfo else moment.replace(tzinfo=SEOUL)
        return zoned.astimezone(UTC) if zoned else None
    except (ValueError, OverflowError, OSError):
        return None


def query_time(moment: datetime) -> str:
    """A bound of a list's window."""
    return moment.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")


def kind_of(row: JsonObject, api: str, sought: Collection[MessageKind]) -> MessageKind:
    """What kind a listed message is; of a text that does not say so, the kind that is sought."""
    if api != "sms":
        return "brand" if api == "brand" else "alimtalk"
    texts = [kind for kind in sought if kind in TEXT_KINDS]
    return _KINDS.get(str(row.get("type")).upper(), texts[0] if len(texts) == 1 else "sms")


def has_result(row: JsonObject, api: str) -> bool:
    """Whether a row tells what became of its message: a list may leave it to the question about that one."""
    return any(name in row for name in (("status",) if api == "sms" else _KAKAO_RESULT))


def says_empty(content: bytes, answer: object) -> bool:
    """Whether a 404 is about the list: it says nothing, or is SENS's own error (`{"status": 404, …}`). A path
    that is missing is named as such, and a page in between has a body of another form.
    """
    body = as_object(answer)
    told = "404" in (str(body.get("status")), str(body.get("statusCode")))
    return not content.strip() or (told and "path" not in body)


def error_code(answer: object) -> str | None:
    """The error code of the API gateway, or None: `{"error": {"errorCode": "200", …}}`."""
    code = codes.plain_code(as_object(as_object(answer).get("error")).get("errorCode"), "")
    return f"APIGW_{code}" if code else None


def encode_json(value: object) -> bytes:
    """Compact UTF-8 JSON. A lone surrogate becomes '?': one bad text must not stop a batch."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def as_object(value: object) -> JsonObject:
    """The value if it is a JSON object, else an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_items(value: object) -> list[JsonObject]:
    """The objects of a JSON array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(row: Mapping[str, Any]) -> str | None:
    """The text a list shows of a message, or None."""
    return row["content"] if isinstance(row.get("content"), str) else None
