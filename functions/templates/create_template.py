from shared.messaging import templates
from shared.messaging.models import TemplateDraft, TemplateView
from shared.runtime import Request, Role, http


@http("POST", "/templates", role=Role.STAFF, body=TemplateDraft, status=201, idempotent=True)
def create_template(request: Request) -> TemplateView:
    """Saves a text to use again."""
    with request.transaction() as connection:
        return templates.create(connection, request.body, request.member.member_id)
