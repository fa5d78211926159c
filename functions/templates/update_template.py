from uuid import UUID

from shared.messaging import templates
from shared.messaging.models import TemplateDraft, TemplateView
from shared.runtime import Request, Role, http


@http("PUT", "/templates/{template_id}", role=Role.STAFF, body=TemplateDraft)
def update_template(request: Request, template_id: UUID) -> TemplateView:
    """Replaces a template: another text is a new version; campaigns keep the one they were written with."""
    with request.transaction() as connection:
        return templates.change(connection, template_id, request.body, request.member.member_id)
