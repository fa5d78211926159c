from uuid import UUID

from shared.compliance import registers
from shared.compliance.models import Election
from shared.runtime import Request, Role, http


@http("GET", "/elections/{election_id}", role=Role.STAFF)
def get_election(request: Request, election_id: UUID) -> Election:
    """One election with the days that follow from it."""
    with request.transaction() as connection:
        return registers.election(connection, election_id)
