from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import launching
from shared.runtime import actor


@actor(queue="urgent", max_retries=1)
def release_campaign(tenant_id: str, campaign_id: str) -> None:
    """Lets one scheduled campaign send, if its time has come."""
    launching.release(UUID(tenant_id), UUID(campaign_id), utc_now())
