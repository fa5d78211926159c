from shared.accounts import sessions
from shared.runtime import Request, Role, http
from shared.runtime.session_cookie import set_refresh_cookie


@http("POST", "/auth/logout", role=Role.STAFF, status=204)
def logout(request: Request) -> None:
    """Ends the session; its access token stops working at once."""
    sessions.log_out(request.member)
    set_refresh_cookie(request, "", 0)
