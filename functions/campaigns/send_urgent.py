from uuid import UUID

from shared.messaging import dispatching
from shared.runtime import actor


@actor(queue="urgent", max_retries=3)
def send_urgent(tenant_id: str, campaign_id: str, account_id: str, limit: int) -> None:
    """Sends up to `limit` due messages of a campaign of high priority, in a process of its own.

    Whatever slow carriers hold the other sending workers, this one is free.
    """
    dispatching.run_job(UUID(tenant_id), UUID(campaign_id), UUID(account_id), limit)
