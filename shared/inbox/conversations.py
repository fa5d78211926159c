"""Conversations as members see them: lists, search, assignment, read state, what changed lately."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contacts import search
from shared.contacts.phones import national, parse_phones
from shared.inbox import store
from shared.inbox.models import (
    Conversation,
    ConversationChange,
    ConversationFilter,
    Holder,
    InboxChanges,
    LastMessage,
    Refusal,
)
from shared.inbox.sealing import open_peer, open_text
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.pages import Page
from shared.security import audit
from shared.security.cipher import TenantCipher

CHANGES_AT_ONCE = 100
UNREAD_COUNTED = 1000


def list_page(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    *,
    filter: ConversationFilter,
    q: str,
    cursor: str | None,
    limit: int,
) -> Page[Conversation]:
    """A page of conversations, the newest text first. `q`: a whole number, or what finds a contact.

    Raises ValidationFailed for what is no cursor of ours.
    """
    before = read_place(cursor)
    asked = {
        "filter": filter,
        "member_id": member_id,
        "before_at": before[0] if before else None,
        "before_id": before[1] if before else None,
        "limit": limit + 1,
        **_sought(connection, cipher, q.strip()),
    }
    rows = store.page(connection, asked)
    items = [view(cipher, row) for row in rows[:limit]]
    return Page(items, written_place(items[-1].last_at, items[-1].id) if len(rows) > limit else None)


def get(connection: Connection, cipher: TenantCipher, conversation_id: UUID) -> Conversation:
    """One conversation. Raises NotFound."""
    row = store.get(connection, conversation_id)
    if row is None:
        raise NotFound
    return view(cipher, row)


def change(
    connection: Connection,
    cipher: TenantCipher,
    conversation_id: UUID,
    wanted: ConversationChange,
    member_id: UUID,
    now: datetime,
) -> Conversation:
    """Assign, close, open again, mark as read: what was sent of these. Raises NotFound, and ValidationFailed
    for an assignee who is no active member."""
    row = store.lock(connection, conversation_id)
    if row is None:
        raise NotFound
    given = wanted.model_fields_set
    if "assignee_id" in given:
        _assign(connection, conversation_id, wanted.assignee_id, member_id)
    if wanted.status is not None and wanted.status != row["status"]:
        store.set_status(connection, conversation_id, wanted.status, now)
    if wanted.read_up_to is not None:
        store.mark_read(connection, conversation_id, wanted.read_up_to)
    store.touch(connection, conversation_id)
    return get(connection, cipher, conversation_id)


def changes(connection: Connection, cipher: TenantCipher, since: int) -> InboxChanges:
    """What changed after a version: one probe of an index when nothing did."""
    rows = store.changed_since(connection, since, CHANGES_AT_ONCE)
    items = [view(cipher, row) for row in rows]
    more = len(rows) == CHANGES_AT_ONCE
    version = items[-1].version if more else max(since, store.head(connection))
    return InboxChanges(
        version=version, more=more, unread=store.unread(connection, UNREAD_COUNTED), items=items
    )


def view(cipher: TenantCipher, row: store.Row) -> Conversation:
    """A conversation as the API shows it."""
    names = ("id", "kind", "status", "assignee_id", "unread", "last_at", "created_at", "version")
    peer = open_peer(cipher, row["peer_sealed"])
    return Conversation(
        **{name: row[name] for name in names},
        peer=national(peer) if row["kind"] == "phone" else peer,
        contact=_holder(cipher, row),
        last=_last(cipher, row),
        opt_out=_refusal(row),
    )


def read_place(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The place (moment, id) a cursor names. Raises ValidationFailed for what is no cursor of ours."""
    if not cursor:
        return None
    at, _, key = cursor.partition("~")
    try:
        place = datetime.fromisoformat(at), UUID(key)
        if place[0].tzinfo is None:
            raise ValueError(cursor)
    except ValueError as problem:
        raise ValidationFailed from problem
    return place


def written_place(at: datetime, key: UUID) -> str:
    """The cursor that `read_place` reads."""
    return f"{at.isoformat()}~{key}"


def _assign(connection: Connection, conversation_id: UUID, assignee_id: UUID | None, member_id: UUID) -> None:
    if assignee_id is not None and not store.is_active_member(connection, assignee_id):
        raise ValidationFailed(details=[Detail(text("inbox.no_member"), field="assignee_id")])
    store.assign(connection, conversation_id, assignee_id)
    audit.record(
        connection,
        "conversation.assigned",
        member_id=member_id,
        target=str(conversation_id),
        assignee=str(assignee_id) if assignee_id else None,
    )


def _sought(connection: Connection, cipher: TenantCipher, q: str) -> dict[str, Any]:
    """A whole number by its keyed hash, anything else by the contacts' blind index; see `store.page`."""
    anything: dict[str, Any] = {"hashes": None, "tokens": None, "words": None}
    if not q:
        return anything
    phones = parse_phones(q).phones
    if len(phones) == 1:
        return anything | {"hashes": [cipher.point_hash("phone", phones[0].e164)]}
    criteria = search.typed(cipher, q)
    found = search.find(connection, criteria, None, search.FEW_MATCHES)
    if found.cursor is None or not criteria.indexed:
        return anything | {"hashes": store.peers_of(connection, found.ids)}
    return anything | {"tokens": list(criteria.tokens), "words": criteria.query}


def _holder(cipher: TenantCipher, row: store.Row) -> Holder | None:
    if row["contact_id"] is None:
        return None
    return Holder(id=row["contact_id"], name=cipher.open_optional("name", row["name_sealed"]))


def _last(cipher: TenantCipher, row: store.Row) -> LastMessage | None:
    if row["text_sealed"] is None:
        return None
    words = open_text(cipher, row["text_sealed"])
    return LastMessage(direction=row["direction"], purpose=row["purpose"], text=words, at=row["message_at"])


def _refusal(row: store.Row) -> Refusal | None:
    if row["opt_out_id"] is None:
        return None
    return Refusal(id=row["opt_out_id"], source=row["opt_out_source"], created_at=row["opt_out_at"])
