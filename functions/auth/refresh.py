from shared.accounts import sessions
from shared.accounts.models import Refresh, Tokens
from shared.kernel.errors import Unauthenticated
from shared.runtime import Request, http
from shared.runtime.session_cookie import COOKIE, hand_over


@http("POST", "/auth/refresh", role=None, body=Refresh, rate="120/minute")
def refresh(request: Request) -> Tokens:
    """New tokens for the refresh token in the body or the cookie. Each refresh token works once."""
    in_body = request.body.refresh_token
    presented = in_body or request.raw.cookies.get(COOKIE)
    if not presented:
        raise Unauthenticated("accounts.session_ended")
    return hand_over(request, sessions.refresh(presented), "body" if in_body else "cookie")
