import os

from prometheus_client import CONTENT_TYPE_LATEST

from shared.kernel.metrics import exposition
from shared.runtime import Request, Stream, http


@http("GET", "/metrics", role=None, prefix="")
def metrics(request: Request) -> Stream:
    """Prometheus metrics of every process. The public gateway does not pass this path on."""
    body = exposition(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
    return Stream([body], CONTENT_TYPE_LATEST, "")
