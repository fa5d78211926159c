"""Answers: written down in one transaction, sent by `outbox`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.accounts.identity import Identity
from shared.compliance import freezes
from shared.contacts import contacts
from shared.contacts.identifiers import holds_resident_number
from shared.inbox import store, store_texts, thread
from shared.inbox.models import ReplyDraft, ThreadMessage
from shared.inbox.sealing import open_peer, seal_text
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, QuotaExceeded, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.messaging import opt_outs, people, quotas, senders
from shared.messaging.rendering import LIMITS, Channel, Kind, fill, preview, sanitize, unsendable_characters
from shared.privacy import sensitive
from shared.security import audit
from shared.security.cipher import TenantCipher


def write(
    connection: Connection,
    cipher: TenantCipher,
    conversation_id: UUID,
    draft: ReplyDraft,
    member: Identity,
    request_key: str | None,
    now: datetime,
) -> ThreadMessage:
    """Write an answer down to be sent; the caller starts the sending after the commit.

    A `request_key` that this conversation has had gives the answer of then: it is sent once.
    Raises NotFound, ValidationFailed for what no phone can show or what is too long,
    Conflict for who refused, has no number, when there is no sender or all is frozen, QuotaExceeded.
    """
    row = store.lock(connection, conversation_id)
    if row is None:
        raise NotFound
    key = cipher.field_hash("request", request_key) if request_key else None
    earlier = store_texts.by_request(connection, conversation_id, key) if key else None
    if earlier is not None:
        return thread.one(connection, cipher, earlier)
    message_id = _insert(connection, cipher, row, draft, member, key, now)
    store.answered(connection, conversation_id, now)
    audit.record(connection, "conversation.answered", member_id=member.member_id, target=str(conversation_id))
    store.touch(connection, conversation_id)
    return thread.one(connection, cipher, message_id)


def _insert(
    connection: Connection,
    cipher: TenantCipher,
    row: store.Row,
    draft: ReplyDraft,
    member: Identity,
    key: bytes | None,
    now: datetime,
) -> UUID:
    _may_be_answered(connection, cipher, row)
    message_id = new_id()
    answer = {
        "id": message_id,
        "conversation_id": row["id"],
        "purpose": "message",
        "text_sealed": seal_text(cipher, _words(connection, cipher, row, draft.text, member)),
        "at": now,
        "member_id": member.member_id,
        "request_key": key,
        "sender_id": choose_sender(connection, cipher, draft.sender_id, row["sender_id"]),
    }
    if quotas.current(connection, now).remaining < 1:
        raise QuotaExceeded("quota.exceeded", count=1, remaining=0)
    store_texts.insert_answer(connection, answer)
    return message_id


def choose_sender(
    connection: Connection, cipher: TenantCipher, wanted: UUID | None, written_to: UUID | None
) -> UUID:
    """The number an answer leaves from: the wanted one, else the one that was written to, else the first.

    Raises ValidationFailed for a wanted one that is no number of the camp, Conflict when it has none.
    """
    numbers = [sender.id for sender in senders.list_all(connection, cipher) if sender.kind == "phone"]
    if wanted is not None:
        if wanted not in numbers:
            raise ValidationFailed(details=[Detail(text("campaign.sender"), field="sender_id")])
        return wanted
    if not numbers:
        raise Conflict("inbox.no_sender")
    return written_to if written_to in numbers else numbers[0]


def _may_be_answered(connection: Connection, cipher: TenantCipher, row: store.Row) -> None:
    if row["kind"] != "phone":
        raise Conflict("inbox.cannot_reply")
    if freezes.reason_for(connection, None) is not None:
        raise Conflict("compliance.frozen")
    if opt_outs.bars(connection, cipher, open_peer(cipher, row["peer_sealed"]), Channel.SMS.family):
        raise Conflict("inbox.barred")


def _words(connection: Connection, cipher: TenantCipher, row: store.Row, said: str, member: Identity) -> str:
    """The text as it will leave. Raises ValidationFailed when a phone cannot show it or it is too long."""
    words = sanitize(fill(said, _values(connection, cipher, row, member)).text).strip()
    bad = unsendable_characters(words)
    if bad:
        raise _refused("inbox.characters", characters=" ".join(bad))
    shown = preview(Channel.SMS, words, "", {})
    if holds_resident_number(words):
        raise _refused("inbox.resident_number")
    if not words or not shown.fits:
        raise _refused("inbox.too_long", size=shown.size, limit=LIMITS[Kind.LMS])
    return words


def _values(connection: Connection, cipher: TenantCipher, row: store.Row, member: Identity) -> dict[str, str]:
    """What is known of who has the number; sensitive fields as the member may see them."""
    phone = open_peer(cipher, row["peer_sealed"])
    holder = store.holder(connection, row["kind"], row["peer_hash"])
    if holder is None:
        return people.values_for(None, phone, None, {})
    contact = contacts.get(connection, cipher, holder)
    custom = sensitive.covered(contact.custom, sensitive.hidden_from(connection, cipher, member))
    return people.values_for(contact.name, phone, contact.address, custom)


def _refused(key: str, **parameters: Any) -> ValidationFailed:
    return ValidationFailed(details=[Detail(text(key, **parameters), field="text")])
