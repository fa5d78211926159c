from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import variants
from shared.messaging.split_models import Variants
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}/variants", role=Role.STAFF)
def get_campaign_variants(request: Request, campaign_id: UUID) -> Variants:
    """Two texts in their trial: sent, delivered, opened, and what the decision waits for."""
    with request.transaction() as connection:
        return variants.get(connection, campaign_id, utc_now())
