"""100,000 messages from launch to accepted and to final, counted at the simulator; reports at the webhook."""

import hashlib
import http.client
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.bench_import import fill
from tests.benchmarks.hub import PORT, Hub, PeakMemory, fresh_camp, wait_for
from tests.benchmarks.report import Report, percentile

MESSAGES = 100_000
PACE = 20_000  # messages per second the account allows: the hub is measured, not the carrier's limit
SENDER = "0212345678"
BODY = "안녕하세요 #{이름}님, 상도동 주민 모임 안내입니다."
REPORTS_PER_CALL, CALLS, CALLERS = 100, 400, 8
SCALE = {"launch": 5 / 100_000, "accepted": 35 / 100_000, "final": 60 / 100_000}


class Account:
    """The camp's account at the simulated carrier, with its webhook."""

    def __init__(self, hub: Hub) -> None:
        self.key, secret, self._webhook_secret = (os.urandom(12).hex() for _ in range(3))
        credentials = {"api_key": self.key, "api_secret": secret, "webhook_secret": self._webhook_secret}
        account = hub.call(
            "POST",
            "/carrier-accounts",
            {"carrier": "solapi", "credentials": credentials, "messages_per_second": PACE},
        )
        self._hook = urlsplit(account["hooks"]["reports"]).path
        wanted = {
            "api_secret": secret,
            "webhook_url": account["hooks"]["reports"],
            "webhook_secret": self._webhook_secret,
            "senders": [SENDER],
            "messages_per_second": PACE,
        }
        console("PUT", f"accounts/{self.key}", wanted)

    def counts(self) -> dict[str, int]:
        """How many messages each number got."""
        counts: dict[str, int] = console("GET", f"counts?api_key={self.key}")["counts"]
        return counts

    def report(self, connection: http.client.HTTPConnection, body: bytes) -> float:
        """Calls the webhook as the carrier does; seconds until it has answered. Raises RuntimeError."""
        headers = {
            "Content-Type": "application/json",
            "X-Solapi-Event-Name": "SINGLE-REPORT",
            "X-Solapi-Secret": hashlib.sha1(self._webhook_secret.encode()).hexdigest(),
        }
        started = time.perf_counter()
        connection.request("POST", self._hook, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the webhook answered {answer.status}")
        return time.perf_counter() - started


def draft(hub: Hub) -> str:
    """A campaign to everybody by SMS."""
    sender = hub.call("POST", "/senders", {"kind": "phone", "value": SENDER, "label": "대표번호"})
    step = {"channel": "sms", "sender_id": sender["id"], "body": BODY}
    wanted = {"name": "측정", "purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    campaign_id: str = hub.call("POST", "/campaigns", wanted)["id"]
    return campaign_id


def console(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A call of the simulator's console."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT + 3, timeout=60)
    connection.request(method, f"/simulator/console/{path}", json.dumps(body) if body else None)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    return answer


def run(messages: int = MESSAGES) -> None:
    """Measures with a campaign of so many messages."""
    report = Report("send")
    with PeakMemory() as peaks:
        hub = fresh_camp()
        fill(hub, messages)
        account = Account(hub)
        _send(report, hub, draft(hub), messages)
        counts = account.counts()
        report.add("numbers that got a message", len(counts), "", str(messages))
        report.add("numbers that got it twice", sum(1 for n in counts.values() if n > 1), "", "0")
        _report(report, account)
    for name, peak in sorted(peaks.of_each.items()):
        report.add(f"peak memory of any {name}", peak, "MB", "≤ 300" if name.startswith("worker") else "")
    report.finish()


def _send(report: Report, hub: Hub, campaign_id: str, messages: int) -> None:
    def stats() -> dict[str, Any]:
        answer: dict[str, Any] = hub.call("GET", f"/campaigns/{campaign_id}/stats")
        return answer

    started = time.perf_counter()
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    report.add("launch answered", time.perf_counter() - started, "s")
    marks = {
        f"{messages:,} recipients launched": (
            "launch",
            lambda s: s["recipients"] == messages and s["status"] == "sending",
        ),
        f"{messages:,} messages: all accepted": (
            "accepted",
            lambda s: s["sent"] + s["delivered"] + s["failed"] == messages,
        ),
        f"{messages:,} messages: all final, reports applied": (
            "final",
            lambda s: s["delivered"] + s["failed"] == messages,
        ),
    }
    for measure, (bar, reached) in marks.items():
        wait_for(lambda reached=reached: reached(stats()))  # type: ignore[misc]
        seconds = time.perf_counter() - started
        report.add(measure, seconds, "s", f"≤ {SCALE[bar] * messages:g}")
        if bar == "accepted":
            report.add("messages per second to accepted", messages / seconds, "1/s", "≥ 3000")


def _report(report: Report, account: Account) -> None:
    """Delivery reports of messages nobody knows, as fast as the webhook takes them."""
    local = threading.local()

    def call(number: int) -> float:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        return account.report(local.connection, _reports(number))

    started = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as callers:
        times = list(callers.map(call, range(CALLS)))
    seconds = time.perf_counter() - started
    report.add("reports taken at the webhook", CALLS * REPORTS_PER_CALL / seconds, "1/s", "≥ 5000")
    report.add("a webhook call of 100 reports: p99", percentile(times, 0.99) * 1000, "ms", "≤ 100")


def _reports(number: int) -> bytes:
    items = [
        {
            "messageId": f"M4V{number:06}{i:03}",
            "groupId": f"G4V{number:06}",
            "statusCode": "4000",
            "to": "01000000000",
            "from": SENDER,
            "type": "SMS",
            "dateReceived": "2026-11-21T01:00:00.000Z",
        }
        for i in range(REPORTS_PER_CALL)
    ]
    return json.dumps(items).encode()
