from uuid import UUID

from shared.privacy import provenance
from shared.privacy.models import Provenance
from shared.runtime import Request, Role, http


@http("GET", "/contacts/{contact_id}/provenance", role=Role.STAFF)
def get_provenance(request: Request, contact_id: UUID) -> Provenance:
    """Where a person's data is from, in sentences to read out or send."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return provenance.of_contact(connection, cipher, member.member_id, contact_id, request.language)
