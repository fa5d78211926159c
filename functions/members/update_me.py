from shared.accounts import members
from shared.accounts.models import Me, OwnChange
from shared.runtime import Request, Role, http


@http("PUT", "/members/me", role=Role.STAFF, body=OwnChange, rate="30/minute")
def update_me(request: Request) -> Me:
    """Changes one's own name or password; a new password ends the other sessions."""
    return members.change_own(request.member, request.body)
