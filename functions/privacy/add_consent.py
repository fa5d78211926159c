from uuid import UUID

from shared.privacy import consents
from shared.privacy.models import Consent, ConsentInput
from shared.runtime import Request, Role, http


@http(
    "POST",
    "/contacts/{contact_id}/consents",
    role=Role.STAFF,
    body=ConsentInput,
    status=201,
    idempotent=True,
)
def add_consent(request: Request, contact_id: UUID) -> Consent:
    """Writes down a consent: what text, when, how, and where the proof lies."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return consents.add(connection, cipher, member.member_id, contact_id, request.body)
