from shared.kernel.clock import utc_now
from shared.messaging import costs, preview, sensitive_campaigns
from shared.messaging.preview import CampaignPreview, PreviewRequest
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/preview", role=Role.STAFF, body=PreviewRequest)
def preview_draft(request: Request) -> CampaignPreview:
    """Shows an unsaved draft as one person would get it, with its size, cost and the law's verdict."""
    balance = costs.balance_lately(request.tenant_id)
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        member = request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_audience(connection, cipher, request.body.audience, is_hidden)
        return preview.of_draft(
            connection,
            cipher,
            request.body,
            request.language,
            utc_now(),
            is_hidden,
            member.member_id,
            balance,
        )
