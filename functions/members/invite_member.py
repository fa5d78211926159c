from shared.accounts import members
from shared.accounts.models import Invitation, InvitationAnswer
from shared.runtime import Request, Role, http


@http(
    "POST",
    "/members/invitations",
    role=Role.ADMIN,
    body=Invitation,
    status=201,
    idempotent=True,
    rate="60/hour",
)
def invite_member(request: Request) -> InvitationAnswer:
    """Adds an invited member and answers the link to hand over."""
    return members.invite(request.member, request.body)
