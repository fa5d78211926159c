from uuid import UUID

from shared.messaging import senders
from shared.runtime import Request, Role, http


@http("DELETE", "/senders/{sender_id}", role=Role.ADMIN)
def delete_sender(request: Request, sender_id: UUID) -> None:
    """Deletes a sender that no campaign under way uses."""
    with request.transaction() as connection:
        senders.remove(connection, sender_id, request.member.member_id)
