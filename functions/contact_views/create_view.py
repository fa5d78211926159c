from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View, ViewInput


@http("POST", "/contact-views", role=Role.STAFF, body=ViewInput, status=201, idempotent=True)
def create_view(request: Request) -> View:
    """Saves filters of the contact list under a name."""
    with request.transaction() as connection:
        return views.create(connection, request.cipher(connection), request.member.member_id, request.body)
