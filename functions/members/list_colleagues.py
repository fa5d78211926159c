from shared.accounts import members
from shared.accounts.models import Colleague
from shared.runtime import Page, Request, Role, http


@http("GET", "/members/colleagues", role=Role.STAFF)
def list_colleagues(request: Request) -> Page[Colleague]:
    """The active members by name: whom to give a conversation to."""
    return Page(members.colleagues(request.member))
