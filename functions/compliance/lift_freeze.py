from uuid import UUID

from shared.compliance.models import Freeze, LiftInput
from shared.kernel.clock import utc_now
from shared.messaging import holds
from shared.runtime import Request, Role, http


@http("POST", "/compliance/freezes/{freeze_id}/lift", role=Role.ADMIN, body=LiftInput)
def lift_freeze(request: Request, freeze_id: UUID) -> Freeze:
    """Ends a freeze, audited with its reason. What it paused stays paused until somebody resumes it."""
    with request.transaction() as connection:
        return holds.lift(connection, freeze_id, request.body.reason, request.member.member_id, utc_now())
