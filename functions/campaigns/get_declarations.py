from uuid import UUID

from shared.compliance.models import Declarations
from shared.messaging import approvals
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}/declarations", role=Role.STAFF)
def get_declarations(request: Request, campaign_id: UUID) -> Declarations:
    """What staff said about a campaign: AI media, polls, surveys, advertising."""
    with request.transaction() as connection:
        return approvals.declared(connection, campaign_id)
