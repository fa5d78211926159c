from uuid import UUID

from shared.compliance.models import Approval, ApprovalInput
from shared.kernel.clock import utc_now
from shared.messaging import approvals
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/approvals", role=Role.STAFF, body=ApprovalInput, status=201)
def request_approval(request: Request, campaign_id: UUID) -> Approval:
    """Asks another admin to read a draft that a rule is doubtful about. Asking twice is one request."""
    with request.transaction() as connection:
        cipher, member_id, note = request.cipher(connection), request.member.member_id, request.body.note
        return approvals.request(connection, cipher, campaign_id, note, member_id, utc_now())
