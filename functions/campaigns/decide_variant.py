from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import variants
from shared.runtime import actor


@actor(queue="urgent", max_retries=1)
def decide_variant(tenant_id: str, campaign_id: str) -> None:
    """Chooses the better of a campaign's two texts, if the rule's time has come."""
    variants.decide(UUID(tenant_id), UUID(campaign_id), utc_now())
