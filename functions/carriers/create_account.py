from shared.messaging import accounts
from shared.messaging.account_models import AccountDraft, AccountView
from shared.runtime import Request, Role, http


@http("POST", "/carrier-accounts", role=Role.ADMIN, body=AccountDraft, status=201, idempotent=True)
def create_account(request: Request) -> AccountView:
    """Registers an account; what is launched from now on leaves through it."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return accounts.create(connection, cipher, request.body, member.member_id)
