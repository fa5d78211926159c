from shared.messaging import campaigns
from shared.messaging.models import CampaignDraft, CampaignView
from shared.runtime import Request, Role, http


@http("POST", "/campaigns", role=Role.STAFF, body=CampaignDraft, status=201, idempotent=True)
def create_campaign(request: Request) -> CampaignView:
    """Saves a draft."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return campaigns.create(connection, cipher, request.body, member.member_id)
