"""The refresh token's cookie."""

from shared.accounts.models import Tokens
from shared.accounts.sessions import SESSION_LIFETIME, Opened
from shared.kernel.config import settings
from shared.runtime.exchange import Request

COOKIE = "hanpyo_refresh"
PATH = "/api/v1/auth"


def hand_over(request: Request, opened: Opened, transport: str) -> Tokens:
    """The answer with the refresh token where the client wants it: in the body, or in an HttpOnly cookie."""
    if transport == "body":
        return opened.tokens.model_copy(update={"refresh_token": opened.refresh_token})
    set_refresh_cookie(request, opened.refresh_token, int(SESSION_LIFETIME.total_seconds()))
    return opened.tokens


def set_refresh_cookie(request: Request, value: str, max_age: int) -> None:
    """Sets the cookie; `max_age` 0 removes it. Secure whenever the hub is served over HTTPS."""
    request.set_cookie(
        COOKIE,
        value,
        path=PATH,
        max_age=max_age,
        http_only=True,
        same_site="Strict",
        secure=settings().public_url.startswith("https://"),
    )
