from uuid import UUID

from functions.contacts.review_contacts import review_contacts
from shared.contacts import reviews
from shared.runtime import Request, Role, http


@http("POST", "/contacts/duplicates/{review_id}/reopen", role=Role.STAFF)
def reopen_duplicate(request: Request, review_id: UUID) -> None:
    """Takes "not the same person" back."""
    with request.transaction() as connection:
        both = reviews.reopen(connection, review_id)
    review_contacts.send(str(request.tenant_id), [str(contact_id) for contact_id in both])
