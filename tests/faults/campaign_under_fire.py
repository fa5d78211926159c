"""Campaigns with fallback at once while everything breaks; the figures are counted when it is over.

Each carrier has a camp of its own with two campaigns: a notice that falls back, and an election text.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.kernel.clock import seoul_date, utc_now
from tests.faults import counting
from tests.faults.breaking import Breaking, ask
from tests.faults.fronts import Front
from tests.faults.recipients import TAG, as_csv, due, recipients
from tests.faults.weather import Weather
from tests.stack import Camp, Stack, wait_for

SEED = 4
SENDER, CHANNEL = "0212345678", "KA01PF000000000000000000000000001"
TEMPLATE = "KA01TP000000000000000000000000001"
NOTICE = "#{이름}님, 주민 모임 안내입니다."
WORDING = "(선거운동정보) 예비후보 홍길동 02-1234-5678 불법수집정보 신고 118 무료수신거부 080-123-4567"
PACE_SECONDS = 20  # how long the messages alone would take: the rest is what breaks
LAUNCHES_AT_ONCE = 4
PATIENCE_SECONDS = 240
STATUS = "SELECT id FROM campaigns WHERE id = ANY(%s) AND status <> 'completed'"


@dataclass
class Figures:
    """What was counted. `rows` is the table: (what, counted, due)."""

    rows: list[tuple[str, int, int]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    seconds_under_fire: float = 0
    seconds: float = 0

    def add(self, what: str, counted: int, wanted: int, detail: object = None) -> None:
        self.rows.append((what, counted, wanted))
        if counted != wanted and detail is not None:
            self.details[what] = detail

    @property
    def wrong(self) -> list[tuple[str, int, int]]:
        """The figures that are not what they must be."""
        return [row for row in self.rows if row[1] != row[2]]

    def table(self) -> str:
        """The figures to read, and what had been done to the hub."""
        lines = [f"{'COUNTED':<52}{'VALUE':>9}{'DUE':>9}"]
        lines += [f"{what:<52}{counted:>9,}{wanted:>9,}" for what, counted, wanted in self.rows]
        lines += ["", f"{'BROKEN':<52}{'TIMES':>9}"]
        lines += [f"{what:<52}{times:>9,}" for what, times in sorted(self.happened.items())]
        lines += ["", f"{'seconds under fire':<52}{self.seconds_under_fire:>9.1f}"]
        return "\n".join([*lines, f"{'seconds in all':<52}{self.seconds:>9.1f}"])


def run(
    stack: Stack,
    counts: Mapping[str, int],
    at_most: float,
    store_seconds: float = 8,
) -> Figures:
    """The whole of it: camps with their lists, their campaigns, the fire (`at_most` seconds), calm, counting.

    `counts`: carrier → how many recipients its camp has.
    """
    try:
        return _run(stack, counts, at_most, store_seconds)
    finally:
        stack.set_clock_ahead(0)


def _run(stack: Stack, counts: Mapping[str, int], at_most: float, store_seconds: float) -> Figures:
    fronts = [open_front(stack, carrier, count) for carrier, count in counts.items()]
    figures = Figures()
    began = utc_now()
    breaking = Breaking(stack)
    weather = Weather(fronts, breaking, SEED, store_seconds)
    launched = sum(launch_at_once(front.camp, one) for front in fronts for one in front.campaigns)
    weather.begun = True
    with breaking.second_dispatcher():
        figures.seconds_under_fire = weather.rage(lambda: not open_campaigns(stack, fronts), at_most)
    settle(stack, weather, fronts)
    figures.seconds = (utc_now() - began).total_seconds()
    figures.happened = weather.happened
    figures.add("launches accepted of 4 at once, each twice", launched, 2 * len(fronts))
    figures.add("kinds of fault that did not happen", len(weather.missed()), 0, weather.missed())
    figures.add("forged reports taken", len(weather.complaints), 0)
    for front in fronts:
        count_all(figures, front)
    return figures


def open_front(stack: Stack, carrier: str, count: int) -> Front:
    """A camp with its list and two drafts, and its account at a carrier."""
    by_text = carrier != "solapi"
    voters = recipients(count, by_text=by_text)
    camp = Camp(stack)
    pace = max(50, count // PACE_SECONDS)
    api_key = camp.connect_account(pace, carrier, latency_ms=300, timeout_ms=3000)
    state = camp.finished_import(camp.upload(as_csv(voters), source="시험", legal_basis="consent"), 300)
    assert state["counts"]["created"] == count, state
    camp.call("PUT", "/quota", json={"limit": 10 * count})
    candidate(camp)
    first = texts_notice(camp) if by_text else notice(camp, alimtalk(camp))
    front = Front(carrier, camp, api_key, [first, election(camp)], voters)
    register_at_carrier(camp, api_key)
    return front


def candidate(camp: Camp) -> None:
    """A pre-candidate of an election in two months: election texts are counted by law."""
    today = seoul_date(utc_now())
    day = (today + timedelta(days=60)).isoformat()
    wanted = {"kind": "governor", "name": "선거", "election_day": day}
    election_id = camp.call("POST", "/elections", json=wanted)["id"]
    person = {"name": "홍길동", "refusal_number": "080-123-4567", "election_id": election_id}
    camp.call(
        "PUT", "/candidate", json=person | {"pre_registered_on": (today - timedelta(days=7)).isoformat()}
    )


def alimtalk(camp: Camp) -> dict[str, Any]:
    """A template for Kakao."""
    draft = {"name": "안내", "channel": "kakao_alimtalk", "body": NOTICE, "carrier_template_id": TEMPLATE}
    template: dict[str, Any] = camp.call("POST", "/templates", json=draft)
    return template


def register_at_carrier(camp: Camp, api_key: str) -> None:
    """What a camp registers in its carrier's web console."""
    known = {"template_id": TEMPLATE, "content": NOTICE, "channel": CHANNEL}
    wanted = {"senders": [SENDER], "channels": [CHANNEL], "templates": [known]}
    camp.console("PUT", f"accounts/{api_key}", wanted)


def notice(camp: Camp, template: dict[str, Any]) -> str:
    """Alimtalk to everybody, a text to whom that does not reach."""
    channel = camp.call("POST", "/senders", json={"kind": "kakao_channel", "value": CHANNEL})["id"]
    steps = [
        {"channel": "kakao_alimtalk", "sender_id": channel, "template_id": template["id"]},
        {"channel": "sms", "sender_id": phone_sender(camp), "body": NOTICE},
    ]
    return campaign(camp, "event_notice", {"all": True}, steps)


def texts_notice(camp: Camp) -> str:
    """A text of one's own to everybody, a longer one to whom it does not reach."""
    sender = phone_sender(camp)
    steps = [{"channel": channel, "sender_id": sender, "body": NOTICE} for channel in ("sms", "lms")]
    return campaign(camp, "event_notice", {"all": True}, steps)


def election(camp: Camp) -> str:
    """An election text to the tagged, and once more to whom it did not reach."""
    step = {"channel": "lms", "sender_id": phone_sender(camp), "body": WORDING}
    return campaign(camp, "election_campaign", {"filter": {"tag": TAG}}, [step, step])


def phone_sender(camp: Camp) -> str:
    known = [one for one in camp.call("GET", "/senders") if one["kind"] == "phone"]
    reported = {"registered_on": "2026-01-02", "reported_on": "2026-01-03"}
    draft = {"kind": "phone", "value": SENDER, **reported}
    return str((known or [camp.call("POST", "/senders", json=draft)])[0]["id"])


def campaign(camp: Camp, purpose: str, audience: dict[str, Any], steps: list[dict[str, Any]]) -> str:
    wanted = {"name": "시험", "purpose": purpose, "audience": audience, "steps": steps}
    return str(camp.call("POST", "/campaigns", json=wanted)["id"])


def launch_at_once(camp: Camp, campaign_id: str) -> int:
    """Impatient hands on the same button at the same moment; how many were told that it is launched."""
    start = threading.Barrier(LAUNCHES_AT_ONCE)
    headers = {"Authorization": camp.http.headers["Authorization"]}

    def click(_: int) -> int:
        start.wait()
        url = f"{camp.stack.url}/api/v1/campaigns/{campaign_id}/launch"
        answer = httpx.post(url, headers=headers, timeout=60)
        assert answer.status_code in (202, 409), answer.text
        return answer.status_code

    with ThreadPoolExecutor(LAUNCHES_AT_ONCE) as hands:
        return list(hands.map(click, range(LAUNCHES_AT_ONCE))).count(202)


def open_campaigns(stack: Stack, fronts: Sequence[Front]) -> bool:
    """Whether one of them is not over, however broken the API is."""
    return bool(ask(stack, STATUS, [UUID(one) for front in fronts for one in front.campaigns]))


def settle(stack: Stack, weather: Weather, fronts: Sequence[Front]) -> None:
    """The weather is fair again: all must come to an end by itself."""

    def over() -> bool:
        weather.resume_all()
        return not open_campaigns(stack, fronts)

    for front in fronts:
        wait_for(front.camp.log_in, 90, 1)  # the API may be starting, and a login ends after 15 minutes
    wait_for(over, PATIENCE_SECONDS, 1)


def count_all(figures: Figures, front: Front) -> None:
    """At the carrier first, then whether everything of ours says the same."""
    camp, campaigns = front.camp, front.campaigns

    def add(what: str, counted: int, wanted: int, detail: object = None) -> None:
        figures.add(f"{front.carrier}: {what}", counted, wanted, detail)

    taken = counting.at_carrier(camp, front.api_key)
    got, wanted = Counter((one["to"], one["type"]) for one in taken), due(front.voters)
    add("recipients", len(front.voters), len(front.voters))
    add("messages due", wanted.total(), wanted.total())
    add("messages that the carrier took", got.total(), wanted.total())
    add("  more than were due", (got - wanted).total(), 0, got - wanted)
    add("  missing", (wanted - got).total(), 0, wanted - got)
    count_ledger(add, front, taken)
    count_ends(add, front)
    quota = camp.call("GET", "/quota")
    add("quota used", quota["used"], wanted.total())
    add("quota still reserved", quota["reserved"], 0)
    add("counted election sends (law)", camp.call("GET", "/compliance/status")["counter"]["used"], 1)
    off = {one: found for one in campaigns if (found := counting.differences(camp.stack, one))}
    add("counters that differ from the ledger", sum(map(len, off.values())), 0, off)
    figures.happened["attempts withdrawn and made again"] += counting.withdrawn(camp.stack, campaigns)


def count_ledger(add: Callable[..., None], front: Front, taken: Sequence[dict[str, Any]]) -> None:
    """Whether the ledger knows exactly what the carrier took: by our references, else by its requests."""
    stack, campaigns = front.camp.stack, front.campaigns
    ledger = counting.taken_by_ledger(stack, campaigns)
    add("  taken by the ledger", len(ledger), due(front.voters).total())
    if front.is_referred_to:
        there, known = Counter({one["reference"] for one in taken}), Counter(map(str, ledger))
        add("  references taken twice", len(taken) - len(there), 0)
    else:
        there = Counter(one["group_id"] for one in taken)
        known = counting.requests_by_ledger(stack, campaigns)
    add("  taken, and the ledger does not know", (there - known).total(), 0, there - known)
    add("  in the ledger, and never taken", (known - there).total(), 0, known - there)


def count_ends(add: Callable[..., None], front: Front) -> None:
    """Recipients by how it ended for them."""
    tagged = [one for one in front.voters if one.tagged]
    wanted = Counter(one.notice[1] for one in front.voters) + Counter(one.election[1] for one in tagged)
    first, second = (counting.ends(front.camp.stack, one) for one in front.campaigns)
    ended = first + second
    for state in ("delivered", "failed"):
        add(f"recipients {state}", ended[state], wanted[state])
    add("recipients in any other state", (ended - wanted).total(), 0, dict(ended))


def wanted_size(default: int = 200) -> int:
    """How many recipients: HANPYO_FAULT_RECIPIENTS, else the default."""
    return int(os.environ.get("HANPYO_FAULT_RECIPIENTS", default))
