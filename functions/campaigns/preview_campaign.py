from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import costs, preview, sensitive_campaigns
from shared.messaging.preview import CampaignPreview, PreviewOf
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/preview", role=Role.STAFF, body=PreviewOf)
def preview_campaign(request: Request, campaign_id: UUID) -> CampaignPreview:
    """Shows a campaign as one person would get it, with its size, cost and the law's verdict."""
    balance = costs.balance_lately(request.tenant_id)
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        member = request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_readers(connection, cipher, campaign_id, is_hidden)
        return preview.of_campaign(
            connection,
            cipher,
            campaign_id,
            request.body,
            request.language,
            utc_now(),
            is_hidden,
            member.member_id,
            balance,
        )
