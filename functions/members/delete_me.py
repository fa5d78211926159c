from shared.accounts import members
from shared.runtime import Request, Role, http


@http("DELETE", "/members/me", role=Role.STAFF, status=204)
def delete_me(request: Request) -> None:
    """Closes one's own account. The last Owner cannot leave."""
    members.leave(request.member)
