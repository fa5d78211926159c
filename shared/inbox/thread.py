"""One conversation from its newest message back: what was written there, and what campaigns sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contacts import history
from shared.contacts.sensitive_fields import IsHidden
from shared.inbox import store, store_texts
from shared.inbox.conversations import read_place, written_place
from shared.inbox.models import MessageFate, ThreadMessage
from shared.inbox.sealing import open_text
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.pages import Page
from shared.messaging import people
from shared.messaging.facts import tracks_links
from shared.messaging.links import links_in
from shared.messaging.rendering import Channel, preview, variables_in
from shared.privacy import sensitive
from shared.security.cipher import TenantCipher

_END = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
_FATES: dict[str, MessageFate] = {
    "sending": "sending",
    "accepted": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "unknown": "unknown",
    "withdrawn": "queued",
}


def page(
    connection: Connection,
    cipher: TenantCipher,
    conversation_id: UUID,
    cursor: str | None,
    limit: int,
    is_hidden: IsHidden,
) -> Page[ThreadMessage]:
    """A page of a conversation, newest first; hidden fields in a campaign's texts are covered.

    Raises NotFound, ValidationFailed for a foreign cursor.
    """
    row = store.get(connection, conversation_id)
    if row is None:
        raise NotFound
    before = read_place(cursor) or _END
    found = [_text(cipher, one) for one in store_texts.page(connection, conversation_id, before, limit + 1)]
    if row["contact_id"] is not None:
        family = history.family(connection, [row["contact_id"]])
        sent = store_texts.campaign_messages(connection, family, before, limit + 1)
        found += [_campaign_message(cipher, one, is_hidden) for one in sent]
    found.sort(key=lambda message: (message.at, message.id), reverse=True)
    items = found[:limit]
    return Page(items, written_place(items[-1].at, items[-1].id) if len(found) > limit else None)


def one(connection: Connection, cipher: TenantCipher, message_id: UUID) -> ThreadMessage:
    """One text that was written in a conversation. Raises NotFound."""
    row = store_texts.one(connection, message_id)
    if row is None:
        raise NotFound
    return _text(cipher, row)


def _text(cipher: TenantCipher, row: store.Row) -> ThreadMessage:
    return ThreadMessage(
        **{
            name: row[name]
            for name in ("id", "direction", "purpose", "channel", "at", "member_id", "pictures")
        },
        source="conversation",
        text=open_text(cipher, row["text_sealed"]),
        state=_fate(row),
        reason=row["reason"] or row["ledger_reason"],
    )


def _fate(row: store.Row) -> MessageFate | None:
    if row["direction"] == "in":
        return None
    if row["state"] == "given_up":
        return "given_up"
    return _FATES[row["ledger_state"]] if row["ledger_state"] and row["state"] != "waiting" else "queued"


def _campaign_message(cipher: TenantCipher, row: store.Row, is_hidden: IsHidden) -> ThreadMessage:
    words, exact = _put_together(cipher, row, is_hidden)
    return ThreadMessage(
        **{name: row[name] for name in ("id", "channel", "at", "campaign_id", "campaign_name")},
        source="campaign",
        direction="out",
        purpose="campaign",
        text=words,
        exact=exact,
        state=_FATES[row["ledger_state"]],
        reason=row["ledger_reason"],
    )


def _put_together(
    cipher: TenantCipher, row: dict[str, Any], is_hidden: IsHidden
) -> tuple[str | None, bool | None]:
    """A campaign's text with the person's values, and whether that is what was sent, covered or not."""
    if row["phone_sealed"] is None:
        return None, None
    channel = Channel(row["channel"])
    phone = cipher.open(people.PHONE, row["phone_sealed"])
    names = variables_in(f"{row['subject'] or ''}\n{row['body']}")
    values = people.open_values(cipher, row, phone, names)
    shown = preview(channel, row["body"], row["subject"] or "", values)
    seen = preview(channel, row["body"], row["subject"] or "", sensitive.covered(values, is_hidden))
    words = f"{seen.subject}\n{seen.text}" if seen.subject else seen.text
    if tracks_links(channel, has_template=False) and links_in(row["body"]):
        return words, None
    told = cipher.field_hash("message_body", shown.subject + "\n" + shown.text)
    return words, told == bytes(row["body_hash"])
