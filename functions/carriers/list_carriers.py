from shared.messaging import accounts
from shared.messaging.account_models import CarrierView
from shared.runtime import Page, Request, Role, http


@http("GET", "/carriers", role=Role.ADMIN)
def list_carriers(request: Request) -> Page[CarrierView]:
    """Carriers that an account can be registered at, with the credentials each asks for."""
    return Page(accounts.carriers(request.language))
