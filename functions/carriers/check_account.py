from uuid import UUID

from shared.messaging import account_checks
from shared.messaging.account_checks import AccountCheck
from shared.runtime import Request, Role, http


@http("POST", "/carrier-accounts/{account_id}/test", role=Role.ADMIN)
def check_account(request: Request, account_id: UUID) -> AccountCheck:
    """Asks the carrier whether it knows the account, for the money left and the senders; sends nothing."""
    return account_checks.check(request.tenant_id, account_id, request.language)
