from shared.accounts import members, sessions
from shared.accounts.models import Registration, Tokens
from shared.kernel.database import tenant_transaction
from shared.runtime import Request, http
from shared.runtime.session_cookie import hand_over


@http("POST", "/auth/register", role=None, body=Registration, status=201, rate="20/hour")
def register(request: Request) -> Tokens:
    """Makes a camp (tenant) and its Owner, and logs the Owner in."""
    registration: Registration = request.body
    tenant_id, member_id = members.register(registration)
    with tenant_transaction(tenant_id) as connection:
        opened = sessions.open_session(connection, tenant_id, member_id)
    return hand_over(request, opened, registration.token_transport)
