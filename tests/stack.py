"""A whole hub of its own for end-to-end and fault tests: started by the hub command, as a newcomer would."""

import json
import os
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import redis

from infra.hub.settings import from_environment

ROOT = Path(__file__).resolve().parents[1]
# Each test process has a stack of its own: what breaks one must not disturb the other's browser.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
HOME = ROOT / (f".hub-e2e-{_WORKER}" if _WORKER else ".hub-e2e")
PORT = int(os.environ.get("HANPYO_E2E_PORT", "18180")) + 20 * _WORKER
CLOCK, CLOCK_FILE = ROOT / "tests" / "faults" / "jumping_clock", "clock-offset"

# The test run's own services must not become the stack's.
_NOT_PASSED_ON = (
    "DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "BROKER_URL", "STORAGE_URL", "HANPYO_MASTER_KEY_FILE",
    "HANPYO_JWT_KEY_FILE", "HANPYO_PUBLIC_URL", "HANPYO_SIMULATOR_URL", "SOLAPI_BASE_URL", "HANPYO_LOG_LEVEL",
    "PROMETHEUS_MULTIPROC_DIR", "HANPYO_CHOSEN", "HANPYO_ENV",
    "NHN_SMS_BASE_URL", "NHN_KAKAO_BASE_URL", "SENS_BASE_URL", "ALIGO_BASE_URL", "ALIGO_KAKAO_BASE_URL",
)  # fmt: skip

_DATA = ("files", "logs", "postgres", "redis", "secrets", "simulator")

T = TypeVar("T")
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Stack:
    """A running hub."""

    url: str = f"http://127.0.0.1:{PORT}"
    simulator: str = f"http://127.0.0.1:{PORT + 3}"
    home: Path = HOME

    def start(self) -> None:
        """`./hub up -d` without the data of an earlier run, whose schema may be another; builds are kept.

        Raises AssertionError with what it printed.
        """
        self.stop()
        for place in {self.home, self.service_root}:
            for name in _DATA:
                shutil.rmtree(place / name, ignore_errors=True)
        self.home.mkdir(exist_ok=True)
        (self.home / CLOCK_FILE).touch()
        self.set_clock_ahead(0)
        self._hub("up", "-d")

    @property
    def service_root(self) -> Path:
        """Where PostgreSQL and Redis keep their files: not in the home when root runs us in a closed one."""
        return from_environment({"HANPYO_HOME": str(self.home), "HANPYO_PORT": str(PORT)}).service_root

    def secret(self, name: str) -> str:
        """A password of this stack's own services."""
        return (self.home / "secrets" / name).read_text(encoding="utf-8").strip()

    def superuser(self) -> Connection:
        """A connection that sees everything, each statement a transaction of its own."""
        return psycopg.connect(
            host="127.0.0.1",
            port=PORT + 4,
            user="postgres",
            dbname="hanpyo",
            password=self.secret("postgres_superuser"),
            autocommit=True,
        )

    def forget_rates(self) -> None:
        """Forgets who did what how often: all tests come from one address, as if each were another day."""
        limits = redis.Redis(port=PORT + 5, password=self.secret("redis"))
        for key in limits.scan_iter("hanpyo:limits*"):
            limits.delete(key)

    def set_clock_ahead(self, seconds: float) -> None:
        """Sets the wall clock of all processes of the hub, at once, to so much ahead of the true one."""
        with (self.home / CLOCK_FILE).open("r+b") as clock:
            clock.write(struct.pack("d", seconds))

    def stop(self) -> None:
        self._hub("down")

    def _hub(self, *arguments: str) -> str:
        environment = {k: v for k, v in os.environ.items() if k not in _NOT_PASSED_ON}
        # Short windows: a message whose answer was lost is settled within the test's patience.
        environment |= {
            "HANPYO_HOME": str(self.home),
            "HANPYO_PORT": str(PORT),
            "HANPYO_SEND_DEADLINE_SECONDS": "8",
            "HANPYO_UNKNOWN_GRACE_SECONDS": "6",
            "HANPYO_LISTING_GRACE_SECONDS": "10",
            "HANPYO_REPORT_POLL_SECONDS": "5",
            "HANPYO_RECOVERY_SECONDS": "5",
            "HANPYO_DELIVERY_RETRIES": "0",
            "PYTHONPATH": str(CLOCK),
        }
        done = subprocess.run(
            [str(ROOT / "hub"), *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"./hub {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def processes(self, *words: str) -> list[int]:
        """Ids of this stack's processes whose command line has all the words."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            ours = f"HANPYO_PORT={PORT}".encode() in environment
            if ours and all(word in command for word in words):
                found.append(int(entry.name))
        return found

    def kill(self, *words: str) -> int:
        """kill −9 of every such process of this stack; how many there were."""
        victims = self.processes(*words)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        return len(victims)


class Camp:
    """A camp on a running hub, over HTTP."""

    def __init__(self, stack: Stack, *, name: str = "최시험", organization: str = "시험 캠프") -> None:
        self.stack = stack
        self.email = f"e2e-{os.urandom(5).hex()}@example.com"
        self.password = f"e2e {os.urandom(8).hex()}"
        self.http = httpx.Client(base_url=f"{stack.url}/api/v1", timeout=60)
        self.webhooks: dict[str, tuple[str, str]] = {}  # API key → the address of reports, their secret
        stack.forget_rates()
        answer = self.call(
            "POST",
            "/auth/register",
            json={
                "email": self.email,
                "password": self.password,
                "name": name,
                "organization": organization,
                "token_transport": "body",
            },
        )
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def log_in(self) -> bool:
        """Logs in again, after a while; False when the API does not answer."""
        wanted = {"email": self.email, "password": self.password, "token_transport": "body"}
        try:
            answer = httpx.post(f"{self.stack.url}/api/v1/auth/login", json=wanted, timeout=30)
        except httpx.HTTPError:
            return False
        if answer.is_success:
            self.http.headers["Authorization"] = f"Bearer {answer.json()['data']['access_token']}"
        return answer.is_success

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The `data` of a successful answer."""
        answer = self.http.request(method, path, **options)
        assert answer.is_success, f"{method} {path} → {answer.status_code} {answer.text[:500]}"
        return answer.json()["data"] if answer.content else None

    def upload(self, content: bytes, **options: Any) -> str:
        """Uploads a file; the import's id."""
        files = {"file": ("명단.csv", content, "text/csv")}
        data = {"options": json.dumps(options, ensure_ascii=False)}
        import_id: str = self.call("POST", "/contacts/imports", files=files, data=data)["id"]
        return import_id

    def finished_import(self, import_id: str, timeout_seconds: float = 120) -> dict[str, Any]:
        def done() -> dict[str, Any] | None:
            state: dict[str, Any] = self.call("GET", f"/contacts/imports/{import_id}")
            return state if state["status"] in ("completed", "failed", "awaiting_mapping") else None

        return wait_for(done, timeout_seconds)

    def connect_account(
        self, messages_per_second: int = 2000, carrier: str = "solapi", **settings: Any
    ) -> str:
        """An account at the simulated carrier, known to both sides; its API key."""
        api_key, secret, webhook_secret = (os.urandom(12).hex() for _ in range(3))
        own = {"user_id": "camp"} if carrier == "aligo" else {"api_secret": secret}
        own |= {"sms_service": "ncp:sms:kr:123456789012:camp"} if carrier == "sens" else {}
        account = self.call(
            "POST",
            "/carrier-accounts",
            json={
                "carrier": carrier,
                "credentials": {"api_key": api_key, "webhook_secret": webhook_secret, **own},
                "messages_per_second": messages_per_second,
            },
        )
        self.webhooks[api_key] = (account["hooks"]["reports"], webhook_secret)
        self.console(
            "PUT",
            f"accounts/{api_key}",
            {
                "carrier": carrier,
                "api_secret": secret,
                "credentials": {name: value for name, value in own.items() if name != "api_secret"},
                "webhook_url": account["hooks"]["reports"],
                "inbound_url": account["hooks"]["inbound"],
                "webhook_secret": webhook_secret,
                "messages_per_second": 10_000,
                **settings,
            },
        )
        return api_key

    def console(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the simulator's console."""
        url = f"{self.stack.simulator}/simulator/console/{path}"
        answer = httpx.request(method, url, json=body, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def launch(self, body: str, *, sender: str = "0212345678", **campaign: Any) -> str:
        """Creates and launches an SMS campaign to everybody; its id."""
        sender_id = self.call("POST", "/senders", json={"kind": "phone", "value": sender})["id"]
        step = {"channel": "sms", "sender_id": sender_id, "body": body}
        wanted = {
            "name": "시험",
            "purpose": "event_notice",
            "audience": {"all": True},
            "steps": [step],
            **campaign,
        }
        campaign_id: str = self.call("POST", "/campaigns", json=wanted)["id"]
        self.call("POST", f"/campaigns/{campaign_id}/launch")
        return campaign_id

    def stats(self, campaign_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"/campaigns/{campaign_id}/stats")
        return answer

    def finished_campaign(self, campaign_id: str, timeout_seconds: float = 120) -> dict[str, Any]:
        def done() -> dict[str, Any] | None:
            stats = self.stats(campaign_id)
            return stats if stats["status"] == "completed" else None

        return wait_for(done, timeout_seconds)


def wait_for(done: Callable[[], T | None], timeout_seconds: float = 60, every: float = 0.2) -> T:
    """Polls until `done` answers something true."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        found = done()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {timeout_seconds} s in vain"
        time.sleep(every)
