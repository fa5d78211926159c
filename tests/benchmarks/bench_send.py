"""Messages from launch to accepted and to final, counted at the simulator; reports at the webhook.

100,000 through a carrier that takes batches, with one message of high priority in the middle and the
dashboard's lag behind the ledger; 10,000 through one that takes a personal text a request (NHN Cloud).
"""

import hashlib
import http.client
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from shared.security.tokens import read_access_token
from tests.benchmarks.bench_import import fill, rest
from tests.benchmarks.hub import PORT, Hub, PeakMemory, fresh_camp, wait_for
from tests.benchmarks.ledger import accepted_times
from tests.benchmarks.report import Report, percentile

MESSAGES = 100_000
ONE_BY_ONE = 10_000
LOOK_SECONDS = 0.25  # between two looks at the dashboard, four times as often as the screen looks
PACE = 10_000  # messages per second the account allows: the hub is measured, not the carrier's limit
SENDER = "0212345678"
BODY = "안녕하세요 #{이름}님, 상도동 주민 모임 안내입니다."
REPORTS_PER_CALL, CALLS, CALLERS = 100, 400, 8
SCALE = {
    "launched": 5 / 100_000,
    "all accepted": 35 / 100_000,
    "all final, reports applied": 60 / 100_000,
}


class Batches:
    """The camp's account at a simulated carrier that takes batches (SOLAPI), with its webhook."""

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


class SingleTexts:
    """The camp's account at a simulated carrier that takes one personal text a request (NHN Cloud)."""

    def __init__(self, hub: Hub) -> None:
        self.key, secret, signature = (os.urandom(12).hex() for _ in range(3))
        credentials = {"api_key": self.key, "api_secret": secret, "webhook_secret": signature}
        draft = {"carrier": "nhn", "credentials": credentials, "messages_per_second": PACE}
        account = hub.call("POST", "/carrier-accounts", draft)
        wanted = {
            "carrier": "nhn",
            "api_secret": secret,
            "webhook_url": account["hooks"]["reports"],
            "webhook_secret": signature,
            "senders": [SENDER],
            "messages_per_second": PACE,
        }
        console("PUT", f"accounts/{self.key}", wanted)


def counts(key: str) -> dict[str, int]:
    """How many messages each number got from an account."""
    found: dict[str, int] = console("GET", f"counts?api_key={key}")["counts"]
    return found


def draft(hub: Hub, audience: dict[str, Any], priority: str = "medium", retries: int | None = None) -> str:
    """A campaign by SMS; one text would not be sent to the same people twice in a day."""
    senders = hub.call("GET", "/senders")
    sender = next(iter(senders), None) or hub.call(
        "POST", "/senders", {"kind": "phone", "value": SENDER, "label": "대표번호"}
    )
    step = {
        "channel": "sms",
        "sender_id": sender["id"],
        "body": f"{BODY} ({secrets.token_hex(2)})",
        "retries": retries,
    }
    wanted = {"name": "측정", "purpose": "event_notice", "audience": audience, "priority": priority}
    campaign_id: str = hub.call("POST", "/campaigns", {**wanted, "steps": [step]})["id"]
    return campaign_id


def console(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A call of the simulator's console."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT + 3, timeout=60)
    connection.request(method, f"/simulator/console/{path}", json.dumps(body) if body else None)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    return answer


def run(messages: int = MESSAGES) -> None:
    """Measures with a campaign of so many messages, and a tenth of it one by one."""
    report = Report("send")
    with PeakMemory() as peaks:
        _in_batches(report, messages)
        _one_by_one(report, min(messages, ONE_BY_ONE))
    for name, peak in sorted(peaks.of_each.items()):
        report.add(f"peak memory of any {name}", peak, "MB", "≤ 300" if name.startswith("worker") else "")
    report.finish()


def _in_batches(report: Report, messages: int) -> None:
    hub = fresh_camp()
    fill(hub, messages)
    rest(hub)
    hub.call("PUT", "/quota", {"limit": 2 * messages})
    account = Batches(hub)
    campaign_id = draft(hub, {"all": True})
    urgent = draft(hub, {"contact_ids": [hub.call("GET", "/contacts?limit=1")[0]["id"]]}, "high")
    _send(report, hub, campaign_id, messages, urgent)
    got = counts(account.key)
    report.add("numbers that got a message", len(got), "", str(messages))
    report.add("messages at the carrier", sum(got.values()), "", str(messages + 1))
    report.add("most messages to one number", max(got.values()), "", "2: one of each campaign")
    _report(report, account)


def _one_by_one(report: Report, messages: int) -> None:
    hub = fresh_camp()
    fill(hub, messages)
    rest(hub)
    account = SingleTexts(hub)
    campaign_id = draft(hub, {"all": True})
    started = time.perf_counter()
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    wait_for(lambda: _accepted(_stats(hub, campaign_id)) == messages, every=LOOK_SECONDS)
    seconds = time.perf_counter() - started
    report.add(f"{messages:,} messages, a request each: all accepted", seconds, "s", "≤ 15")
    got = counts(account.key)
    report.add("of these: numbers that got one", sum(n == 1 for n in got.values()), "", str(messages))


def _stats(hub: Hub, campaign_id: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.call("GET", f"/campaigns/{campaign_id}/stats")
    return found


def _accepted(stats: dict[str, Any]) -> int:
    total: int = stats["sent"] + stats["delivered"] + stats["failed"]
    return total


def _send(report: Report, hub: Hub, campaign_id: str, messages: int, urgent: str) -> None:
    seen: list[tuple[float, int]] = []  # the clock and the dashboard's number of accepted messages

    def stats() -> dict[str, Any]:
        answer = _stats(hub, campaign_id)
        seen.append((time.time(), _accepted(answer)))
        return answer

    started = time.perf_counter()
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    report.add("launch answered", time.perf_counter() - started, "s")

    def until(bar: str, reached: Callable[[dict[str, Any]], bool]) -> float:
        wait_for(lambda: reached(stats()), every=LOOK_SECONDS)
        seconds = time.perf_counter() - started
        report.add(f"{messages:,} messages: {bar}", seconds, "s", f"≤ {SCALE[bar] * messages:g}")
        return seconds

    until("launched", lambda s: s["recipients"] == messages and s["status"] == "sending")
    wait_for(lambda: _accepted(stats()) >= messages // 4, every=LOOK_SECONDS)
    report.add("a message of high priority meanwhile: accepted", _urgent(hub, urgent), "s", "≤ 2")
    seconds = until("all accepted", lambda s: _accepted(s) == messages)
    report.add("messages per second to accepted", messages / seconds, "1/s", "≥ 3000")
    until("all final, reports applied", lambda s: s["delivered"] + s["failed"] == messages)
    report.add("dashboard behind the ledger, at most", _lag(hub, campaign_id, seen), "s", "≤ 1")


def _urgent(hub: Hub, campaign_id: str) -> float:
    """Seconds from the launch of a campaign for one person until the carrier has it."""
    started = time.perf_counter()
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    wait_for(lambda: _accepted(_stats(hub, campaign_id)) == 1, every=0.02)
    return time.perf_counter() - started


def _lag(hub: Hub, campaign_id: str, seen: Sequence[tuple[float, int]]) -> float:
    """The most seconds by which an accepted message was missing in the dashboard when it was looked at."""
    times = accepted_times(read_access_token(hub.token).tenant_id, campaign_id)
    late = (at - times[count] for at, count in seen if count < len(times))
    return max(0.0, *late)


def _report(report: Report, account: Batches) -> None:
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
