"""Metrics of all containers on one port: GET /<service> answers for the service of that name.

Every service writes its figures below /data/metrics/<service>, because process numbers, which name
the files, repeat between containers.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

from prometheus_client import CollectorRegistry, make_wsgi_app, multiprocess

ROOT = Path(os.environ.get("HANPYO_METRICS_ROOT") or "/data/metrics")
PORT = 9100


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The exposition of one service; 404 for a name that has no directory."""
    name = str(environ.get("PATH_INFO", "")).strip("/")
    if name not in services():
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b""]
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=str(ROOT / name))  # type: ignore[no-untyped-call]
    answer: Iterable[bytes] = make_wsgi_app(registry)({**environ, "PATH_INFO": "/"}, start_response)
    return answer


def services() -> set[str]:
    return {place.name for place in ROOT.iterdir() if place.is_dir()}


def main() -> None:
    """Serve until stopped."""
    with make_server("0.0.0.0", PORT, app) as server:  # noqa: S104 inside the Compose network
        server.serve_forever()


if __name__ == "__main__":
    main()
