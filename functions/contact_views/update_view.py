from uuid import UUID

from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View, ViewInput


@http("PUT", "/contact-views/{view_id}", role=Role.STAFF, body=ViewInput)
def update_view(request: Request, view_id: UUID) -> View:
    """Replaces one's own view."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return views.change(connection, cipher, member.member_id, view_id, request.body, is_hidden)
