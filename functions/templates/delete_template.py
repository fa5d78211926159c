from uuid import UUID

from shared.messaging import templates
from shared.runtime import Request, Role, http


@http("DELETE", "/templates/{template_id}", role=Role.STAFF)
def delete_template(request: Request, template_id: UUID) -> None:
    """Deletes a template."""
    with request.transaction() as connection:
        templates.remove(connection, template_id, request.member.member_id)
