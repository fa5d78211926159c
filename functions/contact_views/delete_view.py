from uuid import UUID

from shared.runtime import Request, Role, http
from shared.selections import views


@http("DELETE", "/contact-views/{view_id}", role=Role.STAFF, status=204)
def delete_view(request: Request, view_id: UUID) -> None:
    """Deletes one's own view; an Admin may delete a shared one of another member."""
    member = request.member
    with request.transaction() as connection:
        others = Role(member.role).includes(Role.ADMIN)
        views.remove(connection, member.member_id, view_id, may_remove_others=others)
