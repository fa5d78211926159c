from uuid import UUID

from shared.messaging import campaigns, sensitive_campaigns
from shared.messaging.models import CampaignDraft, CampaignView
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("PUT", "/campaigns/{campaign_id}", role=Role.STAFF, body=CampaignDraft)
def update_campaign(request: Request, campaign_id: UUID) -> CampaignView:
    """Replaces a draft."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_audience(connection, cipher, request.body.audience, is_hidden)
        return campaigns.change(connection, cipher, campaign_id, request.body, member.member_id)
