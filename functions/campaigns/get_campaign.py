from uuid import UUID

from shared.messaging import campaigns, sensitive_campaigns
from shared.messaging.models import CampaignView
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}", role=Role.STAFF)
def get_campaign(request: Request, campaign_id: UUID) -> CampaignView:
    """One campaign in full."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        view = campaigns.get(connection, campaign_id)
        return sensitive_campaigns.shown(connection, cipher, view, is_hidden)
