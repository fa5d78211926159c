from uuid import UUID

from shared.messaging import pace, sending
from shared.runtime import actor


@actor(queue="sending", max_retries=3)
def send_messages(tenant_id: str, campaign_id: str, account_id: str, limit: int) -> None:
    """Sends up to `limit` due messages of a campaign."""
    try:
        sending.send_due(UUID(tenant_id), UUID(campaign_id), limit)
    finally:
        pace.end_job(UUID(account_id))
