from shared.compliance import registers
from shared.compliance.models import Election, ElectionInput
from shared.runtime import Request, Role, http


@http("POST", "/elections", role=Role.ADMIN, body=ElectionInput, status=201, idempotent=True)
def create_election(request: Request) -> Election:
    """Adds an election; its days are computed from its kind and its day."""
    with request.transaction() as connection:
        return registers.create_election(connection, request.member.member_id, request.body)
