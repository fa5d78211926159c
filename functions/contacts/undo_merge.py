from uuid import UUID

from functions.contacts.review_contacts import review_contacts
from shared.contacts import merging
from shared.contacts.models import MergeUndone
from shared.kernel.database import repeat_on_conflict
from shared.runtime import Request, Role, http


@http("POST", "/contacts/merges/{merge_id}/undo", role=Role.STAFF, idempotent=True)
@repeat_on_conflict
def undo_merge(request: Request, merge_id: UUID) -> MergeUndone:
    """Takes a merge back, also after later merges and edits; the edits stay."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        undone = merging.undo(connection, cipher, request.member.member_id, merge_id)
    review_contacts.send(str(request.tenant_id), [str(contact_id) for contact_id in undone.contacts])
    return undone
