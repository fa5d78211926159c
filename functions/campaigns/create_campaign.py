from shared.messaging import campaigns, sensitive_campaigns
from shared.messaging.models import CampaignDraft, CampaignView
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/campaigns", role=Role.STAFF, body=CampaignDraft, status=201, idempotent=True)
def create_campaign(request: Request) -> CampaignView:
    """Saves a draft."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_audience(connection, cipher, request.body.audience, is_hidden)
        return campaigns.create(connection, cipher, request.body, member.member_id)
