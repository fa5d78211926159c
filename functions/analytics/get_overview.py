from pydantic import BaseModel, Field

from shared.kernel.clock import utc_now
from shared.kernel.days import Day
from shared.messaging import overview
from shared.messaging.overview import Overview
from shared.runtime import Request, Role, http


class OverviewQuery(BaseModel):
    """Korean days, both inclusive; the last thirty by default."""

    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")


@http("GET", "/analytics/overview", role=Role.STAFF, query=OverviewQuery)
def get_overview(request: Request) -> Overview:
    """The dashboard: people, campaigns, messages per day."""
    query: OverviewQuery = request.query
    with request.transaction() as connection:
        return overview.of_days(connection, request.tenant_id, query.since, query.until, utc_now())
