from uuid import UUID

from shared.messaging import accounts
from shared.runtime import Request, Role, http


@http("DELETE", "/carrier-accounts/{account_id}", role=Role.ADMIN)
def delete_account(request: Request, account_id: UUID) -> None:
    """Stops using an account; reports of what it carried are still taken."""
    with request.transaction() as connection:
        accounts.remove(connection, account_id, request.member.member_id)
