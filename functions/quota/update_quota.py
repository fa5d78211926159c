from pydantic import BaseModel, Field

from shared.kernel.clock import utc_now
from shared.messaging import quotas
from shared.messaging.quotas import Quota
from shared.runtime import Request, Role, http


class QuotaChange(BaseModel):
    """Messages a month."""

    limit: int = Field(ge=0, le=100_000_000)


@http("PUT", "/quota", role=Role.OWNER, body=QuotaChange)
def update_quota(request: Request) -> Quota:
    """Sets the monthly limit, this month included."""
    with request.transaction() as connection:
        return quotas.change_limit(connection, utc_now(), request.body.limit, request.member.member_id)
