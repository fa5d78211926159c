from shared.kernel.clock import utc_now
from shared.messaging import accounts
from shared.messaging.account_models import AccountView
from shared.runtime import Page, Request, Role, http


@http("GET", "/carrier-accounts", role=Role.ADMIN)
def list_accounts(request: Request) -> Page[AccountView]:
    """Accounts at carriers, without their secrets."""
    with request.transaction() as connection:
        return Page(accounts.list_all(connection, request.cipher(connection), utc_now()))
