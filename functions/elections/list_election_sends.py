from uuid import UUID

from shared.compliance import sends
from shared.compliance.models import ElectionSend
from shared.runtime import Page, Request, Role, http


@http("GET", "/elections/{election_id}/sends", role=Role.STAFF)
def list_election_sends(request: Request, election_id: UUID) -> Page[ElectionSend]:
    """Automatic election texts of this hub and of elsewhere, and which of them count (제59조 제2호)."""
    with request.transaction() as connection:
        return Page(sends.of_election(connection, election_id))
