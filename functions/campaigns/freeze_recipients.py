from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import launching
from shared.runtime import actor


@actor(queue="urgent", max_retries=5)
def freeze_recipients(tenant_id: str, campaign_id: str) -> None:
    """Turns the audience of a launched campaign into recipients, once, for the dispatcher to see."""
    launching.freeze(UUID(tenant_id), UUID(campaign_id), utc_now())
