from uuid import UUID

from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View


@http("GET", "/contact-views/{view_id}", role=Role.STAFF)
def get_view(request: Request, view_id: UUID) -> View:
    """One saved view."""
    with request.transaction() as connection:
        return views.get(connection, request.cipher(connection), request.member.member_id, view_id)
