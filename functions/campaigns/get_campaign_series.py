from uuid import UUID

from shared.messaging import stats
from shared.messaging.stats import Series
from shared.runtime import Request, Role, http


@http("GET", "/campaigns/{campaign_id}/series", role=Role.STAFF)
def get_campaign_series(request: Request, campaign_id: UUID) -> Series:
    """What happened per five seconds: the monitor's chart."""
    with request.transaction() as connection:
        return stats.series(connection, campaign_id)
