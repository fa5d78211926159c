"""The law at each batch and at each fallback: what may have changed since the launch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared import compliance
from shared.compliance import (
    CONSENT_HOLDS,
    CampaignFacts,
    Moment,
    Purpose,
    Severity,
    Verdict,
    declarations,
    freezes,
    registers,
    sends,
)
from shared.compliance import content as content_rules
from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.messaging import audience, facts, law, pace, senders, splits, store_recipients, verdicts
from shared.messaging import store_campaigns as store
from shared.messaging.states import CampaignStatus
from shared.security.cipher import TenantCipher

Row = dict[str, Any]
# What cannot send now is not asked again at once: the dispatcher would do nothing else.
REST_SECONDS = 60
FROZEN_REST_SECONDS = 2
# A campaign that began as long ago may have sent its text within the last day: it was paused, or is slow.
LONGEST_CAMPAIGN = timedelta(days=31)


@dataclass(frozen=True)
class BatchVerdict:
    """What the law says of a batch of a step that is about to go.

    `passes`: what forbids it passes by itself.
    """

    step: int
    rule_set: str
    found: Sequence[Verdict]
    passes: bool

    @property
    def blocking(self) -> list[Verdict]:
        return [one for one in self.found if one.severity is Severity.BLOCK]


def step_to_send(
    connection: Connection,
    cipher: TenantCipher,
    campaign: Row,
    steps: Sequence[Row],
    now: datetime,
    carried: Sequence[int],
) -> tuple[Row | None, list[BatchVerdict]]:
    """The step of the next batch, the latest that is due and may go now, and what was found on the way.

    A step that only its hour forbids (a brand message at night) keeps no other waiting; when all that are due
    wait for theirs, the campaign rests. Whatever else forbids a batch stops it. The caller shares the
    campaign, and keeps the verdicts by `keep` when it has done everything else.
    """
    by_position = {step["position"]: step for step in steps}
    split, left, found = splits.of(connection, campaign), list(carried), list[BatchVerdict]()
    while (position := store_recipients.next_step_due(connection, campaign["id"], now, left)) is not None:
        step = by_position[position]
        found.append(_judge(connection, cipher, campaign, splits.in_both(step, split), now))
        if not found[-1].blocking:
            return step, found
        if not found[-1].passes:
            _stop(connection, campaign, found[-1].blocking[0], now)
            return None, found
        left.remove(position)
    if found:
        frozen = any(one.rule == "E21" for verdict in found for one in verdict.blocking)
        pace.rest(campaign["id"], FROZEN_REST_SECONDS if frozen else REST_SECONDS)
    return None, found


def keep(connection: Connection, campaign_id: UUID, found: Sequence[BatchVerdict], now: datetime) -> None:
    """Keeps the verdicts with the campaign. The last thing of a claim: all its batches count in one row."""
    for one in found:
        told = verdicts.bare(one.found)
        declarations.note_batch(connection, campaign_id, one.step, one.rule_set, told, now)


def whom_to_claim(
    connection: Connection, campaign: Row, steps: Sequence[Row], position: int, now: datetime
) -> Row:
    """`channels` of `store_recipients.claim`: who is asked by a step, and who is left out at the last moment.

    Campaigns that say the same claim one after the other, so nobody gets it from both (V02).
    """
    told_since = now - law.REPEATED_WITHIN
    chosen = audience.channels_at(steps, position)
    chosen |= {"consents": campaign["consents_needed"], "agreed_since": now - CONSENT_HOLDS}
    said = bytes(campaign["content_hash"]) if campaign["content_hash"] is not None else None
    twins = store.twins(connection, said, campaign["id"], now, LONGEST_CAMPAIGN) if said else []
    if said and twins:
        store.lock_content(connection, said)
    return {
        **chosen,
        "twins": [twin.id for twin in twins],
        "twin_texts": [twin.number for twin in twins],
        "told_since": told_since,
        "text_number": campaign["text_number"],
    }


def _judge(
    connection: Connection, cipher: TenantCipher, campaign: Row, step: Row, now: datetime
) -> BatchVerdict:
    """What is found of a batch of a step; the send it begins is counted (제59조 제2호)."""
    asked, place = _facts(connection, cipher, campaign, step, now)
    found = compliance.check(asked, Moment.BATCH)
    found += _found_tomorrow(asked, found, now)
    blocking = [one for one in found if one.severity is Severity.BLOCK]
    if place is not None and not blocking:
        sends.take(connection, place, campaign["id"], now, None)
    rule_set = compliance.in_force(asked.send_day).version
    return BatchVerdict(step["position"], rule_set, found, all(_passes(one, asked) for one in blocking))


def _found_tomorrow(asked: CampaignFacts, found: Sequence[Verdict], now: datetime) -> list[Verdict]:
    """What forbids more when the calls of a batch may begin after midnight: another day's law is theirs."""
    latest = replace(asked, send_at=_latest_call(now))
    if latest.send_day == asked.send_day:
        return []
    known = {one.rule for one in found if one.severity is Severity.BLOCK}
    return [
        one
        for one in compliance.check(latest, Moment.BATCH)
        if one.severity is Severity.BLOCK and one.rule not in known
    ]


def _passes(verdict: Verdict, asked: CampaignFacts) -> bool:
    """Whether it passes by itself: the night, and a freeze."""
    survey = asked.declared.survey
    if verdict.rule == "E14" and survey is not None and survey.by_phone:
        return content_rules.poll_calls_rest(asked.send_at)
    return verdict.rule in law.PASSING


def _stop(connection: Connection, campaign: Row, verdict: Verdict, now: datetime) -> None:
    if store.move(connection, campaign["id"], CampaignStatus.STOPPED, now):
        store.set_stop_reason(connection, campaign["id"], f"compliance:{verdict.rule}")


def _facts(
    connection: Connection, cipher: TenantCipher, campaign: Mapping[str, Any], step: Row, now: datetime
) -> tuple[CampaignFacts, sends.Place | None]:
    declared = law.declarations_of(connection, campaign["id"])
    asked = CampaignFacts(
        purpose=Purpose(campaign["purpose"]),
        send_at=_latest_begin(now),
        steps=(facts.bare_step(step),),
        frozen_because=freezes.reason_for(connection, campaign["id"]),
        declared=replace(declared, advertising=law.was_launched_as_advertising(campaign)),
        without_night_consent=0 if law.NIGHT in campaign["consents_needed"] else None,
        worded=False,
    )
    if not _needs_dates(asked):
        return asked, None
    candidacy, dates = registers.load(connection, cipher)
    asked = replace(asked, candidacy=candidacy, dates=dates)
    return (
        _with_sends(connection, cipher, asked, step, campaign, now)
        if asked.is_election_text
        else (asked, None)
    )


def _latest_begin(now: datetime) -> datetime:
    """When the calls of a batch may still begin, if the night has by then, or Kakao's: what is claimed in the
    evening's last seconds must not leave after them (제50조 제3항; Kakao's 20:50)."""
    latest = _latest_call(now)
    night = compliance.is_night(latest) and not compliance.is_night(now)
    closes = compliance.is_brand_time(now) and not compliance.is_brand_time(latest)
    return latest if night or closes else now


def _latest_call(now: datetime) -> datetime:
    return now + timedelta(seconds=settings().send_start_seconds)


def _needs_dates(asked: CampaignFacts) -> bool:
    """Whether the days of the election matter: few campaigns ask for them at each batch."""
    polls = compliance.in_force(asked.send_day).found_words("poll", asked.all_text)
    return asked.is_election or asked.declared.survey is not None or bool(polls)


def _with_sends(
    connection: Connection,
    cipher: TenantCipher,
    asked: CampaignFacts,
    step: Row,
    campaign: Mapping[str, Any],
    now: datetime,
) -> tuple[CampaignFacts, sends.Place]:
    """Of an automatic election text: how many were before it, and which number is the reported one now."""
    sender = senders.by_ids(connection, cipher, [step["sender_id"]], deleted=True).get(step["sender_id"])
    place = sends.place_of(connection, campaign["id"], now)
    if place.next_number is not None:
        place = sends.place_of(connection, campaign["id"], now, lock=True)
    known = tuple(replace(one, sender=facts.sender_facts(sender)) for one in asked.steps)
    reported = facts.of_senders(connection, cipher)
    return replace(asked, steps=known, reported=reported, election_sends=place.before), place
