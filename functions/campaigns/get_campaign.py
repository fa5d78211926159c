from uuid import UUID

from shared.messaging import campaigns
from shared.messaging.models import CampaignView
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}", role=Role.STAFF)
def get_campaign(request: Request, campaign_id: UUID) -> CampaignView:
    """One campaign in full."""
    with request.transaction() as connection:
        return campaigns.get(connection, campaign_id)
