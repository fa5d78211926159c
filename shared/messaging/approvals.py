"""A second person's word: a campaign that a rule is doubtful about is launched after another admin read it.

What is approved is one content, by its hash: an edit afterwards is another content and needs another word.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.compliance import Severity, declarations
from shared.compliance.models import Approval, Declarations
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.messaging import campaigns, law
from shared.messaging import store_campaigns as store
from shared.messaging.examples import values_for_judging
from shared.security import audit
from shared.security.cipher import TenantCipher

Row = dict[str, Any]


def request(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, note: str, member_id: UUID, now: datetime
) -> Approval:
    """Asks another admin to read a draft; asking twice for the same content is one request.

    Raises NotFound; Conflict once it is launched, and when no rule asks for a second person.
    """
    campaign = campaigns.lock_editable(connection, campaign_id)
    judged = _judge(connection, cipher, campaign, now)
    rules = [one.rule for one in judged.verdicts if one.severity is Severity.SECOND_PERSON]
    if not rules:
        raise Conflict("compliance.no_approval_needed")
    row = declarations.request_approval(
        connection,
        {
            "id": new_id(),
            "campaign_id": campaign_id,
            "content_hash": judged.content_hash,
            "rules": rules,
            "note": note,
            "member_id": member_id,
        },
    )
    audit.record(connection, "approval.requested", member_id=member_id, target=str(campaign_id), rules=rules)
    return _view(row, judged.content_hash)


def decide(
    connection: Connection,
    cipher: TenantCipher,
    approval_id: UUID,
    state: str,
    note: str,
    member_id: UUID,
    now: datetime,
) -> Approval:
    """`approved` or `refused`, by another admin than the one who asked.

    Raises NotFound; Forbidden for one's own request; Conflict when it is decided already, and when what was
    to be approved has changed since.
    """
    known = declarations.approval(connection, approval_id)
    if known is None:
        raise NotFound
    if known["requested_by"] == member_id:
        raise Forbidden("compliance.own_request")
    campaign = campaigns.require(store.lock(connection, known["campaign_id"]))
    current = _judge(connection, cipher, campaign, now).content_hash
    if state == "approved" and bytes(known["content_hash"]) != current:
        raise Conflict("compliance.approval_void")
    row = declarations.decide(connection, approval_id, state, member_id, note, now)
    if row is None:
        raise Conflict("compliance.approval_decided")
    audit.record(
        connection,
        f"approval.{state}",
        member_id=member_id,
        target=str(known["campaign_id"]),
        content=current.hex(),
    )
    return _view(row, current)


def of_campaign(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, now: datetime
) -> list[Approval]:
    """Every request of a campaign, the latest first; `current` speaks of it as it is. Raises NotFound."""
    campaign = campaigns.require(store.get(connection, campaign_id))
    rows = declarations.approvals_of(connection, campaign_id)
    current = _judge(connection, cipher, campaign, now).content_hash if rows else b""
    return [_view(row, current) for row in rows]


def waiting(
    connection: Connection, cipher: TenantCipher, state: str | None, now: datetime, limit: int
) -> list[Approval]:
    """Requests of the camp, the latest first."""
    return [
        _view(row, _current(connection, cipher, row, now))
        for row in declarations.approvals(connection, state, limit)
    ]


def declare(connection: Connection, campaign_id: UUID, told: Declarations, member_id: UUID) -> Declarations:
    """What staff say about a draft. Raises NotFound, Conflict once it is launched."""
    campaigns.lock_editable(connection, campaign_id)
    declarations.declare(connection, campaign_id, told.model_dump(mode="json"), member_id)
    audit.record(connection, "campaign.declared", member_id=member_id, target=str(campaign_id))
    return told


def declared(connection: Connection, campaign_id: UUID) -> Declarations:
    """What was said about a campaign. Raises NotFound."""
    campaigns.require(store.get(connection, campaign_id))
    return Declarations.model_validate(declarations.declared(connection, campaign_id))


def _judge(connection: Connection, cipher: TenantCipher, campaign: Row, now: datetime) -> law.Judgement:
    steps = store.steps_of(connection, [campaign["id"]])
    values = values_for_judging(connection, cipher, campaign)
    send_at = max(campaign["scheduled_at"] or now, now)
    asked = law.Question(campaign, steps, values, send_at, None, people=False)
    return law.judge(connection, cipher, asked)


def _current(connection: Connection, cipher: TenantCipher, row: Row, now: datetime) -> bytes:
    campaign = store.get(connection, row["campaign_id"])
    return _judge(connection, cipher, campaign, now).content_hash if campaign else b""


def _view(row: Row, current: bytes) -> Approval:
    content = bytes(row["content_hash"])
    return Approval(
        content_hash=content.hex(),
        current=content == current,
        campaign_name=row.get("campaign_name"),
        **{
            name: row[name]
            for name in Approval.model_fields
            if name not in ("content_hash", "current", "campaign_name")
        },
    )
