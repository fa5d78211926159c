"""Where a camp and a campaign stand before the law: what the compliance screens show."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.compliance import declarations, freezes, registers, sends, tasks
from shared.compliance.election import number_in_use
from shared.compliance.models import Candidate, CheckView, Counter, Election, Freeze
from shared.kernel.clock import seoul_date
from shared.kernel.database import Connection
from shared.messaging import campaigns, facts, senders
from shared.messaging import store_campaigns as store
from shared.messaging.verdicts import FACTS
from shared.security.cipher import TenantCipher


class KeyDay(BaseModel):
    """A day of the election that is to come. `name` as in `Election.dates`, or `election_day`."""

    name: str
    on: date
    days_left: int


class ReportedNumber(BaseModel):
    """A number reported to the election commission; `in_use`: the one that may be sent from today."""

    sender_id: UUID
    value: str
    label: str
    reported_on: date
    in_use: bool


class ComplianceStatus(BaseModel):
    """`frozen`: a freeze of all sending is in force. `tasks`: what is due, by its kind."""

    candidate: Candidate
    election: Election | None
    dates_to_come: list[KeyDay]
    counter: Counter | None
    reported_numbers: list[ReportedNumber]
    frozen: bool
    freezes: list[Freeze]
    approvals_waiting: int
    attested: bool
    tasks: dict[str, int]


def of_camp(connection: Connection, cipher: TenantCipher, member_id: UUID, now: datetime) -> ComplianceStatus:
    """The camp before the law, at a moment, as a member sees it."""
    today = seoul_date(now)
    candidate = registers.candidate(connection, cipher, today)
    election = registers.election(connection, candidate.election_id) if candidate.election_id else None
    in_force = [one for one in freezes.all_of(connection) if one.lifted_at is None]
    return ComplianceStatus(
        candidate=candidate,
        election=election,
        dates_to_come=_to_come(election, today),
        counter=sends.counter(connection, election.id) if election else None,
        reported_numbers=_numbers(connection, cipher, today),
        frozen=any(one.campaign_id is None for one in in_force),
        freezes=in_force,
        approvals_waiting=len(declarations.approvals(connection, "requested", 100)),
        attested=registers.attested(connection, member_id),
        tasks=tasks.due(connection, now),
    )


def checks(connection: Connection, cipher: TenantCipher, campaign_id: UUID, language: str) -> list[CheckView]:
    """The verdicts that stay with a campaign, in order. Raises NotFound."""
    campaigns.require(store.get(connection, campaign_id))
    return [_check(cipher, row, language) for row in declarations.checks_of(connection, campaign_id)]


def _check(cipher: TenantCipher, row: dict[str, Any], language: str) -> CheckView:
    told = cipher.open_json(FACTS, row["facts_sealed"]) if row["facts_sealed"] else {"messages": {}}
    place = 1 if language == "en" else 0
    verdicts = [
        {**one, "message": told["messages"][one["rule"]][place]} if one["rule"] in told["messages"] else one
        for one in row["verdicts"]
    ]
    same = ("moment", "step", "rule_set", "checks", "first_at", "last_at")
    content = bytes(row["content_hash"]).hex() if row["content_hash"] else None
    return CheckView(verdicts=verdicts, content_hash=content, **{name: row[name] for name in same})


def _to_come(election: Election | None, today: date) -> list[KeyDay]:
    if election is None:
        return []
    days: dict[str, date] = {**election.dates.model_dump(), "election_day": election.election_day}
    found = [
        KeyDay(name=name, on=on, days_left=(on - today).days) for name, on in days.items() if on >= today
    ]
    return sorted(found, key=lambda one: one.on)


def _numbers(connection: Connection, cipher: TenantCipher, today: date) -> list[ReportedNumber]:
    known = [one for one in senders.list_all(connection, cipher) if one.kind == "phone" and one.reported_on]
    used = number_in_use(facts.of_senders(connection, cipher), today)
    return [
        ReportedNumber(
            sender_id=one.id,
            value=one.value,
            label=one.label,
            reported_on=one.reported_on,
            in_use=senders.wire_value(one) == used,
        )
        for one in known
        if one.reported_on
    ]
