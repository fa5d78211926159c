from uuid import UUID

from shared.compliance.models import Declarations
from shared.messaging import approvals
from shared.runtime import Request, Role, http


@http("PUT", "/campaigns/{campaign_id}/declarations", role=Role.STAFF, body=Declarations)
def update_declarations(request: Request, campaign_id: UUID) -> Declarations:
    """What only people can know of a draft: AI media (E11), polls (E13), surveys (E14), advertising."""
    with request.transaction() as connection:
        return approvals.declare(connection, campaign_id, request.body, request.member.member_id)
