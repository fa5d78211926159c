"""A running hub as a benchmark sees it: a fresh camp, plain HTTP through the gateway, memory of processes."""

import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PORT = int(os.environ.get("HANPYO_PORT", "8080"))


@dataclass
class Hub:
    """One keep-alive connection to the gateway, logged in as the Owner of a fresh camp."""

    token: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=300)

    def another(self) -> "Hub":
        """The same login over a connection of its own."""
        return Hub(self.token)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The `data` of an answer. Raises RuntimeError with the error's code."""
        return self.answer(method, path, body, headers)["data"]

    def answer(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """The whole envelope of an answer."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        self._connection.request(method, f"/api/v1{path}", body, sent)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path} → {response.status} {content[:300].decode()}")
        envelope: dict[str, Any] = json.loads(content) if content else {"data": None}
        return envelope

    def upload(self, path: str, file: bytes, options: dict[str, Any], name: str = "voters.csv") -> Any:
        boundary = "hanpyo-benchmark"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="options"\r\n\r\n'
            f"{json.dumps(options, ensure_ascii=False)}\r\n"
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body = head + file + f"\r\n--{boundary}--\r\n".encode()
        return self.call("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def fresh_camp() -> Hub:
    """Registers a camp for this run and logs in."""
    hub = Hub()
    answer = hub.call(
        "POST",
        "/auth/register",
        {
            "email": f"bench-{os.urandom(6).hex()}@example.com",
            "password": os.urandom(12).hex(),
            "name": "측정",
            "organization": "측정 캠프",
            "token_transport": "body",
        },
    )
    hub.token = answer["access_token"]
    return hub


def wait_for(done: Callable[[], Any], *, timeout_seconds: float = 600, every: float = 0.1) -> Any:
    """Polls until `done` answers something true and returns it."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        found = done()
        if found:
            return found
        time.sleep(every)
    raise TimeoutError("the benchmark waited too long")


def hub_processes() -> dict[str, list[int]]:
    """Process ids of the hub's Python workers by their Procfile name, found by the hub's own environment."""
    home = os.environ.get("HANPYO_HOME", ".hub")
    found: dict[str, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # the process is gone, or somebody else's
        if f"HANPYO_PORT={PORT}".encode() not in environment or not home:
            continue
        name = _process_name(command)
        if name:
            found.setdefault(name, []).append(int(entry.name))
    return found


_WORKERS = {
    "ingest": "worker-ingest",
    "default": "worker-jobs",
    "background": "worker-background",
    "sending": "worker-sending",
    "urgent": "worker-urgent",
    "reports": "worker-reports",
}


def _process_name(command: str) -> str | None:
    if "dramatiq" in command and "shared.runtime.worker" in command:
        for queue, name in _WORKERS.items():
            if f"--queues {queue} " in command:
                return name
    if "workbook_runner" in command:
        return "workbook"
    if "gunicorn" in command and "shared.runtime.wsgi" in command:
        return "api"
    return None


def peak_memory_mb(processes: dict[str, list[int]]) -> dict[str, float]:
    """The highest resident memory any process of each name has had, in MB."""
    peaks: dict[str, float] = {}
    for name, ids in processes.items():
        for pid in ids:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            peak = int(lines.get("VmHWM", "0 kB").split()[0]) / 1024
            peaks[name] = round(max(peaks.get(name, 0.0), peak), 1)
    return peaks


class PeakMemory:
    """Looks twice a second at the memory of the hub's processes while something is measured.

    `of_each`: the highest resident memory of any process of each name, in MB.
    """

    def __init__(self) -> None:
        self.of_each: dict[str, float] = {}
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            for name, peak in peak_memory_mb(hub_processes()).items():
                self.of_each[name] = max(peak, self.of_each.get(name, 0.0))
