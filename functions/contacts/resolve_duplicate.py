from uuid import UUID

from functions.contacts.review_contacts import review_contacts
from shared.contacts import reviews
from shared.contacts.review_models import Resolved, ReviewDecision
from shared.kernel.database import repeat_on_conflict
from shared.runtime import Request, Role, http


@http(
    "POST",
    "/contacts/duplicates/{review_id}/resolve",
    role=Role.STAFF,
    body=ReviewDecision,
    idempotent=True,
)
@repeat_on_conflict
def resolve_duplicate(request: Request, review_id: UUID) -> Resolved:
    """Merges a pair, field by field, or remembers that it is two people."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        done = reviews.resolve(connection, cipher, request.member.member_id, review_id, request.body)
    if done.changed:
        review_contacts.send(str(request.tenant_id), [str(contact_id) for contact_id in done.changed])
    return Resolved(merge_id=done.merge_id)
