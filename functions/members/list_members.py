from shared.accounts import members
from shared.accounts.models import Member
from shared.runtime import Page, Request, Role, http


@http("GET", "/members", role=Role.ADMIN)
def list_members(request: Request) -> Page[Member]:
    """Every member of the camp."""
    return Page(members.list_all(request.member))
