from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import controls
from shared.messaging.models import Status
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/retry-failed", role=Role.STAFF, status=202, idempotent=True)
def retry_failed(request: Request, campaign_id: UUID) -> Status:
    """Tries temporary failures once more."""
    with request.transaction() as connection:
        return controls.retry_failed(connection, campaign_id, request.member.member_id, utc_now())
