"""The real simulator as its own process, and a webhook that remembers what it was told."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.messaging.gateways import OutgoingMessage, SolapiGateway

ROOT = Path(__file__).resolve().parents[3]
SENDER = "0212345678"
CHANNEL = "KA01PF000000000000000000000000test"
TEMPLATE = "KA01TP000000000000000000000000test"
SECRET = "a-webhook-secret"
API_SECRET = "an-api-secret-of-32-characters!!"

HTTP = httpx.Client(trust_env=False)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition; fails the test when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Simulator:
    """A running simulator."""

    url: str
    home: Path

    def put(self, api_key: str, **settings: Any) -> httpx.Response:
        url = f"{self.url}/simulator/console/accounts/{api_key}"
        return HTTP.put(url, json=settings)

    def faults(self, api_key: str, **faults: Any) -> None:
        body = {"api_key": api_key, **faults}
        answer = HTTP.post(f"{self.url}/simulator/console/faults", json=body)
        answer.raise_for_status()

    def get(self, path: str, **query: Any) -> Any:
        return HTTP.get(self.url + path, params=query).raise_for_status().json()

    def counts(self, api_key: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.get("/simulator/console/counts", api_key=api_key)
        return answer


def start(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """The documented start command on `port`; returns when it answers."""
    command = ["-m", "gunicorn", "-c", "infra/simulator/gunicorn.py", "infra.simulator.app:app"]
    environment = {**os.environ, "HANPYO_HOME": str(home), "HANPYO_PORT": str(port - 3)}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )

    def answers() -> bool:
        assert process.poll() is None, "the simulator did not start"
        try:
            return HTTP.get(f"http://127.0.0.1:{port}/simulator/").is_success
        except httpx.TransportError:
            return False

    wait_until(answers, 20)
    return process


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One simulator for the whole run; each test has an account of its own."""
    home, port = tmp_path_factory.mktemp("simulator"), free_port()
    process = start(home, port)
    yield Simulator(f"http://127.0.0.1:{port}", home)
    process.send_signal(signal.SIGQUIT)  # at once: idle connections would be waited for
    process.wait(10)


@dataclass
class Receiver:
    """A webhook: its address, the calls it got, and the answers it gives."""

    url: str
    calls: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def items(self) -> list[Any]:
        return [item for _, body in self.calls for item in body]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook that answers 200, or what a test puts into `statuses`."""
    received = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.bodies.append(raw)
            received.calls.append((headers, json.loads(raw)))
            self.send_response(received.statuses.pop(0) if received.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


@dataclass
class Line:
    """An account at the simulator with its gateway and its webhook."""

    api_key: str
    gateway: SolapiGateway
    simulator: Simulator
    receiver: Receiver


@pytest.fixture
def line(simulator: Simulator, receiver: Receiver) -> Line:
    """A fresh account with one sender, one channel and one template; quick deliveries."""
    api_key = "NCS" + secrets.token_hex(8).upper()
    template = {
        "template_id": TEMPLATE,
        "channel": CHANNEL,
        "content": "#{이름}님, 행사는 #{날짜}입니다.",
        "buttons": [{"name": "자세히", "type": "WL", "link_mobile": "https://x.example/#{코드}"}],
    }
    simulator.put(
        api_key,
        api_secret=API_SECRET,
        webhook_url=receiver.url,
        webhook_secret=SECRET,
        inbound_url=receiver.url,
        senders=[SENDER],
        channels=[CHANNEL],
        templates=[template],
        latency_ms=50,
        timeout_ms=300,
        webhook_backoff_ms=20,
    ).raise_for_status()
    gateway = SolapiGateway(simulator.url, api_key, API_SECRET, SECRET)
    return Line(api_key, gateway, simulator, receiver)


def text_message(to: str, text: str = "안녕하세요", **fields: Any) -> OutgoingMessage:
    return OutgoingMessage(secrets.token_hex(16), to, SENDER, "sms", text, **fields)


def alimtalk(to: str, text: str = "홍길동님, 행사는 내일입니다.") -> OutgoingMessage:
    return OutgoingMessage(
        secrets.token_hex(16),
        to,
        SENDER,
        "alimtalk",
        text,
        channel_id=CHANNEL,
        template_id=TEMPLATE,
        variables={"이름": "홍길동", "날짜": "내일", "코드": "a1"},
    )
