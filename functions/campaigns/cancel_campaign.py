from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import controls
from shared.messaging.models import Status
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/cancel", role=Role.STAFF)
def cancel_campaign(request: Request, campaign_id: UUID) -> Status:
    """Ends a campaign for everybody who still waits and gives their quota back."""
    with request.transaction() as connection:
        return controls.cancel(connection, campaign_id, request.member.member_id, utc_now())
