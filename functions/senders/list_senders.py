from shared.messaging import senders
from shared.messaging.models import SenderView
from shared.runtime import Page, Request, Role, http


@http("GET", "/senders", role=Role.STAFF)
def list_senders(request: Request) -> Page[SenderView]:
    """Sender numbers and Kakao channels of the camp."""
    with request.transaction() as connection:
        return Page(senders.list_all(connection, request.cipher(connection)))
