from shared.messaging import refusal_page
from shared.runtime import Request, Stream, http


@http("POST", "/l/{token}/opt-out", role=None, prefix="", rate="600/minute")
def take_opt_out(request: Request, token: str) -> Stream:
    """Opts the recipient of a link out, without a login: the tap on the page's button."""
    return Stream([refusal_page.refuse(token)], "text/html; charset=utf-8", "")
