from uuid import UUID

from shared.messaging import dispatching
from shared.runtime import actor


@actor(queue="sending", max_retries=3)
def send_messages(tenant_id: str, campaign_id: str, account_id: str, limit: int) -> None:
    """Sends up to `limit` due messages of a campaign over an account."""
    dispatching.run_job(UUID(tenant_id), UUID(campaign_id), UUID(account_id), limit)
