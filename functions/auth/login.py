from shared.accounts import sessions
from shared.accounts.models import Login, Tokens
from shared.runtime import Request, http
from shared.runtime.session_cookie import hand_over
from shared.security.rate_limits import check_rate


@http("POST", "/auth/login", role=None, body=Login, rate="60/minute")
def login(request: Request) -> Tokens:
    """Opens a session. Slows guessing by address of the client and by e-mail address."""
    wanted: Login = request.body
    check_rate("15/minute", "login", wanted.email)
    return hand_over(request, sessions.log_in(wanted), wanted.token_transport)
