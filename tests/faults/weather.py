"""The weather of a campaign under fire: every two seconds something breaks, in a seeded order.

What happens is repeatable; when exactly it hits the processes is not, which is why it is counted at the end.
"""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import httpx
import psycopg

from tests.faults.breaking import Breaking, ask
from tests.faults.fronts import Front, reports

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

    Once they have `begun`, somebody pauses and resumes the campaigns all the time; between two faults of a
    store pass `store_seconds`.
    """

    def __init__(
        self, fronts: Sequence[Front], breaking: Breaking, seed: int, store_seconds: float = 8
    ) -> None:
        self.happened: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.begun = False
        self._fronts, self._breaking = fronts, breaking
        self._stack = fronts[0].camp.stack
        self._random = random.Random(seed)
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
        wanted += [*self._stores(), CLOCK_SET, PAUSED]
        wanted += [FORGED, REPLAYED] if any(front.is_called for front in self._fronts) else []
        return [name for name in wanted if not self.happened[name]]

    def resume_all(self) -> None:
        """What pausing, or the hub's own brake, left standing goes on."""
        for front, campaign_id in self._campaigns():
            self._ask(front, f"/campaigns/{campaign_id}/resume")

    def _campaigns(self) -> list[tuple[Front, str]]:
        return [(front, one) for front in self._fronts for one in front.campaigns if self.begun]

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
        for front in self._fronts:
            front.camp.log_in()

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
            ask(self._stack, "SELECT 1")
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
        for front in self._fronts:
            front.camp.console("POST", "faults", {"api_key": front.api_key, **faults})

    def _again(self, work: Hand, every: float, own: random.Random) -> None:
        while not self._over.wait(every):
            try:
                work(own)
            except httpx.HTTPError:
                time.sleep(0.2)

    def _pause(self, own: random.Random) -> None:
        """Somebody clicks pause and resume; a campaign that the hub stopped itself is resumed as well."""
        for front, campaign_id in self._campaigns():
            if own.random() < 0.3 and self._ask(front, f"/campaigns/{campaign_id}/pause"):
                self.happened[PAUSED] += 1
                self._over.wait(PAUSE_SECONDS)
            self._ask(front, f"/campaigns/{campaign_id}/resume")

    def _ask(self, front: Front, path: str) -> bool:
        """Whether a call of the API is answered well; it may be down."""
        headers = {"Authorization": front.camp.http.headers["Authorization"]}
        url = f"{self._stack.url}/api/v1{path}"
        try:
            return httpx.post(url, headers=headers, timeout=10).is_success
        except httpx.HTTPError:
            return False

    def _call(self, own: random.Random) -> None:
        """A forged report turns a message's fate around; a true one is told once more, by its true secret."""
        for front in self._fronts:
            if front.is_called:
                self._call_about(front, own)
        self._over.wait(1)

    def _call_about(self, front: Front, own: random.Random) -> None:
        lately = front.camp.console("GET", f"messages?api_key={front.api_key}&limit=10000")["items"]
        settled = [one for one in lately if one["settled_at"]]
        if not settled:
            return
        chosen = own.sample(settled, min(20, len(settled)))
        arrived = [(one, one["code"] == "4000") for one in chosen]
        turned = [(one, not truly) for one, truly in arrived]
        if self._post(front, turned, "not the secret") == 200:
            self.complaints.append(f"a forged report of {front.carrier} was taken")
        self.happened[FORGED] += len(turned)
        if self._post(front, arrived, front.camp.webhooks[front.api_key][1]) == 200:
            self.happened[REPLAYED] += len(chosen)

    def _post(self, front: Front, told: list[tuple[dict[str, Any], bool]], secret: str) -> int:
        body, headers = reports(front, told, secret)
        url = front.camp.webhooks[front.api_key][0]
        return httpx.post(url, json=body, headers=headers, timeout=10).status_code
