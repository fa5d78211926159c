from uuid import UUID

from shared.privacy import requests
from shared.privacy.models import PrivacyRequest, RequestAnswer
from shared.runtime import Request, Role, http


@http("POST", "/privacy/requests/{request_id}/answer", role=Role.ADMIN, body=RequestAnswer)
def answer_request(request: Request, request_id: UUID) -> PrivacyRequest:
    """Closes a request as answered or refused."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return requests.answer(connection, cipher, member.member_id, request_id, request.body)
