from typing import Literal

from pydantic import BaseModel

from shared.compliance.models import Approval
from shared.kernel.clock import utc_now
from shared.messaging import approvals
from shared.runtime import Page, Request, Role, http

_LISTED = 100


class ApprovalQuery(BaseModel):
    state: Literal["requested", "approved", "refused"] | None = None


@http("GET", "/compliance/approvals", role=Role.STAFF, query=ApprovalQuery)
def list_approvals(request: Request) -> Page[Approval]:
    """Campaigns that wait for a second person, and what was decided; the latest first."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return Page(approvals.waiting(connection, cipher, request.query.state, utc_now(), _LISTED))
