"""10,000 messages from launch to accepted and to final, counted at the simulator."""

import http.client
import json
import os
import time
from typing import Any

from tests.benchmarks.bench_import import fill
from tests.benchmarks.hub import PORT, Hub, fresh_camp, hub_processes, peak_memory_mb, wait_for
from tests.benchmarks.report import Report

MESSAGES = 10_000
PACE = 5_000  # messages per second the account allows: the hub is measured, not the carrier's limit
SENDER = "0212345678"
BODY = "안녕하세요 #{이름}님, 상도동 주민 모임 안내입니다."


def draft(hub: Hub) -> str:
    """A campaign to everybody by SMS."""
    sender = hub.call("POST", "/senders", {"kind": "phone", "value": SENDER, "label": "대표번호"})
    step = {"channel": "sms", "sender_id": sender["id"], "body": BODY}
    wanted = {"name": "측정", "purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    campaign_id: str = hub.call("POST", "/campaigns", wanted)["id"]
    return campaign_id


def connect_account(hub: Hub) -> str:
    """Gives the camp an account at the simulated carrier, with its webhook; returns the account's API key."""
    api_key, api_secret, webhook_secret = (os.urandom(12).hex() for _ in range(3))
    credentials = {"api_key": api_key, "api_secret": api_secret, "webhook_secret": webhook_secret}
    account = hub.call(
        "POST",
        "/carrier-accounts",
        {"carrier": "solapi", "credentials": credentials, "messages_per_second": PACE},
    )
    console(
        "PUT",
        f"accounts/{api_key}",
        {
            "api_secret": api_secret,
            "webhook_url": account["hooks"]["reports"],
            "webhook_secret": webhook_secret,
            "senders": [SENDER],
            "messages_per_second": PACE,
        },
    )
    return api_key


def console(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A call of the simulator's console."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT + 3, timeout=60)
    connection.request(method, f"/simulator/console/{path}", json.dumps(body) if body else None)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    return answer


def run() -> None:
    report = Report("send")
    hub = fresh_camp()
    fill(hub, MESSAGES)
    api_key = connect_account(hub)
    campaign_id = draft(hub)
    started = time.perf_counter()
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    launched = time.perf_counter() - started

    def stats() -> dict[str, Any]:
        answer: dict[str, Any] = hub.call("GET", f"/campaigns/{campaign_id}/stats")
        return answer

    def accepted() -> bool:
        s = stats()
        return bool(s["recipients"] == MESSAGES == s["sent"] + s["delivered"] + s["failed"])

    wait_for(accepted)
    all_accepted = time.perf_counter() - started
    wait_for(lambda: stats()["delivered"] + stats()["failed"] == MESSAGES)
    final = time.perf_counter() - started
    report.add("launch answered", launched, "s")
    report.add(f"{MESSAGES:,} messages: all accepted", all_accepted, "s", "≤ 15")
    report.add(f"{MESSAGES:,} messages: all final, reports applied", final, "s", "≤ 30")
    report.add("messages per second to accepted", MESSAGES / all_accepted, "1/s")
    counts = console("GET", f"counts?api_key={api_key}")["counts"]
    report.add("numbers that got a message", len(counts), "", str(MESSAGES))
    report.add("numbers that got it twice", sum(1 for n in counts.values() if n > 1), "", "0")
    for name, peak in sorted(peak_memory_mb(hub_processes()).items()):
        report.add(f"peak memory of any {name}", peak, "MB", "≤ 300" if name.startswith("worker") else "")
    report.finish()
