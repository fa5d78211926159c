"""Inbound texts: a refusal opts the number out at once, everything else joins the timeline."""

import json
from datetime import datetime
from typing import Any

from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection
from shared.kernel.logging import get_logger
from shared.messaging import opt_outs, store_opt_outs
from shared.security.cipher import TenantCipher

log = get_logger(__name__)

REFUSAL = "reply"
LONGEST_TEXT, LONGEST_ID = 2000, 200
_SEALED_FIELD = "event"  # as the contacts' timeline opens it


def apply(connection: Connection, cipher: TenantCipher, body: bytes, received_at: datetime) -> None:
    """Apply one call: a text, or a list of them, each `{from, to, text}`. What is malformed is skipped."""
    for item in _items(body):
        sender, text = item.get("from"), item.get("text")
        phones = parse_phones(sender).phones if isinstance(sender, str) else ()
        if len(phones) == 1 and isinstance(text, str):
            message_id = _clean(str(item.get("provider_msg_id") or ""), LONGEST_ID)
            _apply_text(connection, cipher, phones[0].e164, _clean(text, LONGEST_TEXT), message_id)
        else:
            log.warning("inbound_unreadable", received_at=received_at.isoformat())


def _apply_text(connection: Connection, cipher: TenantCipher, phone: str, text: str, message_id: str) -> None:
    if opt_outs.is_refusal(text):
        opt_outs.add(connection, cipher, phone, REFUSAL)
    point = cipher.point_hash("phone", phone)
    for contact_id in store_opt_outs.holders(connection, "phone", [point]).values():
        if message_id and store_opt_outs.has_inbound(connection, contact_id, message_id):
            continue  # the carrier called twice
        detail = {"provider_msg_id": message_id} if message_id else {}
        sealed = cipher.seal_json(_SEALED_FIELD, {"text": text})
        store_opt_outs.add_event(connection, contact_id, "inbound", detail, sealed=sealed)


def _clean(text: str, longest: int) -> str:
    """Text as the database takes it: JSON may hold NUL and half a surrogate pair, UTF-8 does not."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:longest]


def _items(body: bytes) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        log.warning("inbound_unreadable")
        return []
    items = parsed if isinstance(parsed, list) else [parsed]
    return [item for item in items if isinstance(item, dict)]
