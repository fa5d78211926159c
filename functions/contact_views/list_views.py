from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http
from shared.selections import views
from shared.selections.models import View


@http("GET", "/contact-views", role=Role.STAFF)
def list_views(request: Request) -> Page[View]:
    """One's own saved views of the contact list, and those shared with the camp."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        return Page(views.list_all(connection, cipher, member.member_id, is_hidden))
