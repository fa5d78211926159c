from uuid import UUID

from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View


@http("GET", "/contact-views/{view_id}", role=Role.STAFF)
def get_view(request: Request, view_id: UUID) -> View:
    """One saved view."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return views.get(connection, cipher, member.member_id, view_id, is_hidden)
