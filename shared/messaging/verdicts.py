"""Verdicts that stay with a campaign: what the rules found, and the facts they found it of, sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared import compliance
from shared.compliance import CampaignFacts, Moment, Purpose, Verdict, declarations
from shared.kernel.database import Connection
from shared.messaging.costs import Shortfall
from shared.security.cipher import TenantCipher

FACTS = "law_facts"


def keep(
    connection: Connection,
    cipher: TenantCipher,
    campaign_id: UUID,
    facts: CampaignFacts,
    rule_set: str,
    found: Sequence[Verdict],
    content_hash: bytes | None,
    now: datetime,
) -> None:
    """Keep what a launch was told. No text: it may hold the name of the person who was shown."""
    steps = [{**asdict(step), "text": "", "subject": "", "common": None} for step in facts.steps]
    plain = asdict(replace(facts, steps=(), candidacy=None)) | {"steps": steps}
    _keep(connection, cipher, campaign_id, rule_set, found, plain, content_hash, now)


def keep_short(
    connection: Connection, cipher: TenantCipher, campaign: Mapping[str, Any], short: Shortfall, now: datetime
) -> None:
    """Keep V04 as found before the first batch: what the carrier has, and what the first step costs."""
    asked = CampaignFacts(
        Purpose(campaign["purpose"]), now, (), balance_krw=short.balance, cost_krw=short.cost
    )
    found = [one for one in compliance.check(asked, Moment.LAUNCH) if one.rule == "V04"]
    rule_set = compliance.in_force(asked.send_day).version
    _keep(connection, cipher, campaign["id"], rule_set, found, asdict(short), None, now)


def bare(found: Sequence[Verdict]) -> list[dict[str, str]]:
    """Verdicts without their sentences, which may name people."""
    return [{"rule": one.rule, "severity": one.severity.value, "article": one.article} for one in found]


def _keep(
    connection: Connection,
    cipher: TenantCipher,
    campaign_id: UUID,
    rule_set: str,
    found: Sequence[Verdict],
    facts: Mapping[str, Any],
    content_hash: bytes | None,
    now: datetime,
) -> None:
    told = {"facts": facts, "messages": {one.rule: [one.ko, one.en] for one in found}}
    declarations.keep(
        connection,
        {
            "campaign_id": campaign_id,
            "moment": Moment.LAUNCH.value,
            "step": 0,
            "rule_set": rule_set,
            "verdicts": bare(found),
            "facts_sealed": cipher.seal(FACTS, json.dumps(told, ensure_ascii=False, default=str)),
            "content_hash": content_hash,
            "at": now,
        },
    )
