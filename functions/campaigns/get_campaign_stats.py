from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import stats
from shared.messaging.stats import Stats
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}/stats", role=Role.STAFF)
def get_campaign_stats(request: Request, campaign_id: UUID) -> Stats:
    """Live figures: recipients by state, fallback, rates, reasons."""
    with request.transaction() as connection:
        return stats.of_campaign(connection, campaign_id, utc_now())
