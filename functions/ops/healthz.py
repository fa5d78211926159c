from shared.runtime import Request, http


@http("GET", "/healthz", role=None, prefix="")
def healthz(request: Request) -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}
