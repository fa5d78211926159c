"""SOLAPI's wire format: pure functions from our data classes to JSON and back."""

import functools
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from shared.messaging.gateways.gateway import Acceptance, Button, DeliveryEvent, OutgoingMessage
from shared.messaging.gateways.solapi_codes import ACCEPTED, classify

JsonObject = dict[str, Any]

_TEXT_TYPES = {"sms": "SMS", "lms": "LMS", "mms": "MMS"}
# Ids end in our database, so a peer must not get a NUL or a megabyte in with them.
_LONGEST_ID = 100
_STATUS_CODE = re.compile(r"[0-9A-Za-z]{1,10}")


def authorization(api_key: str, api_secret: str, date: datetime, salt: str) -> str:
    """The Authorization header: HMAC-SHA256 of the date string followed by the salt.

    `date` must be aware and within 15 minutes of the carrier's clock; a salt is used once.
    """
    stamp = date.isoformat(timespec="seconds")
    message = f"{stamp}{salt}".encode()
    signature = hmac.new(api_secret.encode(), message, hashlib.sha256).hexdigest()
    return f"HMAC-SHA256 apiKey={api_key}, date={stamp}, salt={salt}, signature={signature}"


def webhook_digest(secret: str) -> str:
    """What SOLAPI puts in X-Solapi-Secret: the secret's SHA-1, not a signature of the body."""
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


def encode_message(message: OutgoingMessage) -> JsonObject:
    """One message object; `customFields.ref` carries our reference through reports and lists."""
    item: JsonObject = {
        "to": message.to,
        "text": message.text,
        "type": _wire_type(message),
        "autoTypeDetect": False,
        "customFields": {"ref": message.reference},
    }
    if message.sender:
        item["from"] = message.sender
    if message.subject and message.kind in ("lms", "mms"):
        item["subject"] = message.subject
    if message.image_id and message.kind == "mms":
        item["imageId"] = message.image_id
    if message.kind in ("alimtalk", "brand"):
        item["kakaoOptions"] = _kakao_options(message)
    return item


def _wire_type(message: OutgoingMessage) -> str:
    if message.kind == "alimtalk":
        return "ATA"
    if message.kind == "brand":
        return f"BMS_{message.bubble.upper()}" if message.template_id else "BMS_FREE"
    return _TEXT_TYPES[message.kind]


def _kakao_options(message: OutgoingMessage) -> JsonObject:
    # disableSms: the hub falls back itself, inside the law's count; the carrier must not.
    options: JsonObject = {"pfId": message.channel_id, "disableSms": True}
    if message.template_id:
        options["templateId"] = message.template_id
        options["variables"] = {f"#{{{name}}}": text for name, text in message.variables.items()}
    if message.advertising:
        options["adFlag"] = True
    if message.kind == "brand":
        options["bms"] = _bms(message)
    elif message.buttons:
        options["buttons"] = [alimtalk_button(button) for button in message.buttons]
    return options


def _bms(message: OutgoingMessage) -> JsonObject:
    """The bubble of a brand message; the kinds are SOLAPI's TEXT, IMAGE and WIDE."""
    bms: JsonObject = {"targeting": "I", "chatBubbleType": message.bubble.upper()}
    if message.image_id:
        bms |= _without_none({"imageId": message.image_id, "imageLink": message.image_link})
    if message.buttons:
        bms["buttons"] = [_bms_button(button) for button in message.buttons]
    return bms


def alimtalk_button(button: Button) -> JsonObject:
    """A button as Alimtalk messages and templates carry it."""
    return _without_none(
        {
            "buttonName": button.name,
            "buttonType": button.type,
            "linkMo": button.link_mobile,
            "linkPc": button.link_pc,
            "linkAnd": button.link_android,
            "linkIos": button.link_ios,
        }
    )


def _bms_button(button: Button) -> JsonObject:
    return _without_none(
        {
            "name": button.name,
            "linkType": button.type,
            "linkMobile": button.link_mobile,
            "linkPc": button.link_pc,
            "linkAndroid": button.link_android,
            "linkIos": button.link_ios,
        }
    )


def _without_none(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}


def decode_acceptances(answer: object, references: Mapping[str, str]) -> list[Acceptance] | None:
    """One acceptance per message, in the order of `references` (reference → recipient number).

    None when the answer does not settle every one of them: the caller must then treat the whole
    batch as unknown.
    """
    group = as_object(as_object(answer).get("groupInfo"))
    group_id = plain_id(group.get("groupId") or group.get("_id"))
    settled = _settled(as_object(answer), references, group_id)
    missing = [reference for reference in references if reference not in settled]
    failed = sum(not acceptance.accepted for acceptance in settled.values())
    if missing and not _counts_confirm(group, total=len(references), failed=failed):
        return None
    for reference in missing:
        settled[reference] = Acceptance(reference, True, None, group_id, "2000", None)
    return [settled[reference] for reference in references]


def _settled(
    answer: JsonObject, references: Mapping[str, str], group_id: str | None
) -> dict[str, Acceptance]:
    settled: dict[str, Acceptance] = {}
    unique_numbers = _unique_numbers(references)
    for key in ("messageList", "failedMessageList"):
        for item in as_items(answer.get(key)):
            reference = reference_of(item) or unique_numbers.get(str(item.get("to")))
            code = status_code(item)
            if reference is not None and reference in references and code:
                settled[reference] = _acceptance(reference, item, code, group_id)
    return settled


def _unique_numbers(references: Mapping[str, str]) -> dict[str, str]:
    """Recipient number → reference, for numbers that stand once in the batch."""
    numbers: dict[str, str | None] = {}
    for reference, number in references.items():
        numbers[number] = None if number in numbers else reference
    return {number: reference for number, reference in numbers.items() if reference}


def _acceptance(reference: str, item: JsonObject, code: str, group_id: str | None) -> Acceptance:
    outcome, reason = classify(code)
    accepted = outcome != "failed"
    return Acceptance(reference, accepted, plain_id(item.get("messageId")), group_id, code, reason)


def _counts_confirm(group: JsonObject, *, total: int, failed: int) -> bool:
    """Whether the group's counters prove that every message not listed was registered."""
    count = as_object(group.get("count"))
    return count.get("total") == total and count.get("registeredFailed") == failed


# Codes of messages that SOLAPI lists although it did not take them in (1xxx, 접수 오류): not charged.
_REFUSED = "1"


def decode_event(record: JsonObject) -> DeliveryEvent | None:
    """A report item or a list record as an event; None when it names no message or no code."""
    carrier_id, code = message_id(record), status_code(record)
    if carrier_id is None or code is None:
        return None
    outcome, reason = classify(code)
    at = timestamp(record, "dateReceived", "dateReported", "dateProcessed", "dateUpdated")
    refused = outcome == "failed" and code.startswith(_REFUSED)
    return DeliveryEvent(reference_of(record), carrier_id, code, outcome, reason, at, refused)


def decode_listed(record: JsonObject) -> DeliveryEvent | None:
    """A record of the carrier's list as an event; None when it names no message.

    What is listed was taken, so a record whose code cannot be read is pending, not unknown.
    """
    readable = record if status_code(record) else {**record, "statusCode": ACCEPTED}
    return decode_event(readable)


def decode_page(answer: object) -> tuple[list[JsonObject], str | None] | None:
    """The records of a page of the message list and the key of the next page (None: the last one).

    None when any of it cannot be read: taken for an empty or a last page, it would hide messages.
    """
    page = as_object(answer)
    listed, next_key = page.get("messageList"), page.get("nextKey")
    if not isinstance(listed, list | dict) or len(as_items(listed)) < len(listed):
        return None
    if next_key in (None, ""):
        return as_items(listed), None
    key = plain_id(next_key)
    return (as_items(listed), key) if key else None


def iter_report_items(body: object) -> Iterator[JsonObject]:
    """The message objects of a report body, flat or in {eventDataId, data, retryCount}."""
    for item in body if isinstance(body, list) else [body]:
        fields = as_object(item)
        yield as_object(fields["data"]) if "data" in fields else fields


def encode_json(value: object) -> bytes:
    """Compact UTF-8 JSON. A lone surrogate becomes '?': one bad text must not stop a batch."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def as_object(value: object) -> JsonObject:
    """The value if it is a JSON object, else an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_items(value: object) -> list[JsonObject]:
    """The objects of a JSON array, or the values of an object keyed by id."""
    values = list(value.values()) if isinstance(value, dict) else value
    return [item for item in values if isinstance(item, dict)] if isinstance(values, list) else []


def status_code(item: JsonObject) -> str | None:
    """The item's status code as text, or None when it is no code."""
    code = item.get("statusCode")
    text = code if isinstance(code, str) else str(code) if type(code) is int else ""
    return text if _STATUS_CODE.fullmatch(text) else None


def plain_id(value: object) -> str | None:
    """A printable ASCII id of at most 100 characters, or None."""
    return value if isinstance(value, str) and _is_plain(value) else None


def _is_plain(value: str) -> bool:
    """Told by the string itself: three ids a message make a regular expression felt."""
    return 0 < len(value) <= _LONGEST_ID and value.isascii() and value.isprintable() and " " not in value


def message_id(item: JsonObject) -> str | None:
    """The carrier's id of a message, or None."""
    return plain_id(item.get("messageId") or item.get("_id"))


def reference_of(item: JsonObject) -> str | None:
    """Our reference as the carrier echoes it, or None."""
    return plain_id(as_object(item.get("customFields")).get("ref"))


def timestamp(record: JsonObject, *names: str) -> datetime | None:
    """The first of these fields that is a time, in UTC; None when none is."""
    for name in names:
        value = record.get(name)
        moment = _moment(value) if isinstance(value, str) else None
        if moment is not None:
            return moment
    return None


@functools.lru_cache(1024)  # a call's hundred reports are of a few moments
def _moment(value: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
