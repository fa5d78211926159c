from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.selections import views
from shared.selections.models import View, ViewInput


@http("POST", "/contact-views", role=Role.STAFF, body=ViewInput, status=201, idempotent=True)
def create_view(request: Request) -> View:
    """Saves filters of the contact list under a name."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return views.create(connection, cipher, member.member_id, request.body, is_hidden)
