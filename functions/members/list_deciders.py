from shared.accounts import members
from shared.accounts.models import Decider
from shared.runtime import Page, Request, Role, http


@http("GET", "/members/deciders", role=Role.STAFF)
def list_deciders(request: Request) -> Page[Decider]:
    """The Owners and Admins by name: whom to ask for what one may not do oneself."""
    return Page(members.deciders(request.member))
