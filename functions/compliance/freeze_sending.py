from shared.compliance.models import Freeze, FreezeInput
from shared.kernel.clock import utc_now
from shared.messaging import holds
from shared.runtime import Request, Role, http


@http("POST", "/compliance/freezes", role=Role.ADMIN, body=FreezeInput, status=201)
def freeze_sending(request: Request) -> Freeze:
    """Stops all sending, or one campaign's, and keeps the evidence: nothing is deleted by age meanwhile."""
    with request.transaction() as connection:
        return holds.freeze(connection, request.body, request.member.member_id, utc_now())
