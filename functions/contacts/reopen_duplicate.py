from uuid import UUID

from shared.contacts import reviews
from shared.runtime import Request, Role, http


@http("POST", "/contacts/duplicates/{review_id}/reopen", role=Role.STAFF)
def reopen_duplicate(request: Request, review_id: UUID) -> None:
    """Takes "not the same person" back."""
    with request.transaction() as connection:
        reviews.reopen(connection, review_id)
