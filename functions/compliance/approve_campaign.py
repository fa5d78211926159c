from uuid import UUID

from shared.compliance.models import Approval, ApprovalInput
from shared.kernel.clock import utc_now
from shared.messaging import approvals
from shared.runtime import Request, Role, http


@http("POST", "/compliance/approvals/{approval_id}/approve", role=Role.ADMIN, body=ApprovalInput)
def approve_campaign(request: Request, approval_id: UUID) -> Approval:
    """Another admin than the one who asked approves exactly the content that was asked about."""
    with request.transaction() as connection:
        cipher, member_id, note = request.cipher(connection), request.member.member_id, request.body.note
        return approvals.decide(connection, cipher, approval_id, "approved", note, member_id, utc_now())
