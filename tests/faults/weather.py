"""The weather of a campaign under fire: every two seconds something breaks, in a seeded order.

What happens is repeatable; when exactly it hits the processes is not, which is why it is counted at the end.
"""

import hashlib
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any

import httpx
import psycopg

from tests.faults.breaking import Breaking, ask
from tests.stack import Camp

EVERY_SECONDS = 2.0
PAUSE_SECONDS = 0.4
LONGER_SECONDS = 60
STORES_A_CLOCK = 4  # so many faults of a store later the clock is set
LOG_IN_SECONDS = 400.0  # a login ends after 15 minutes
DOWN = (AssertionError, OSError, psycopg.Error)  # what was to be broken was down already
# What the carrier does badly for two seconds; a counted fault hits that many requests. Of the tested hub's
# calls each may take four seconds.
CARRIER: dict[str, dict[str, float]] = {
    "accepts, and the connection is lost": {"reset_after_accept": 2},
    "503": {"status_503": 3},
    "the connection is lost before": {"reset_before_accept": 2},
    "slow": {"delay_ms": 1500},
    "accepts after nobody waits any more": {"delay_ms": 5000},
    "accepts, and the answer is garbled": {"garbled_answer": 1},
    "429": {"status_429": 3},
    "slow, and a third of the calls 503": {"delay_ms": 300, "status_503_rate": 0.3},
}
FAIR: dict[str, float] = {
    "delay_ms": 0, "status_503_rate": 0, "status_503": 0, "status_429": 0, "garbled_answer": 0,
    "reset_after_accept": 0, "reset_before_accept": 0,
}  # fmt: skip
WEBHOOKS: dict[str, float] = {"webhook_loss": 0.2, "webhook_duplicate": 0.3, "webhook_reorder": 0.3}
NO_WEBHOOK_FAULTS = dict.fromkeys(WEBHOOKS, 0.0)
# Seconds that the clock of the hub is ahead. Attempts of the tested hub count as lost after 8 seconds, and
# what is not found 6 seconds later is sent again: the long jump is longer than both.
CLOCKS = (0, 16, -5)
CLOCK_SET, PAUSED = "clock set", "paused and resumed"
FORGED, REPLAYED = "reports forged", "reports replayed"
Hand = Callable[[random.Random], None]


class Weather:
    """Breaks the hub and its carrier until it is told to stop; `happened` counts what it did.

    `campaigns` are those that somebody pauses and resumes all the time; between two faults of a store
    pass `store_seconds`.
    """

    def __init__(
        self, camp: Camp, breaking: Breaking, api_key: str, seed: int, store_seconds: float = 8
    ) -> None:
        self.happened: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.campaigns: list[str] = []
        self._camp, self._breaking, self._api_key = camp, breaking, api_key
        self._random = random.Random(seed)
        self._url, self._secret = camp.webhooks[api_key]
        self._over = threading.Event()
        self._store_seconds, self._ahead = store_seconds, 0
        self._next_stores: list[str] = []

    def rage(self, is_over: Callable[[], bool], at_most: float) -> float:
        """Break something every two seconds until it is over, or for `at_most` seconds, and in any case until
        each fault has happened once; seconds it took. The clock stays as it was set last.
        """
        done = threading.Event()

        def look(_: random.Random) -> None:
            if is_over():  # waits while the database is down
                done.set()

        hands = [
            threading.Thread(target=self._again, args=(work, every, random.Random(self._random.random())))
            for work, every in [*self._hands(), (look, 1.0)]
        ]
        carrier, kinds = self._shuffled(CARRIER), self._shuffled(self._breaking.kinds())
        began = time.monotonic()
        self._console(WEBHOOKS)
        self.happened.update(f"carrier: {name}" for name in WEBHOOKS)
        for hand in hands:
            hand.start()
        try:
            for turn in itertools.count(1):
                self._carrier(next(carrier))
                self._kill(next(kinds))
                time.sleep(max(0.0, began + turn * EVERY_SECONDS - time.monotonic()))
                if not self._goes_on(done.is_set(), time.monotonic() - began, at_most):
                    break
        finally:
            self._over.set()
            for hand in hands:
                hand.join()
            self._console({**FAIR, **NO_WEBHOOK_FAULTS})
        return time.monotonic() - began

    def _hands(self) -> list[tuple[Hand, float]]:
        """What happens beside the kills, and how many seconds pass in between."""
        return [
            (self._pause, 0.3),
            (self._call, 0.3),
            (self._break_store, self._store_seconds),
            (self._set_clock, STORES_A_CLOCK * self._store_seconds),
            (lambda _: self._log_in(), LOG_IN_SECONDS),
        ]

    def _goes_on(self, done: bool, seconds: float, at_most: float) -> bool:
        """What was down when its turn came has another turn later, but not for ever."""
        if self.missed():
            return seconds < at_most + LONGER_SECONDS
        return seconds < at_most and not done

    def missed(self) -> list[str]:
        """The faults that have not happened yet."""
        wanted = [f"kill −9 {kind}" for kind in self._breaking.kinds()]
        wanted += [f"carrier: {name}" for name in (*CARRIER, *WEBHOOKS)]
        wanted += [*self._stores(), CLOCK_SET, PAUSED, FORGED, REPLAYED]
        return [name for name in wanted if not self.happened[name]]

    def resume_all(self) -> None:
        """What pausing, or the hub's own brake, left standing goes on."""
        for campaign_id in self.campaigns:
            self.ask("POST", f"/campaigns/{campaign_id}/resume")

    def _shuffled(self, things: Collection[str]) -> Iterator[str]:
        """Each of them once in a random order, again and again."""
        while True:
            yield from self._random.sample(sorted(things), len(things))

    def _stores(self) -> dict[str, Callable[[], None]]:
        return {
            "Redis restarted with its data": self._breaking.restart_redis,
            "Redis restarted empty": self._breaking.lose_the_queue,
            "PostgreSQL crashed": self._breaking.crash_postgres,
            "disk full": self._fill_disk,
            "database connections cut": self._breaking.end_connections,
        }

    def _set_clock(self, own: random.Random) -> None:
        self._ahead = own.choice([ahead for ahead in CLOCKS if ahead != self._ahead])
        self._breaking.set_clock_ahead(self._ahead)
        self.happened[CLOCK_SET] += 1

    def _log_in(self) -> None:
        self._camp.log_in()

    def _fill_disk(self) -> None:
        with self._breaking.full_disk():
            time.sleep(1)

    def _break_store(self, own: random.Random) -> None:
        """Each store fault once in a random order, again and again; the next waits until PostgreSQL is back,
        which on a busy machine takes longer than the time in between.
        """
        self._next_stores = self._next_stores or own.sample(sorted(self._stores()), len(self._stores()))
        name = self._next_stores.pop()
        try:
            self._stores()[name]()
            ask(self._camp.stack, "SELECT 1")
        except DOWN as error:
            self.happened[f"{name}: was down ({type(error).__name__})"] += 1
        else:
            self.happened[name] += 1

    def _kill(self, kind: str) -> None:
        if self._breaking.kill_process(kind):
            self.happened[f"kill −9 {kind}"] += 1

    def _carrier(self, name: str) -> None:
        self._console({**FAIR, **CARRIER[name]})
        self.happened[f"carrier: {name}"] += 1

    def _console(self, faults: dict[str, float]) -> None:
        self._camp.console("POST", "faults", {"api_key": self._api_key, **faults})

    def _again(self, work: Hand, every: float, own: random.Random) -> None:
        while not self._over.wait(every):
            try:
                work(own)
            except httpx.HTTPError:
                time.sleep(0.2)

    def _pause(self, own: random.Random) -> None:
        """Somebody clicks pause and resume; a campaign that the hub stopped itself is resumed as well."""
        for campaign_id in self.campaigns:
            if own.random() < 0.3 and self.ask("POST", f"/campaigns/{campaign_id}/pause"):
                self.happened[PAUSED] += 1
                self._over.wait(PAUSE_SECONDS)
            self.ask("POST", f"/campaigns/{campaign_id}/resume")

    def ask(self, method: str, path: str) -> bool:
        """Whether a call of the API is answered well; it may be down."""
        headers = {"Authorization": self._camp.http.headers["Authorization"]}
        url = f"{self._camp.stack.url}/api/v1{path}"
        try:
            return httpx.request(method, url, headers=headers, timeout=10).is_success
        except httpx.HTTPError:
            return False

    def _call(self, own: random.Random) -> None:
        """A forged report turns a message's fate around; a true one is told once more, by its true secret."""
        lately = self._camp.console("GET", f"messages?api_key={self._api_key}&limit=10000")["items"]
        settled = [one for one in lately if one["settled_at"]]
        if not settled:
            return
        chosen = own.sample(settled, min(20, len(settled)))
        turned = {"4000": "3104", "3104": "4000", "3043": "4000"}
        forged = [report(one, turned.get(one["code"], "4000")) for one in chosen]
        if self._post(forged, "not the secret") == 200:
            self.complaints.append("a forged report was taken")
        self.happened[FORGED] += len(forged)
        if self._post([report(one, one["code"]) for one in chosen], self._secret) == 200:
            self.happened[REPLAYED] += len(chosen)
        self._over.wait(1)

    def _post(self, reports: list[dict[str, Any]], secret: str) -> int:
        headers = {
            "X-Solapi-Event-Name": "SINGLE-REPORT",
            "X-Solapi-Secret": hashlib.sha1(secret.encode()).hexdigest(),
        }
        return httpx.post(self._url, json=reports, headers=headers, timeout=10).status_code


def report(message: dict[str, Any], code: str) -> dict[str, Any]:
    """A delivery report of a message that the carrier took, as SOLAPI words it."""
    return {
        "messageId": message["message_id"],
        "groupId": message["group_id"],
        "statusCode": code,
        "to": message["to"],
        "from": message["from"],
        "type": message["type"],
        "customFields": {"ref": message["reference"]},
        "dateReceived": message["settled_at"],
    }
