from shared.kernel.clock import utc_now
from shared.messaging import clicks
from shared.runtime import Request, http


@http("GET", "/l/{token}", role=None, prefix="")
def follow_link(request: Request, token: str) -> None:
    """Leads from a short link to its address; a click counts when a person's browser makes it."""
    purpose = request.header("Sec-Purpose") or request.header("Purpose")
    human = clicks.looks_human(request.header("User-Agent"), purpose)
    counts = human and clicks.within_rate(token, request.remote_address)
    request.headers_to_set["Location"] = clicks.follow(token, counts=counts, now=utc_now())
    request.status = 302
