"""A camp at work: contacts, campaigns, the real simulator, and time that a test may move."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.inbox import receiving
from shared.kernel.config import Settings
from shared.messaging import controls, launching, reports, sending, sweeps
from tests.factories import Camp
from tests.infra.simulator.running import Simulator, wait_until

SENDER = "02-1234-5678"
CHANNEL = "KA01PF000000000000000000000000test"
_numbers = itertools.count(20_000_000)
HTTP = httpx.Client(trust_env=False)


def phone(suffix: str = "0001") -> str:
    """A mobile number of nobody, ending in four digits that the simulator may know."""
    middle = 2000 + next(_numbers) % 7999
    return f"010-{middle}-{suffix}"


def name_of(i: int) -> str:
    """A name for the i-th contact."""
    return f"김하{chr(0xAC00 + 28 * i)}"


@dataclass
class Desk:
    """One camp and its simulated carrier. `now` is the domain's time; `skip` moves it."""

    camp: Camp
    simulator: Simulator
    settings: Settings
    skipped: timedelta = timedelta()
    even_seconds: float = 3600  # for how long nobody has set the clock, as far as the sweeps know
    _senders: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def skip(self, **time: float) -> None:
        self.skipped += timedelta(**time)

    # -- what staff do ------------------------------------------------------------------------------

    def ok(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The data of a call that must succeed."""
        answer = self.camp.api.call(method, path, body)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json["data"] if answer.text else None

    def sender(self, kind: str = "phone") -> str:
        if kind not in self._senders:
            draft = {
                "kind": kind,
                "value": SENDER if kind == "phone" else CHANNEL,
                "label": "본부",
                "registered_on": "2026-01-02",
                "reported_on": "2026-01-03",
            }
            self._senders[kind] = self.ok("POST", "/senders", draft, 201)["id"]
        return self._senders[kind]

    def election(self, in_days: int = 60, kind: str = "governor") -> str:
        """An election to come."""
        day = (self.now() + timedelta(days=in_days)).date().isoformat()
        return str(
            self.ok("POST", "/elections", {"kind": kind, "name": "선거", "election_day": day}, 201)["id"]
        )

    def candidate(self, **changes: Any) -> dict[str, Any]:
        """A pre-candidate since a week; returns the candidate as the API shows it."""
        registered = (self.now() - timedelta(days=7)).date().isoformat()
        known = {"name": "홍길동", "refusal_number": "080-123-4567", "pre_registered_on": registered}
        draft = {"organisation": "camp", **known, **changes}
        if "election_id" not in draft:
            draft["election_id"] = self.election()
        answer: dict[str, Any] = self.ok("PUT", "/candidate", draft)
        return answer

    def contact(self, number: str, name: str = "김하늘", **more: Any) -> str:
        return str(self.ok("POST", "/contacts", {"name": name, "phones": [number], **more}, 201)["id"])

    def contacts(self, count: int) -> list[str]:
        """Contacts with numbers of their own; returns the numbers."""
        numbers = [f"010-{3000 + i // 9000}-{i % 9000:04d}" for i in range(count)]
        for i, number in enumerate(numbers):
            self.contact(number, name_of(i))
        return numbers

    def consent(self, contact: str, purpose: str = "advertising", **more: Any) -> str:
        """A consent that the contact gave yesterday; returns its id."""
        given = (self.now() - timedelta(days=1)).isoformat()
        draft = {
            "purpose": purpose,
            "channel": "all",
            "method": "web",
            "text": "동의합니다",
            "given_at": given,
        }
        return str(self.ok("POST", f"/contacts/{contact}/consents", {**draft, **more}, 201)["id"])

    def step(self, channel: str = "sms", body: str = "#{이름}님, 안녕하세요.", **more: Any) -> dict[str, Any]:
        kind = "kakao_channel" if channel.startswith("kakao") else "phone"
        return {"channel": channel, "sender_id": self.sender(kind), "body": body, **more}

    def draft(self, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "name": "봄 소식",
            "purpose": "event_notice",
            "audience": {"all": True},
            "steps": list(steps) or [self.step()],
            **more,
        }

    def campaign(self, *steps: dict[str, Any], **more: Any) -> UUID:
        return UUID(self.ok("POST", "/campaigns", self.draft(*steps, **more), 201)["id"])

    def launch(self, *steps: dict[str, Any], **more: Any) -> UUID:
        """A campaign with its recipients frozen, at an account that answers quickly."""
        campaign_id = self.campaign(*steps, **more)
        self.ok("POST", f"/campaigns/{campaign_id}/launch", status=202)
        self.freeze(campaign_id)
        return campaign_id

    # -- what the machine does, one call at a time ------------------------------------------------------

    def freeze(self, campaign_id: UUID) -> None:
        launching.freeze(self.camp.tenant_id, campaign_id, self.now())
        self.simulator.put(
            self.api_key, latency_ms=20, timeout_ms=200, webhook_backoff_ms=150
        ).raise_for_status()

    def send(self, campaign_id: UUID, limit: int = 500) -> int:
        return sending.send_due(self.camp.tenant_id, campaign_id, limit, self.now)

    def apply_reports(self) -> int:
        return reports.apply_waiting(self.camp.tenant_id, self.now()) + self.apply_inbound()

    def apply_inbound(self) -> int:
        return reports.apply_inbound(self.camp.tenant_id, self.now(), receiving.take)

    def finish(self, campaign_id: UUID) -> bool:
        return controls.finish(self.camp.tenant_id, campaign_id, self.now())

    def sweep(self, name: str) -> int:
        if name == "resolve_unknown":
            return sweeps.resolve_unknown(self.camp.tenant_id, self.now(), lambda: self.even_seconds)
        return sweeps.SWEEPS[name](self.camp.tenant_id, self.now())

    def settle(self, campaign_id: UUID, seconds: float = 40) -> None:
        """Send, take reports and fall back until nobody waits and nobody is under way."""

        def done() -> bool:
            self.send(campaign_id)
            self.apply_reports()
            counts = self.counts(campaign_id)
            return not (counts["queued"] or counts["sending"] or counts["sent"])

        try:
            wait_until(done, seconds)
        except AssertionError as error:
            view = self.ok("GET", f"/campaigns/{campaign_id}")
            raise AssertionError(f"not settled: {view}") from error

    def reconcile(self, campaign_id: UUID) -> None:
        """Ask for missing reports, over hours if need be, until nobody is under way."""

        def done() -> bool:
            self.skip(hours=1)
            self.sweep("reconcile_reports")
            return self.counts(campaign_id)["sent"] == 0

        wait_until(done)

    # -- what can be seen ---------------------------------------------------------------------------------

    def counts(self, campaign_id: UUID) -> dict[str, int]:
        found: dict[str, int] = self.ok("GET", f"/campaigns/{campaign_id}")["counts"]
        return found

    def status(self, campaign_id: UUID) -> str:
        return str(self.ok("GET", f"/campaigns/{campaign_id}")["status"])

    def stats(self, campaign_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("GET", f"/campaigns/{campaign_id}/stats")
        return found

    def quota(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("GET", "/quota")
        return found

    def ledger(self, campaign_id: UUID) -> dict[str, int]:
        """Ledger rows by state."""
        rows = self.camp.rows(
            "SELECT state, count(*) AS n FROM messages WHERE campaign_id = %s GROUP BY state", campaign_id
        )
        return {row["state"]: row["n"] for row in rows}

    @property
    def api_key(self) -> str:
        from shared.messaging import accounts

        with self.camp.transaction() as connection:
            return accounts.for_sending(connection, self.camp.cipher).credentials.api_key

    def received(self) -> dict[str, Any]:
        """What the carrier took: {counts: {number: messages}, total, most, repeated_references}."""
        return self.simulator.counts(self.api_key)

    def texts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.simulator.get(
            "/simulator/console/messages", api_key=self.api_key, limit=1000
        )["items"]
        return found

    def check_books(self, campaign_ids: Sequence[UUID]) -> None:
        """Counters equal the recipients, quota equals the ledger, and nothing is held for what ended."""
        held = 0
        for campaign_id in campaign_ids:
            rows = self.camp.rows(
                "SELECT state, count(*) AS n FROM recipients WHERE campaign_id = %s GROUP BY state",
                campaign_id,
            )
            true = {row["state"]: row["n"] for row in rows}
            shown = self.counts(campaign_id)
            assert {k: v for k, v in shown.items() if v and k != "recipients"} == true
            assert shown["recipients"] == sum(true.values())
            [campaign] = self.camp.rows("SELECT reserved FROM campaigns WHERE id = %s", campaign_id)
            waiting = sum(true.get(state, 0) for state in ("queued", "sending", "unknown"))
            assert campaign["reserved"] == waiting
            held += campaign["reserved"]
        [taken] = self.camp.rows("SELECT count(*) AS n FROM messages WHERE accepted_at IS NOT NULL")
        quota = self.quota()
        assert (quota["used"], quota["reserved"]) == (taken["n"], held)


@contextmanager
def dying_before(module: Any, name: str, monkeypatch: Any) -> Iterator[None]:
    """Inside, a function raises instead of running: the worker dies just before it."""

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> Any:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        try:
            yield
        except Died:
            return
    raise AssertionError("nothing died")


__all__ = ["CHANNEL", "SENDER", "Desk", "dying_before", "name_of", "phone", "wait_until"]
