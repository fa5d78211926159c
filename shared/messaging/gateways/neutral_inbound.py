"""The neutral inbound text: what our inbound hook takes from any carrier or relay.

`{from, to, text, received_at, provider_msg_id, media[], channel}`, alone or in a list. None of the carriers
we speak to documents a shape of its own for texts that come back.
"""

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.messaging.gateways.calling import header
from shared.messaging.gateways.gateway import InboundMessage, MalformedReport

log = logging.getLogger(__name__)

_MOST_IMAGES = 3


def shows_secret(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a call carries an account's hook secret as it is, in X-Hook-Secret. Takes constant time.

    For carriers that have no calls, and so no header, of their own. Without a secret nobody may call.
    """
    given = header(headers, "x-hook-secret").encode("utf-8", "replace")
    return bool(secret) and hmac.compare_digest(given, secret.encode())


def parse(raw_body: bytes) -> list[InboundMessage]:
    """The texts of one call. Raises MalformedReport when it is no JSON object or list."""
    try:
        body = json.loads(raw_body)
    except (ValueError, RecursionError):
        raise MalformedReport("the inbound call is not JSON") from None
    if not isinstance(body, dict | list):
        raise MalformedReport("the inbound call holds no text")
    items = body if isinstance(body, list) else [body]
    read = [_message(item) for item in items if isinstance(item, dict)]
    messages = [message for message in read if message is not None]
    if len(messages) < len(items):
        log.warning("skipped %d malformed inbound texts", len(items) - len(messages))
    return messages


def _message(item: dict[str, Any]) -> InboundMessage | None:
    images = _images(item.get("media"))
    sender, text = item.get("from"), item.get("text", "" if images else None)
    if not isinstance(sender, str) or not isinstance(text, str):
        return None
    return InboundMessage(
        sender=sender,
        to=_text(item.get("to")),
        text=text,
        carrier_message_id=_text(item.get("provider_msg_id")) or None,
        at=_moment(item.get("received_at")),
        images=images,
        channel="kakao" if _text(item.get("channel")).lower().startswith("kakao") else "sms",
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _images(value: object) -> tuple[str, ...]:
    addresses = value if isinstance(value, list) else []
    return tuple(each for each in addresses if isinstance(each, str))[:_MOST_IMAGES]


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
