from uuid import UUID

from shared.compliance import registers
from shared.runtime import Request, Role, http


@http("DELETE", "/elections/{election_id}", role=Role.ADMIN)
def delete_election(request: Request, election_id: UUID) -> None:
    """Removes an election that is nobody's and that no sends are counted for; otherwise 409."""
    with request.transaction() as connection:
        registers.remove_election(connection, request.member.member_id, election_id)
