"""Search through the gateway at 100,000 contacts with 8 clients, mixed questions."""

import random
import time
from threading import Thread
from urllib.parse import quote

from tests.benchmarks.bench_import import fill
from tests.benchmarks.hub import Hub, fresh_camp
from tests.benchmarks.people import people
from tests.benchmarks.report import Report, percentile

CONTACTS = 100_000
CLIENTS = 8
SECONDS = 15


def questions() -> dict[str, list[str]]:
    """Words to search for, by shape."""
    choose = random.Random(7)
    sample = choose.sample(list(people(CONTACTS)), 300)
    return {
        "full name": [name for name, *_ in sample],
        "given name": [name[1:] for name, *_ in sample],
        "surname only": [name[0] for name, *_ in sample],
        "four digits": [phone[-4:] for _, phone, *_ in sample],
        "whole phone": [phone for _, phone, *_ in sample],
        "e-mail": [email for _, _, email, *_ in sample if email],
        "initials": ["ㅎㄱㄷ", "ㄱㅁㅅ", "ㅇㅈㅎ", "ㅂㅅㅇ"],
        "absent": ["뷁쉙", "99990000", "nobody@example.org"],
        "no question": [""],
    }


class Client(Thread):
    """Asks one question after the other until the time is over."""

    def __init__(self, hub: Hub, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self._hub, self._choose, self._until = hub.another(), random.Random(number), until
        self.milliseconds: list[tuple[str, float]] = []

    def run(self) -> None:
        asked = questions()
        shapes = list(asked)
        while time.perf_counter() < self._until:
            shape = self._choose.choice(shapes)
            path = f"/contacts?q={quote(self._choose.choice(asked[shape]))}"
            started = time.perf_counter()
            self._hub.call("GET", path)
            self.milliseconds.append((shape, (time.perf_counter() - started) * 1000))


def run() -> None:
    report = Report("search")
    hub = fresh_camp()
    fill(hub, CONTACTS)
    clients = [Client(hub, number, time.perf_counter() + SECONDS) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    taken = [entry for client in clients for entry in client.milliseconds]
    everything = [milliseconds for _, milliseconds in taken]
    report.add(f"{CONTACTS:,} contacts, {CLIENTS} clients: p50", percentile(everything, 0.50), "ms")
    report.add(f"{CONTACTS:,} contacts, {CLIENTS} clients: p95", percentile(everything, 0.95), "ms", "≤ 50")
    report.add(f"{CONTACTS:,} contacts, {CLIENTS} clients: p99", percentile(everything, 0.99), "ms")
    report.add("searches per second", len(everything) / SECONDS, "1/s")
    for shape in questions():
        of_shape = [milliseconds for s, milliseconds in taken if s == shape]
        if of_shape:
            report.add(f"{shape}: p95", percentile(of_shape, 0.95), "ms")
    report.finish()
