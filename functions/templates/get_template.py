from uuid import UUID

from shared.messaging import templates
from shared.messaging.models import TemplateView
from shared.runtime import Request, Role, http


@http("GET", "/templates/{template_id}", role=Role.STAFF)
def get_template(request: Request, template_id: UUID) -> TemplateView:
    """One template."""
    with request.transaction() as connection:
        return templates.get(connection, template_id)
