from uuid import UUID

from functions.campaigns.freeze_recipients import freeze_recipients
from shared.kernel.clock import utc_now
from shared.messaging import controls
from shared.messaging.models import Status
from shared.messaging.states import CampaignStatus
from shared.runtime import Request, Role, http, start


@http("POST", "/campaigns/{campaign_id}/resume", role=Role.STAFF)
def resume_campaign(request: Request, campaign_id: UUID) -> Status:
    """Goes on with a paused or stopped campaign."""
    with request.transaction() as connection:
        status = controls.resume(connection, campaign_id, request.member.member_id, utc_now())
    if status.status == CampaignStatus.LAUNCHING:
        start(freeze_recipients, str(request.tenant_id), str(campaign_id))
    return status
