from shared.messaging import templates
from shared.messaging.models import TemplateView
from shared.runtime import Page, Request, Role, http


@http("GET", "/templates", role=Role.STAFF)
def list_templates(request: Request) -> Page[TemplateView]:
    """Saved texts and Kakao templates, newest first."""
    with request.transaction() as connection:
        return Page(templates.list_all(connection))
