from uuid import UUID

from shared.accounts import members
from shared.accounts.models import Member, MemberChange
from shared.runtime import Request, Role, http


@http("PUT", "/members/{member_id}", role=Role.ADMIN, body=MemberChange)
def update_member(request: Request, member_id: UUID) -> Member:
    """Changes a member's role or status. Only an Owner touches Owners."""
    return members.change(request.member, member_id, request.body)
