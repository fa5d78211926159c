from uuid import UUID

from shared.messaging import templates
from shared.messaging.models import TemplateVersion
from shared.runtime import Page, Request, Role, http


@http("GET", "/templates/{template_id}/versions", role=Role.STAFF)
def list_template_versions(request: Request, template_id: UUID) -> Page[TemplateVersion]:
    """What a template was before each edit, newest first."""
    with request.transaction() as connection:
        return Page(templates.versions(connection, template_id))
