from uuid import UUID

from functions.campaigns.freeze_recipients import freeze_recipients
from shared.kernel.clock import utc_now
from shared.messaging import costs, launching, sensitive_campaigns
from shared.messaging.models import Status
from shared.privacy import sensitive
from shared.runtime import Request, Role, http, start


@http("POST", "/campaigns/{campaign_id}/launch", role=Role.STAFF, status=202, idempotent=True)
def launch_campaign(request: Request, campaign_id: UUID) -> Status:
    """Launches a draft: checks the law, reserves the quota, and starts to freeze the audience."""
    balance = costs.balance(request.tenant_id)
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_launch(connection, cipher, campaign_id, is_hidden)
        status = launching.launch(connection, cipher, campaign_id, member.member_id, utc_now(), balance)
    start(freeze_recipients, str(request.tenant_id), str(campaign_id))
    return status
