"""The real nginx with the generated configuration, in front of nothing: what the gateway itself answers."""

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.hub import files, nginx, packages, processes
from infra.hub import settings as hub_settings
from infra.hub.settings import Settings


@dataclass
class Answer:
    """A response as a client sees it."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["error"]
        return found


@dataclass
class Gateway:
    """A running nginx."""

    port: int
    log: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """nginx whose upstreams are down."""
    home = tmp_path_factory.mktemp("gateway")
    with pytest.MonkeyPatch.context() as patched:
        # Inside pytest's private directories there is nobody to hand files to.
        patched.setattr(hub_settings, "reachable_by_others", lambda _path: True)
        for module in (nginx, files):
            patched.setattr(module, "service_user", lambda: None)
        settings = Settings(home=home / "home", port=free_port())
        files.lay_out(settings)
        nginx.prepare(settings)
        yield from serve(settings, home / "log")


def serve(settings: Settings, log: Path) -> Iterator[Gateway]:
    program = shutil.which("nginx", path=packages.SYSTEM_PATH)
    assert program, "nginx is missing; ./hub test installs it"
    place = nginx.directory(settings)
    argv = [program, "-p", f"{place}/", "-e", "stderr", "-c", "nginx.conf"]
    with open(log, "wb") as output:
        server = subprocess.Popen(argv, stdout=output, stderr=output)
        assert processes.wait_until(lambda: listens(settings.port), 10), log.read_text()
        yield Gateway(settings.port, log)
        server.terminate()
        server.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("path", ["/api/v1/members/me", "/readyz", "/hooks/solapi/x/reports", "/l/abc"])
def test_an_api_that_is_down_is_an_envelope(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers.get_content_type() == "application/json"
    assert answer.error["code"] == "UNAVAILABLE"
    assert "다시 시도" in answer.error["message"]


def test_the_language_of_an_error_follows_the_client(gateway: Gateway) -> None:
    assert "try again" in gateway.ask("/api/v1/x", Accept_Language="en-US,en;q=0.9").error["message"]
    assert "다시 시도" in gateway.ask("/api/v1/x", Accept_Language="ko-KR,en;q=0.5").error["message"]


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        ("/api/v1/contacts/imports", 300, 413),
        ("/api/v1/contacts/imports", 200, 503),
        ("/api/v1/campaigns", 200, 413),
    ],
)
def test_too_large_a_body_is_refused_before_it_is_sent(
    gateway: Gateway, path: str, megabytes: int, status: int
) -> None:
    answer = gateway.ask(path, "POST", Content_Length=str(megabytes << 20), Expect="100-continue")
    assert answer.status == status
    assert answer.error["code"] == {413: "PAYLOAD_TOO_LARGE", 503: "UNAVAILABLE"}[status]


@pytest.mark.parametrize("path", ["/metrics", "/metrics/"])
def test_metrics_are_not_public(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert answer.status == 404
    assert answer.error["code"] == "NOT_FOUND"


def test_a_page_that_is_down_is_a_page(gateway: Gateway) -> None:
    answer = gateway.ask("/contacts")
    assert answer.status == 503
    assert answer.headers.get_content_type() == "text/html"
    assert "다시 시도".encode() in answer.body


def test_every_answer_has_the_security_headers(gateway: Gateway) -> None:
    for path in ("/", "/api/v1/x", "/metrics"):
        headers = gateway.ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"] is None


def test_behind_tls_browsers_are_told_to_stay_there(gateway: Gateway) -> None:
    assert gateway.ask("/", X_Forwarded_Proto="https").headers["Strict-Transport-Security"]


def test_searches_do_not_reach_the_log(gateway: Gateway) -> None:
    gateway.ask("/api/v1/contacts?q=01098765432", Referer="http://localhost/contacts?q=01098765432")
    assert processes.wait_until(lambda: "/api/v1/contacts" in gateway.log.read_text(), 5)
    written = gateway.log.read_text()
    assert "01098765432" not in written
    assert '"network":"127.0.0.0"' in written
