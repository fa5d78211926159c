from shared.accounts import members, sessions
from shared.accounts.models import Acceptance, Tokens
from shared.kernel.database import tenant_transaction
from shared.runtime import Request, http
from shared.runtime.session_cookie import hand_over


@http("POST", "/auth/accept-invitation", role=None, body=Acceptance, status=201, rate="20/hour")
def accept_invitation(request: Request) -> Tokens:
    """Sets the invited member's name and password, and logs the member in. An invitation works once."""
    tenant_id, member_id = members.accept(request.body)
    with tenant_transaction(tenant_id) as connection:
        opened = sessions.open_session(connection, tenant_id, member_id)
    return hand_over(request, opened, request.body.token_transport)
