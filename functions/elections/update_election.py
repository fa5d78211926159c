from uuid import UUID

from shared.compliance import registers
from shared.compliance.models import Election, ElectionInput
from shared.runtime import Request, Role, http


@http("PUT", "/elections/{election_id}", role=Role.ADMIN, body=ElectionInput)
def update_election(request: Request, election_id: UUID) -> Election:
    """Replaces an election; audited, because its days decide what may be sent."""
    with request.transaction() as connection:
        return registers.change_election(connection, request.member.member_id, election_id, request.body)
