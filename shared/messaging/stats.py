"""Live figures of a campaign, from counters alone: polling them costs the same at ten and at a million."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contacts import search
from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection
from shared.kernel.pages import Page
from shared.messaging import campaigns, costs, people, store_messages, store_series, store_stats, tracing
from shared.messaging import store_campaigns as store
from shared.messaging.costs import KindSpend
from shared.messaging.models import Counts
from shared.messaging.states import CampaignStatus
from shared.security.cipher import TenantCipher

SPEED_WINDOW = timedelta(seconds=15)
SERIES_POINTS = 720  # one hour of five-second buckets


class Fallback(BaseModel):
    """Recipients who went on to a later step, and how that ended."""

    started: int
    delivered: int
    failed: int


class StepStats(BaseModel):
    """One step: `sent` are recipients it was tried for; `failed` includes those who went on."""

    position: int
    channel: str
    sent: int
    delivered: int
    failed: int


class ReasonCount(BaseModel):
    reason: str
    count: int


class Stats(Counts):
    """A campaign now. Rates are fractions: delivered of all recipients, clicked of those it reached.

    A click proves that a text was delivered, whatever became of its report; so no rate exceeds 1.
    """

    status: str
    fallback: Fallback
    clicked: int
    delivered_rate: float
    open_rate: float
    messages_per_second: float
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    steps: list[StepStats]
    reasons: list[ReasonCount]
    spent_krw: int
    spend: list[KindSpend]


class SeriesPoint(BaseModel):
    at: datetime
    accepted: int
    delivered: int
    failed: int


class Series(BaseModel):
    bucket_seconds: int
    points: list[SeriesPoint]


class LedgerItem(BaseModel):
    """One message of a campaign's ledger.

    `decide_from`: of an unknown one, when an admin may say what became of it.
    """

    id: UUID
    contact_id: UUID | None
    name: str | None
    phone: str
    step: int
    channel: str
    state: str
    reason: str | None
    carrier_code: str | None
    attempted_at: datetime
    accepted_at: datetime | None
    settled_at: datetime | None
    decide_from: datetime | None = None


def of_campaign(connection: Connection, campaign_id: UUID, now: datetime) -> Stats:
    """The figures of a campaign. Raises NotFound."""
    campaign = campaigns.require(store.get(connection, campaign_id))
    rows = store.counters(connection, [campaign_id])
    counts = campaigns.counts_of(connection, [campaign_id])[campaign_id]
    spend = costs.spent(connection, campaign)
    return Stats(
        **counts.model_dump(),
        status=campaign["status"],
        fallback=_fallback(rows),
        clicked=campaign["clicked"],
        delivered_rate=_rate(counts.delivered, counts.recipients),
        open_rate=_rate(campaign["clicked"], max(campaign["clicked"], counts.delivered)),
        messages_per_second=_speed(connection, campaign, now),
        started_at=campaign["launched_at"],
        finished_at=campaign["finished_at"],
        updated_at=now,
        steps=steps_of(store.steps_of(connection, [campaign_id]), rows),
        reasons=[ReasonCount(**row) for row in store_stats.reasons(connection, campaign_id)],
        spent_krw=sum(kind.krw for kind in spend),
        spend=spend,
    )


def series(connection: Connection, campaign_id: UUID) -> Series:
    """What happened per bucket, the last hour of it. Raises NotFound."""
    campaigns.require(store.get(connection, campaign_id))
    rows = store_series.points(connection, campaign_id, SERIES_POINTS)
    return Series(bucket_seconds=store_series.BUCKET_SECONDS, points=[SeriesPoint(**row) for row in rows])


@dataclass(frozen=True)
class LedgerFilter:
    """Which messages to list; `query` is a phone number, or a name or part of it."""

    state: str | None = None
    step: int | None = None
    query: str = ""
    before: UUID | None = None


def ledger_page(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, wanted: LedgerFilter, limit: int
) -> Page[LedgerItem]:
    """A page of a campaign's messages, newest first. Raises NotFound."""
    campaign = campaigns.require(store.get(connection, campaign_id))
    found = _people_matching(connection, cipher, wanted.query.strip())
    filters = {
        **found,
        "month": campaign["ledger_month"],
        "state": wanted.state,
        "step": wanted.step,
        "before": wanted.before,
    }
    rows = store_messages.page(connection, campaign_id, filters, limit + 1)
    items = [_ledger_item(row, cipher) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def _people_matching(connection: Connection, cipher: TenantCipher, query: str) -> dict[str, Any]:
    """A whole number by its keyed hash, anything else by the contacts' blind index.

    Few people are looked for by their ids. Where the words are common among the camp's contacts, each message
    is asked for its own contact instead: the page is full after a few, and nobody of the campaign is missed.
    """
    nobody: dict[str, Any] = {"phone_hash": None, "contact_ids": None, "tokens": None, "words": None}
    if not query:
        return nobody
    phones = parse_phones(query).phones
    if len(phones) == 1:
        return nobody | {"phone_hash": cipher.point_hash("phone", phones[0].e164)}
    criteria = search.typed(cipher, query)
    found = search.find(connection, criteria, None, search.FEW_MATCHES)
    if found.cursor is None or not criteria.indexed:
        return nobody | {"contact_ids": found.ids}
    return nobody | {"tokens": list(criteria.tokens), "words": criteria.query}


def steps_of(steps: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[StepStats]:
    """Per step, from counters of recipients by their present step.

    Whoever stands at a later step failed all the steps before.
    """
    here: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        here[row["step"]][row["state"]] += row["count"]
    result = []
    for step in steps:
        position, states = step["position"], here[step["position"]]
        beyond = sum(sum(at.values()) for later, at in here.items() if later > position)
        failed = states["failed"] + beyond
        tried = states["sent"] + states["delivered"] + states["unknown"] + failed
        result.append(
            StepStats(
                position=position,
                channel=step["channel"],
                sent=tried,
                delivered=states["delivered"],
                failed=failed,
            )
        )
    return result


def _fallback(rows: Sequence[Mapping[str, Any]]) -> Fallback:
    later = [row for row in rows if row["step"] > 1]
    return Fallback(
        started=sum(row["count"] for row in later),
        delivered=sum(row["count"] for row in later if row["state"] == "delivered"),
        failed=sum(row["count"] for row in later if row["state"] == "failed"),
    )


def _speed(connection: Connection, campaign: Mapping[str, Any], now: datetime) -> float:
    """Messages accepted per second: lately while it sends, over the whole run afterwards."""
    points = store_series.points(connection, campaign["id"], SERIES_POINTS)
    if campaign["status"] == CampaignStatus.SENDING:
        points = [point for point in points if point["at"] > now - SPEED_WINDOW]
    busy = [point for point in points if point["accepted"]]
    if not busy:
        return 0.0
    seconds: float = (busy[-1]["at"] - busy[0]["at"]).total_seconds() + store_series.BUCKET_SECONDS
    accepted: int = sum(point["accepted"] for point in busy)
    return round(accepted / seconds, 1)


def _ledger_item(row: Mapping[str, Any], cipher: TenantCipher) -> LedgerItem:
    names = (
        "id",
        "contact_id",
        "step",
        "channel",
        "state",
        "reason",
        "attempted_at",
        "accepted_at",
        "settled_at",
    )
    return LedgerItem(
        **{name: row[name] for name in names},
        carrier_code=row["code"],
        decide_from=tracing.decidable_from(row),
        name=cipher.open_optional(people.NAME, row["name_sealed"]),
        phone=_phone(cipher, row["phone_sealed"]),
    )


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _phone(cipher: TenantCipher, sealed: bytes | None) -> str:
    """The number as people write it; empty once the person was erased."""
    return people.national(cipher.open(people.PHONE, sealed)) if sealed else ""
