from uuid import UUID

from shared.compliance import sends
from shared.runtime import Request, Role, http


@http("DELETE", "/elections/{election_id}/sends/{send_id}", role=Role.ADMIN)
def delete_election_send(request: Request, election_id: UUID, send_id: UUID) -> None:
    """Takes back a send that was written in by hand; what this hub sent stays (404)."""
    with request.transaction() as connection:
        sends.remove_elsewhere(connection, request.member.member_id, election_id, send_id)
