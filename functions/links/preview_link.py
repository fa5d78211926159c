from shared.kernel.clock import utc_now
from shared.messaging import clicks
from shared.runtime import Request, http


@http("HEAD", "/l/{token}", role=None, prefix="")
def preview_link(request: Request, token: str) -> None:
    """Says where a short link leads without counting a click: programs ask this way, people do not."""
    request.headers_to_set["Location"] = clicks.follow(token, counts=False, now=utc_now())
    request.status = 302
