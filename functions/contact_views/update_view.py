from uuid import UUID

from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View, ViewInput


@http("PUT", "/contact-views/{view_id}", role=Role.STAFF, body=ViewInput)
def update_view(request: Request, view_id: UUID) -> View:
    """Replaces one's own view."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        return views.change(connection, cipher, member_id, view_id, request.body)
