from uuid import UUID

from shared.compliance.models import Approval
from shared.kernel.clock import utc_now
from shared.messaging import approvals
from shared.runtime import Page, Request, Role, http


@http("GET", "/campaigns/{campaign_id}/approvals", role=Role.STAFF)
def list_campaign_approvals(request: Request, campaign_id: UUID) -> Page[Approval]:
    """Requests for a second person's word on a campaign; `current` tells whether it changed since."""
    with request.transaction() as connection:
        return Page(approvals.of_campaign(connection, request.cipher(connection), campaign_id, utc_now()))
