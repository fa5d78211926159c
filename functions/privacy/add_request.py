from shared.privacy import requests
from shared.privacy.models import PrivacyRequest, RequestInput
from shared.runtime import Request, Role, http


@http("POST", "/privacy/requests", role=Role.STAFF, body=RequestInput, status=201, idempotent=True)
def add_request(request: Request) -> PrivacyRequest:
    """Writes down what a person asked for; an answer is due in ten days."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return requests.add(connection, cipher, member.member_id, request.body)
