from uuid import UUID

from pydantic import BaseModel, Field

from shared.messaging import campaigns
from shared.messaging.models import CampaignItem
from shared.messaging.states import CampaignStatus
from shared.runtime import Page, Request, Role, http


class CampaignQuery(BaseModel):
    status: CampaignStatus | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


@http("GET", "/campaigns", role=Role.STAFF, query=CampaignQuery)
def list_campaigns(request: Request) -> Page[CampaignItem]:
    """Campaigns, newest first."""
    query: CampaignQuery = request.query
    with request.transaction() as connection:
        return campaigns.list_page(connection, status=query.status, before=query.cursor, limit=query.limit)
