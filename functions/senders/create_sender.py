from shared.messaging import senders
from shared.messaging.models import SenderDraft, SenderView
from shared.runtime import Request, Role, http


@http("POST", "/senders", role=Role.ADMIN, body=SenderDraft, status=201, idempotent=True)
def create_sender(request: Request) -> SenderView:
    """Adds a sender that is registered with the carrier."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return senders.create(connection, cipher, request.body, member.member_id)
