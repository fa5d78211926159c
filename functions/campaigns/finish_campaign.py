from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import controls
from shared.runtime import actor


@actor(queue="reports", max_retries=1)
def finish_campaign(tenant_id: str, campaign_id: str) -> None:
    """Completes a campaign when every recipient has come to an end."""
    controls.finish(UUID(tenant_id), UUID(campaign_id), utc_now())
