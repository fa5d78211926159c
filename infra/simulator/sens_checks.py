"""SENS's checks of a request: refused as a whole, cut silently, or taken and failed later."""

import random
import re
import secrets
import string
from typing import Any

from infra.simulator import kakao_templates, network, seoul
from infra.simulator.accounts import Account, Template
from infra.simulator.bubbles import BUBBLES
from infra.simulator.ids import now_ms
from infra.simulator.network import Parcel
from infra.simulator.sens_errors import Refusal
from infra.simulator.store import Store

_NUMBER = re.compile(r"\d{8,15}")
_MOST_MESSAGES = 100
_BUBBLES = {"TEXT": "TEXT", "IMAGE": "IMAGE", "WIDE_IMAGE": "WIDE"}
_MOST_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}
_SUBJECT_BYTES = 40
_EARLIEST_RESERVATION_MS = 10 * 60 * 1000
_BAD_FORMAT, _REFUSED_BY_PHONE = "3011", "3047"


def request_id(prefix: str, at_ms: int) -> str:
    """`RSSA-1714521600000-1234-12345678-abcdEFGH`."""
    letters = "".join(random.choices(string.ascii_letters, k=8))  # noqa: S311
    digits = random.randrange(10_000_000, 99_999_999)  # noqa: S311
    return f"{prefix}-{at_ms}-{random.randrange(1000, 9999)}-{digits}-{letters}"  # noqa: S311


def texts(store: Store, account: Account, body: dict[str, Any]) -> list[Parcel]:
    """The parcels of a text request. Raises Refusal."""
    kind = str(body.get("type")).upper()
    _require(kind in _MOST_BYTES, "type")
    _require(body.get("contentType", "COMM") in ("COMM", "AD"), "contentType")
    _require(body.get("countryCode", "82") == "82", "countryCode")
    _require(body.get("from") in account.senders, "from")
    _require(isinstance(body.get("content"), str) and bool(body["content"]), "content")
    image = _image(store, account, kind, body.get("files"))
    kind = "LMS" if kind == "MMS" and image is None else kind
    opted_out = network.opted_out(store.read(), account.api_key)
    send_at = _send_at(body)
    parcels = []
    for item in _items(body):
        parcel = _text(kind, body, item, opted_out)
        parcel.image_id, parcel.send_at = image, send_at
        parcel.custom = {"contentType": body.get("contentType", "COMM")}
        parcels.append(parcel)
    return parcels


def _text(kind: str, body: dict[str, Any], item: dict[str, Any], opted_out: frozenset[str]) -> Parcel:
    content = item.get("content") or body["content"]
    subject = item.get("subject") or body.get("subject") or ""
    _require(isinstance(content, str) and isinstance(subject, str), "content")
    to = item["to"]
    text, lost = _cut(content, _MOST_BYTES[kind])
    title, title_lost = _cut(subject, _SUBJECT_BYTES)
    fate = (
        _BAD_FORMAT if lost or title_lost else _REFUSED_BY_PHONE if network.refuses(to, opted_out) else None
    )
    subject_shown = title if kind != "SMS" and title else None
    return Parcel(secrets.token_hex(16), to, body["from"], kind, text, subject=subject_shown, plan=fate)


def _cut(text: str, most: int) -> tuple[str, bool]:
    """What fits, and whether something in it cannot be sent at all."""
    encoded = text.encode("cp949", "replace")
    shown = encoded[:most].decode("cp949", "ignore")
    return shown, encoded.decode("cp949") != text


def kakao(store: Store, account: Account, api: str, body: dict[str, Any]) -> list[Parcel]:
    """The parcels of an Alimtalk or a brand message request. Raises Refusal."""
    channel = body.get("plusFriendId")
    _require(isinstance(channel, str) and channel in account.channels, "plusFriendId")
    template = None
    if api == "alimtalk" or body.get("templateCode"):
        template = kakao_templates.find(account, str(body.get("templateCode")), str(channel))
        _require(template is not None, "templateCode")
    bubble = BUBBLES.get(_BUBBLES.get(str(body.get("messageType")), ""))
    if api == "brand":
        _require(bubble is not None, "messageType")
        _require(body.get("targeting", "I") == "I", "targeting")  # M and N need a channel that qualified
    opted_out = network.opted_out(store.read(), account.api_key)
    send_at = _send_at(body)
    items = _items(body)
    parcels = [
        _kakao(api, str(channel), template, item, send_at, network.refuses(item["to"], opted_out))
        for item in items
    ]
    if api == "brand" and template is None:
        kind = _BUBBLES[str(body["messageType"])]
        for parcel, item in zip(parcels, items, strict=True):
            parcel.image_id = _in_bubble(store, account, kind, parcel, item)
    return parcels


def _in_bubble(store: Store, account: Account, kind: str, parcel: Parcel, item: dict[str, Any]) -> str | None:
    """The picture of a brand message that is written freely, when its bubble has one."""
    bubble, buttons = BUBBLES[kind], item.get("buttons") or []
    _require(bubble.holds(parcel.text), "content")
    _require(len(buttons) <= bubble.buttons, "buttons")
    _require(all(len(str(each.get("name") or "")) <= bubble.button_name for each in buttons), "buttons")
    if bubble.tallest is None:
        return None
    image = item.get("image")
    given = image if isinstance(image, dict) else {}
    image_id, link = str(given.get("imageId") or ""), given.get("imageLink")
    _require(network.has_bubble_image(store.read(), account.api_key, image_id, kind), "imageId")
    _require(link is None or str(link).startswith(("http://", "https://")), "imageLink")
    return image_id


def _kakao(
    api: str,
    channel: str,
    template: Template | None,
    item: dict[str, Any],
    send_at: int | None,
    refuses: bool,
) -> Parcel:
    given = item.get("buttons") or []
    _require(isinstance(given, list) and len(given) <= 5, "buttons")
    try:
        buttons = [kakao_templates.shown(button) for button in given]
    except ValueError:
        raise Refusal(400, "buttons") from None
    text, fate = _kakao_text(api, template, item, buttons)
    _require(0 < len(text) <= (1000 if api == "alimtalk" else 1300), "content")
    kind = "ATA" if api == "alimtalk" else "BMS_FREE"
    code = template.template_id if template else None
    return Parcel(
        secrets.token_hex(16),
        item["to"],
        channel,
        kind,
        text,
        kakao={"pfId": channel, "templateId": code, "buttons": buttons},
        send_at=send_at,
        plan="3107" if refuses else fate,
    )


def _kakao_text(
    api: str, template: Template | None, item: dict[str, Any], buttons: list[dict[str, str]]
) -> tuple[str, str | None]:
    if api == "brand" and template is not None:
        values = item.get("templateParameters") or {}
        _require(isinstance(values, dict), "templateParameters")
        return kakao_templates.filled(template, values), None
    _require(isinstance(item.get("content"), str), "content")
    text = str(item["content"])
    return text, kakao_templates.fate(template, text, buttons) if template else None


def _items(body: dict[str, Any]) -> list[dict[str, Any]]:
    items = body.get("messages")
    _require(isinstance(items, list) and 1 <= len(items) <= _MOST_MESSAGES, "messages")
    for item in items or []:
        _require(isinstance(item, dict), "messages")
        _require(isinstance(item.get("to"), str) and _NUMBER.fullmatch(item["to"]) is not None, "to")
    return list(items or [])


def _image(store: Store, account: Account, kind: str, files: Any) -> str | None:
    if not files:
        return None
    _require(kind == "MMS" and isinstance(files, list) and len(files) <= 3, "files")
    ids = [str(each.get("fileId")) if isinstance(each, dict) else "" for each in files]
    _require(all(network.has_image(store.read(), account.api_key, each) for each in ids), "fileId")
    return ids[0]


def _send_at(body: dict[str, Any]) -> int | None:
    if body.get("reserveTime") is None:
        return None
    at = seoul.read(body["reserveTime"], "%Y-%m-%d %H:%M")
    _require(body.get("reserveTimeZone", "Asia/Seoul") == "Asia/Seoul", "reserveTimeZone")
    # To the minute, so one that is ten minutes away is written as up to a minute less.
    soonest = now_ms() + _EARLIEST_RESERVATION_MS - 60_000
    _require(at is not None and at >= soonest, "reserveTime")
    return at


def _require(holds: bool, name: str) -> None:
    if not holds:
        raise Refusal(400, f"{name}: 값이 올바르지 않습니다.")
