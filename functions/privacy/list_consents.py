from uuid import UUID

from shared.privacy import consents
from shared.privacy.models import Consent
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/{contact_id}/consents", role=Role.STAFF)
def list_consents(request: Request, contact_id: UUID) -> Page[Consent]:
    """A contact's consents, latest first."""
    with request.transaction() as connection:
        return Page(consents.of_contact(connection, request.cipher(connection), contact_id))
