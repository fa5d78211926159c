from shared.accounts import members
from shared.accounts.models import Me
from shared.runtime import Request, Role, http


@http("GET", "/members/me", role=Role.STAFF)
def get_me(request: Request) -> Me:
    """The caller's own account and tenant."""
    return members.me(request.member)
