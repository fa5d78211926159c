"""Aligo's wire format: forms out, JSON back (under any content type)."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from shared.kernel.clock import SEOUL
from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways.filling import filled
from shared.messaging.gateways.gateway import (
    Button,
    DeliveryEvent,
    MessageKind,
    OutgoingMessage,
)
from shared.messaging.gateways.minutes import up_to_minute

JsonObject = dict[str, Any]
Form = dict[str, str]

TEXT_KINDS: frozenset[MessageKind] = frozenset({"sms", "lms", "mms"})
TOO_LONG, UNSENDABLE, NO_IMAGE, PLACEHOLDER = "TOO_LONG", "UNSENDABLE", "NO_IMAGE", "PLACEHOLDER"
_MOST_BYTES = {"sms": 90, "lms": 2000, "mms": 2000}
_TITLE_BYTES = 44
_KAKAO_CHARACTERS = 1000
_NOT_DIGITS = re.compile(r"\D")
# Aligo replaces it by a name of ours that we do not give.
_PLACEHOLDER = "%고객명%"
_LINK_TYPE_NAMES = {
    "WL": "웹링크",
    "AL": "앱링크",
    "DS": "배송조회",
    "BK": "봇키워드",
    "MD": "메시지전달",
    "AC": "채널추가",
}


def unfit(message: OutgoingMessage) -> str | None:
    """Why a message must not be handed over: Aligo changes what it cannot encode or what is too long."""
    if message.kind not in TEXT_KINDS:
        return TOO_LONG if len(message.text) > _KAKAO_CHARACTERS else None
    if message.kind == "mms" and not message.image:
        return NO_IMAGE
    if _PLACEHOLDER in message.text:
        return PLACEHOLDER
    try:
        sizes = len(message.text.encode("cp949")), len((message.subject or "").encode("cp949"))
    except UnicodeEncodeError:
        return UNSENDABLE
    fits = 0 < sizes[0] <= _MOST_BYTES[message.kind] and sizes[1] <= _TITLE_BYTES
    return None if fits else TOO_LONG


def request_key(message: OutgoingMessage) -> tuple[object, ...]:
    """What the messages of one request have in common."""
    shared: tuple[object, ...] = (message.sender, message.subject)
    if message.kind not in TEXT_KINDS:
        shared = (message.channel_id, message.template_id)
    return (message.kind, message.send_at, message.image, *shared)


def encode_texts(messages: Sequence[OutgoingMessage]) -> tuple[str, Form]:
    """Path and fields of a text request: one text for all where they share it, else each its own."""
    first = messages[0]
    fields = {"sender": first.sender, "msg_type": first.kind.upper(), **_text_time(first.send_at)}
    if first.subject and first.kind != "sms":
        fields["title"] = first.subject
    if all(message.text == first.text for message in messages):
        receivers = ",".join(message.to for message in messages)
        return "/send/", {**fields, "receiver": receivers, "msg": first.text}
    numbered: Form = {"cnt": str(len(messages))}
    for index, message in enumerate(messages, 1):
        numbered |= {f"rec_{index}": message.to, f"msg_{index}": message.text}
    return "/send_mass/", fields | numbered


def encode_alimtalk(messages: Sequence[OutgoingMessage], sender: str) -> Form:
    """The fields of an Alimtalk request. `failover` off: the hub falls back itself."""
    first = messages[0]
    fields = {
        "senderkey": first.channel_id or "",
        "tpl_code": first.template_id or "",
        "sender": first.sender or sender,
        "failover": "N",
    }
    if first.send_at is not None:
        fields["senddate"] = first.send_at.astimezone(SEOUL).strftime("%Y%m%d%H%M%S")
    for index, message in enumerate(messages, 1):
        fields |= _alimtalk(message, index)
    return fields


def _alimtalk(message: OutgoingMessage, index: int) -> Form:
    fields = {
        f"receiver_{index}": message.to,
        f"subject_{index}": message.subject or "알림",
        f"message_{index}": message.text,
    }
    if message.buttons:  # left out for a template that has some, the message fails later without a word
        fields[f"button_{index}"] = buttons(filled(message))
    return fields


def buttons(given: Sequence[Button]) -> str:
    """Buttons as the JSON text that Aligo wants in a field."""
    return json.dumps({"button": [_button(button) for button in given]}, ensure_ascii=False)


def _button(button: Button) -> JsonObject:
    fields = {
        "name": button.name,
        "linkType": button.type,
        "linkTypeName": _LINK_TYPE_NAMES.get(button.type, button.type),
        "linkM": button.link_mobile,
        "linkP": button.link_pc,
        "linkI": button.link_ios,
        "linkA": button.link_android,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _text_time(send_at: datetime | None) -> Form:
    if send_at is None:
        return {}
    moment = up_to_minute(send_at)
    return {"rdate": moment.strftime("%Y%m%d"), "rtime": moment.strftime("%H%M")}


def encode_form(fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Content type and body. A lone surrogate becomes '?': one bad text must not stop a batch."""
    return "application/x-www-form-urlencoded", urlencode(fields, errors="replace").encode()


def code_of(answer: object, name: str) -> int | None:
    """`result_code` or `code`, a number or the same as text; None when it is none."""
    value: Any = as_object(answer).get(name)
    try:
        return int(value) if type(value) in (int, str) else None
    except ValueError:
        return None


def count_of(fields: JsonObject, name: str) -> int | None:
    """A count that is not negative, or None."""
    count = code_of(fields, name)
    return count if count is not None and count >= 0 else None


def counts(fields: JsonObject, taken: str, failed: str, total: int) -> tuple[int | None, int | None]:
    """How many of `total` messages were taken and how many not: what is left out follows from the other, and
    a success that names neither is one of all.
    """
    if taken not in fields and failed not in fields:
        return total, 0
    known, lost = count_of(fields, taken), count_of(fields, failed)
    if failed not in fields and known is not None:
        return known, total - known
    return (total - lost, lost) if taken not in fields and lost is not None else (known, lost)


def digits(number: str) -> str:
    """A number as we write it: lists may show it with hyphens."""
    return _NOT_DIGITS.sub("", number)


def decode_text_row(row: JsonObject, message_id: str) -> DeliveryEvent:
    """A row of sms_list under our id for it. The code is Aligo's word for the state."""
    state = _shown(row.get("sms_state"), 40)
    outcome, reason = codes.classify_text(state)
    at = timestamp(row.get("send_date")) if outcome != "pending" else None
    return DeliveryEvent(None, message_id, state or "-", outcome, reason, at)


def decode_kakao_row(row: JsonObject, message_id: str) -> DeliveryEvent:
    """A row of history/detail under our id for it."""
    result = _shown(row.get("rslt"), 10)
    outcome, reason = codes.classify_kakao(result, _text(row.get("rslt_message")))
    at = timestamp(row.get("rsltdate")) if outcome != "pending" else None
    return DeliveryEvent(None, message_id, result or "-", outcome, reason, at)


def decode_page(answer: object, most: int | None = None) -> tuple[list[JsonObject], bool] | None:
    """The rows of a page and whether another follows. `most`: the rows of a full page, for a list that need
    not say so.

    None when any of it cannot be read: taken for an empty or a last page, it would hide messages.
    """
    page = as_object(answer)
    listed = page.get("list")
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        return None
    if "next_yn" in page:
        return (listed, page["next_yn"] == "Y") if page["next_yn"] in ("Y", "N") else None
    if most is not None and not {"currentPage", "totalPage"} & page.keys():
        return listed, len(listed) >= most
    current, total = count_of(page, "currentPage"), count_of(page, "totalPage")
    return None if current is None or total is None else (listed, current < total)


def timestamp(value: object) -> datetime | None:
    """`2026-05-01 09:00:00`, Seoul's time, in UTC; None when it is no time."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.replace(tzinfo=SEOUL).astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None


def days_of(since: datetime, until: datetime) -> list[date]:
    """Seoul's days from one moment to another."""
    first, last = since.astimezone(SEOUL).date(), until.astimezone(SEOUL).date()
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def as_object(value: object) -> JsonObject:
    """The value if it is a JSON object, else an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_items(value: object) -> list[JsonObject]:
    """The objects of a JSON array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _shown(value: object, most: int) -> str:
    """A word as the ledger keeps it, which takes no NUL and no half of a character."""
    return "".join(filter(str.isprintable, _text(value))).strip()[:most]


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) or type(value) is int else ""
