from uuid import UUID

from shared.messaging import accounts
from shared.messaging.account_models import AccountChange, AccountView
from shared.runtime import Request, Role, http


@http("PUT", "/carrier-accounts/{account_id}", role=Role.ADMIN, body=AccountChange)
def update_account(request: Request, account_id: UUID) -> AccountView:
    """Changes an account's pace or secrets."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return accounts.change(connection, cipher, account_id, request.body, member.member_id)
