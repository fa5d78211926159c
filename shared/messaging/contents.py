"""Another text for those who have not been sent to yet.

The campaign is paused first, in the same transaction: a batch that was claimed before leaves with the old
text, which stays on record under its version, and every later one with the new. The new text is judged as at
a launch. Where a rule wants a second person, the word on the old text does not count: another admin is asked,
and until then nothing goes on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from shared.compliance import Moment, Severity, declarations, sends
from shared.kernel.database import Connection
from shared.kernel.errors import ComplianceBlocked, Conflict, Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.messaging import campaigns, law, splits, store_contents, store_splits
from shared.messaging import store_campaigns as store
from shared.messaging.examples import values_for_judging
from shared.messaging.models import StrictModel, Subject
from shared.messaging.rendering import Channel, sanitize
from shared.messaging.split_models import Variant
from shared.messaging.states import CampaignStatus
from shared.security import audit
from shared.security.cipher import TenantCipher

Row = dict[str, Any]
REPLACEABLE = frozenset(
    {CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.STOPPED}
)
# What passes by itself lets the batches rest, and is no reason against a text.
_OF_THE_HOUR = law.PASSING - {"E21"}


class ContentChange(StrictModel):
    """A new text of a step, from 1; what is left out stays. `variant`: which of a first step's two texts."""

    position: int = Field(ge=1)
    subject: Subject | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    variant: Variant = "a"

    @model_validator(mode="after")
    def _says_something(self) -> "ContentChange":
        if not self.model_fields_set & {"subject", "body"}:
            raise ValueError("campaign.no_content")
        return self


class ContentReplaced(BaseModel):
    """The campaign rests until it is resumed by hand; with `needs_approval`, after another admin's word."""

    id: UUID
    status: str
    version: int
    needs_approval: bool


def replace(
    connection: Connection,
    cipher: TenantCipher,
    campaign_id: UUID,
    wanted: ContentChange,
    member_id: UUID,
    now: datetime,
) -> ContentReplaced:
    """Change what those who still wait will get, and pause.

    Of an election campaign whose texts have begun to leave, what follows is another send (제59조 제2호).
    Raises NotFound; Conflict for a campaign that is a draft or has ended, and for a Kakao template, which is
    what was reviewed; ValidationFailed for no such step; ComplianceBlocked, and then nothing has changed.
    """
    campaign = campaigns.require(store.lock(connection, campaign_id))
    if CampaignStatus(campaign["status"]) not in REPLACEABLE:
        raise Conflict("campaign.cannot_replace")
    store.move(connection, campaign_id, CampaignStatus.PAUSED, now)  # one that is stopped stays so
    version = _write(connection, campaign, wanted, member_id, now)
    judged = _judge(connection, cipher, campaign, member_id, now)
    law.keep_words(connection, campaign_id, judged)
    consents = dict.fromkeys((*campaign["consents_needed"], *judged.consents))
    store.begin_text(connection, campaign_id)
    store.set_law(connection, campaign_id, law.text_hash(judged.steps), consents)
    law.keep_verdicts(connection, cipher, judged, campaign_id, now)
    held = _hold(connection, campaign_id, judged, member_id)
    audit.record(
        connection,
        "campaign.content_replaced",
        member_id=member_id,
        target=str(campaign_id),
        step=wanted.position,
        variant=wanted.variant,
        version=version,
        needs_approval=held,
    )
    status = campaigns.require(store.get(connection, campaign_id))["status"]
    return ContentReplaced(id=campaign_id, status=status, version=version, needs_approval=held)


def refuse_held(connection: Connection, campaign: Row) -> None:
    """Raises Conflict while a replaced text waits for a second person's word."""
    if campaigns.is_held(connection, campaign):
        raise Conflict("campaign.needs_approval")


def _write(
    connection: Connection, campaign: Row, wanted: ContentChange, member_id: UUID, now: datetime
) -> int:
    split = splits.of(connection, campaign)
    step = _step(connection, campaign["id"], wanted, split)
    if Channel(step["channel"]).is_text:
        sends.begin_another(connection, campaign["id"], now)
    version = store_contents.archive(connection, campaign["id"], wanted.position, member_id, now)
    now_said = splits.in_words(step, split, wanted.variant)
    clean = sanitize if Channel(step["channel"]).is_text else str  # Kakao shows all of Unicode
    body = now_said["body"] if wanted.body is None else clean(wanted.body)
    subject = now_said["subject"]
    if "subject" in wanted.model_fields_set:
        subject = sanitize(wanted.subject) if wanted.subject else None
    if wanted.variant == splits.B:
        store_splits.set_text(connection, campaign["id"], subject, body)
    else:
        store_contents.set_text(connection, campaign["id"], wanted.position, subject, body)
    return version


def _step(
    connection: Connection, campaign_id: UUID, wanted: ContentChange, split: Mapping[str, Any] | None
) -> Row:
    steps = {step["position"]: step for step in store.steps_of(connection, [campaign_id])}
    step = steps.get(wanted.position)
    if step is None:
        raise ValidationFailed(details=[Detail(text("campaign.no_step"), field="position")])
    if wanted.variant == splits.B and (split is None or wanted.position != 1):
        raise ValidationFailed(details=[Detail(text("campaign.ab_incomplete"), field="variant")])
    if not Channel(step["channel"]).is_text and step["template_id"] is not None:
        raise Conflict("campaign.reviewed_text")
    return step


def _judge(
    connection: Connection, cipher: TenantCipher, campaign: Row, member_id: UUID, now: datetime
) -> law.Judgement:
    values = values_for_judging(connection, cipher, campaign)
    steps = store.steps_of(connection, [campaign["id"]])
    send_at = max(campaign["scheduled_at"] or now, now)
    asked = law.Question(campaign, steps, values, send_at, member_id, people=False)
    judged = law.judge(connection, cipher, asked, Moment.LAUNCH)
    details = law.details_of([one for one in judged.verdicts if one.rule not in _OF_THE_HOUR])
    if details:
        raise ComplianceBlocked(details=details)
    return judged


def _hold(connection: Connection, campaign_id: UUID, judged: law.Judgement, member_id: UUID) -> bool:
    """Ask for a second person's word where a rule wants it; whether one is still wanted."""
    rules = [one.rule for one in judged.verdicts if one.severity is Severity.SECOND_PERSON]
    if not rules or declarations.is_approved(connection, campaign_id, judged.content_hash):
        store_contents.hold(connection, campaign_id, None)
        return False
    store_contents.hold(connection, campaign_id, judged.content_hash)
    declarations.request_approval(
        connection,
        {
            "id": new_id(),
            "campaign_id": campaign_id,
            "content_hash": judged.content_hash,
            "rules": rules,
            "note": "",
            "member_id": member_id,
        },
    )
    return True
