from uuid import UUID

from shared.compliance import sends
from shared.compliance.models import ElectionSend, SendInput
from shared.kernel.clock import utc_now
from shared.runtime import Request, Role, http


@http("POST", "/elections/{election_id}/sends", role=Role.ADMIN, body=SendInput, status=201, idempotent=True)
def add_election_send(request: Request, election_id: UUID) -> ElectionSend:
    """Writes in an automatic election text that another tool sent; it counts among the eight."""
    with request.transaction() as connection:
        member_id = request.member.member_id
        return sends.add_elsewhere(connection, member_id, election_id, request.body, utc_now())
