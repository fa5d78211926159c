from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import controls
from shared.messaging.models import Status
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/pause", role=Role.STAFF)
def pause_campaign(request: Request, campaign_id: UUID) -> Status:
    """Stops sending at once; what the carrier has taken still arrives."""
    with request.transaction() as connection:
        return controls.pause(connection, campaign_id, request.member.member_id, utc_now())
