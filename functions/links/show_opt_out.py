from shared.messaging import refusal_page
from shared.runtime import Request, Stream, http


@http("GET", "/l/{token}/opt-out", role=None, prefix="", rate="600/minute")
def show_opt_out(request: Request, token: str) -> Stream:
    """The page on which a recipient refuses further messages; opening it refuses nothing."""
    return Stream([refusal_page.ask(token)], "text/html; charset=utf-8", "")
