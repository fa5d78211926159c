"""Texts that come in: each once, into its conversation; a refusal opts the number out at once.

The hook keeps a call as it came (`messaging.reports.receive`); this takes the texts of it. A call that comes
twice, whole or in part, changes nothing the second time.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.contacts.phones import parse_phones
from shared.inbox import confirming, store, store_texts
from shared.inbox.keywords import is_refusal
from shared.inbox.sealing import seal_peer, seal_text
from shared.kernel.database import Connection
from shared.kernel.ids import new_id
from shared.kernel.logging import get_logger
from shared.messaging import opt_outs, senders
from shared.messaging.gateways import InboundMessage
from shared.security.cipher import TenantCipher

log = get_logger(__name__)

LONGEST_TEXT, LONGEST_ID = 2000, 200
# A carrier's clock is believed so far; else the moment counts at which we took the call.
_PAST, _AHEAD = timedelta(days=7), timedelta(minutes=5)
REFUSAL = "reply"


class _Text(NamedTuple):
    """One readable text: from whom (phone in E.164, or a Kakao user's key), to which of our numbers."""

    kind: str
    peer: str
    to: str
    channel: str
    text: str
    at: datetime
    key: str
    pictures: int


def take(
    connection: Connection,
    cipher: TenantCipher,
    account_id: UUID,
    message: InboundMessage,
    received_at: datetime,
) -> None:
    """Put a text that an account's carrier brought into its conversation.

    One that comes from no phone, nor from a Kakao user, is left out and logged.
    """
    text = _readable(message, received_at)
    if text is None:
        log.warning("inbound_unreadable", received_at=received_at.isoformat())
    else:
        _take(connection, cipher, account_id, text)


def _take(connection: Connection, cipher: TenantCipher, account_id: UUID, text: _Text) -> None:
    peer = (cipher.point_hash(text.kind, text.peer), seal_peer(cipher, text.peer))
    conversation_id = store.of_peer(connection, new_id(), text.kind, peer, text.at)
    refuses = is_refusal(text.text)
    sender_id = senders.of_number(connection, cipher, text.to)
    row = {
        "id": new_id(),
        "conversation_id": conversation_id,
        "purpose": "refusal" if refuses else "message",
        "channel": text.channel,
        "text_sealed": seal_text(cipher, text.text),
        "at": text.at,
        "account_id": account_id,
        "carrier_key": cipher.field_hash("inbound", text.key),
        "sender_id": sender_id,
        "pictures": text.pictures,
    }
    if not store_texts.insert_received(connection, row):
        return
    store.received(connection, conversation_id, text.at, sender_id)
    _note(connection, cipher, text.kind, peer[0], text.text)
    if refuses and text.kind == "phone" and opt_outs.add(connection, cipher, text.peer, REFUSAL):
        confirming.owe(connection, cipher, conversation_id, sender_id, text.at)
    store.touch(connection, conversation_id)


def _note(connection: Connection, cipher: TenantCipher, kind: str, peer_hash: bytes, words: str) -> None:
    holder = store.holder(connection, kind, peer_hash)
    if holder is not None:
        store.note_on_timeline(connection, holder, cipher.seal_json("event", {"text": words}))


def _readable(message: InboundMessage, received_at: datetime) -> _Text | None:
    sender = _clean(message.sender)[:LONGEST_ID]
    phones = parse_phones(sender).phones
    if len(phones) == 1:
        kind, peer = "phone", phones[0].e164
    elif message.channel == "kakao" and sender.strip():
        kind, peer = "kakao_key", sender
    else:
        return None
    words, at = _clean(message.text)[:LONGEST_TEXT], _moment(message.at, received_at)
    said = ":".join((peer, _clean(message.to), words, *map(_clean, message.images)))
    key, pictures = _key(message, said, received_at), len(message.images)
    return _Text(kind, peer, _clean(message.to), message.channel, words, at, key, pictures)


def _key(message: InboundMessage, said: str, received_at: datetime) -> str:
    """What tells a text from every other of its account: the carrier's id.

    Without one, who wrote what when; without a time too, the same words within an hour are a repeated call.
    """
    if message.carrier_message_id:
        return f"id:{_clean(message.carrier_message_id)[:LONGEST_ID]}"
    moment = message.at or received_at.replace(minute=0, second=0, microsecond=0)
    return f"said:{moment.isoformat()}:{said}"


def _moment(said: datetime | None, received_at: datetime) -> datetime:
    if said is None:
        return received_at
    at = said.astimezone(UTC)
    return at if received_at - _PAST <= at <= received_at + _AHEAD else received_at


def _clean(text: str) -> str:
    """Text as the database takes it: JSON may hold NUL and half a surrogate pair, UTF-8 does not."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
