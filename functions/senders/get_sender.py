from uuid import UUID

from shared.messaging import senders
from shared.messaging.models import SenderView
from shared.runtime import Request, Role, http


@http("GET", "/senders/{sender_id}", role=Role.STAFF)
def get_sender(request: Request, sender_id: UUID) -> SenderView:
    """One sender."""
    with request.transaction() as connection:
        return senders.get(connection, request.cipher(connection), sender_id)
