from uuid import UUID

from shared.messaging import senders
from shared.messaging.models import SenderDraft, SenderView
from shared.runtime import Request, Role, http


@http("PUT", "/senders/{sender_id}", role=Role.ADMIN, body=SenderDraft)
def update_sender(request: Request, sender_id: UUID) -> SenderView:
    """Replaces a sender's data."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return senders.change(connection, cipher, sender_id, request.body, member.member_id)
