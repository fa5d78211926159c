from uuid import UUID

from shared.messaging import inspections
from shared.messaging.models import InspectionRequest, TemplateView
from shared.runtime import Request, Role, http


@http("POST", "/templates/{template_id}/inspection", role=Role.STAFF, body=InspectionRequest, idempotent=True)
def request_inspection(request: Request, template_id: UUID) -> TemplateView:
    """Hands a template's newest version to Kakao's reviewers through the carrier."""
    sender_id, member_id = request.body.sender_id, request.member.member_id
    return inspections.hand_in(request.tenant_id, template_id, sender_id, member_id)
