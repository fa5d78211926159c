from uuid import UUID

from shared.messaging import campaigns
from shared.runtime import Request, Role, http


@http("DELETE", "/campaigns/{campaign_id}", role=Role.STAFF)
def delete_campaign(request: Request, campaign_id: UUID) -> None:
    """Deletes a draft."""
    with request.transaction() as connection:
        campaigns.remove(connection, campaign_id, request.member.member_id)
