"""Canned replies: texts that members answer with again. They hold variables, never personal data."""

from uuid import UUID

from shared.inbox import store_canned as store
from shared.inbox.models import CannedDraft, CannedReply
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.security import audit


def list_all(connection: Connection) -> list[CannedReply]:
    """The camp's canned replies, by title."""
    return [CannedReply(**row) for row in store.live(connection)]


def create(connection: Connection, draft: CannedDraft, member_id: UUID) -> CannedReply:
    """Add one."""
    reply_id = new_id()
    row = store.insert(connection, reply_id, draft.title, draft.body, member_id)
    audit.record(connection, "canned_reply.created", member_id=member_id, target=str(reply_id))
    return CannedReply(**row)


def change(connection: Connection, reply_id: UUID, draft: CannedDraft, member_id: UUID) -> CannedReply:
    """Replace one. Raises NotFound."""
    row = store.update(connection, reply_id, draft.title, draft.body)
    if row is None:
        raise NotFound
    audit.record(connection, "canned_reply.changed", member_id=member_id, target=str(reply_id))
    return CannedReply(**row)


def remove(connection: Connection, reply_id: UUID, member_id: UUID) -> None:
    """Delete one. Raises NotFound."""
    if not store.delete(connection, reply_id):
        raise NotFound
    audit.record(connection, "canned_reply.removed", member_id=member_id, target=str(reply_id))
