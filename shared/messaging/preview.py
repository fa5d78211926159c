"""What a campaign would look like, cost and be allowed to do, before it is launched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.compliance import Fix, Purpose, Severity, Verdict, allowed
from shared.compliance.models import Declarations
from shared.contacts import contacts
from shared.contacts.models import Contact
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.kernel.days import Moment
from shared.kernel.errors import NotFound
from shared.messaging import (
    audience,
    campaigns,
    costs,
    facts,
    law,
    people,
    quotas,
    replacements,
    senders,
    splits,
)
from shared.messaging import store_campaigns as store
from shared.messaging.models import MAX_STEPS, Audience, CharacterOffer, SenderView, StepDraft, StrictModel
from shared.messaging.quotas import Quota
from shared.messaging.rendering import Preview
from shared.privacy import sensitive
from shared.security.cipher import TenantCipher

Row = Annotated[int | None, Field(ge=1, le=1_000_000)]


class PreviewRequest(StrictModel):
    """A draft that is not saved; `scheduled_at` matters to rules about the day and the night."""

    purpose: Purpose
    audience: Audience
    steps: list[StepDraft] = Field(min_length=1, max_length=MAX_STEPS)
    contact_id: UUID | None = None
    row: Row = None
    scheduled_at: Moment | None = None
    declarations: Declarations | None = None


class PreviewOf(StrictModel):
    """Whom to show: a contact, or the n-th of the audience (from 1); without them, one of the audience."""

    contact_id: UUID | None = None
    row: Row = None


class PreviewContact(BaseModel):
    id: UUID
    name: str | None
    phone: str | None


class PreviewStep(BaseModel):
    """One rendered step. `cost_krw` is a message's price at the account, `total_krw` of everybody's.
    `bytes` and `limit` are CP949 bytes for texts and characters for Kakao."""

    position: int
    channel: str
    kind: str
    sender: str | None
    subject: str | None
    text: str
    bytes: int
    limit: int
    parts: int
    image_id: UUID | None = None
    image_wide: bool = False
    buttons: list[dict[str, Any]] = []
    unfilled: list[str]
    unsendable_characters: list[str]
    offers: list[CharacterOffer]
    cost_krw: int
    total_krw: int


class PreviewAudience(BaseModel):
    value: int
    relation: str = "eq"


class PreviewFix(BaseModel):
    """What mends a verdict. `kind`:

    `insert`: put `prefix` before and `suffix` after the body of `step`. `replace`: `text` by `value` in the
    body of `step`. `reschedule`: set `scheduled_at` to `value`. `declare`: set `field` of the declarations
    (to `value` when there is one). `open`: the place to go, in `field`: candidate, senders,
    attestation, approval, refusal_test. `confirm`: ask the person once more before the launch.
    """

    kind: str
    step: int | None
    field: str | None
    prefix: str
    suffix: str
    text: str | None
    value: str | None


class PreviewVerdict(BaseModel):
    """`severity`: block, second_person, warn, insert (words were put in: the steps show them)."""

    rule: str
    severity: str
    article: str
    message: str
    fixes: list[PreviewFix] = []


class PreviewCompliance(BaseModel):
    """`allowed` False: something blocks. `needs_second_person`: another admin must approve; `approval` is
    what became of that for exactly this content: none, requested, approved, refused."""

    allowed: bool
    needs_second_person: bool = False
    approval: str = "none"
    rule_set: str = ""
    verdicts: list[PreviewVerdict]


class CampaignPreview(BaseModel):
    """`estimated_cost_krw` is the first step for the whole audience; fallbacks cost extra."""

    contact: PreviewContact | None
    steps: list[PreviewStep]
    variant_b: PreviewStep | None = None
    audience: PreviewAudience
    estimated_cost_krw: int
    quota: Quota
    compliance: PreviewCompliance


def of_draft(
    connection: Connection,
    cipher: TenantCipher,
    wanted: PreviewRequest,
    language: str,
    now: datetime,
    is_hidden: IsHidden,
    member_id: UUID,
    balance: int | None = None,
) -> CampaignPreview:
    """Preview a draft that is not saved, without the values that are hidden from a member.

    Raises ValidationFailed, NotFound as creating it would.
    """
    steps = campaigns.resolve_steps(connection, cipher, wanted.steps)
    chosen = whom(connection, cipher, wanted.audience.as_json(), wanted.contact_id, wanted.row)
    other = wanted.steps[0].variant_b
    return _preview(
        connection,
        cipher,
        {
            "id": None,
            "purpose": wanted.purpose,
            "audience": wanted.audience.as_json(),
            "scheduled_at": wanted.scheduled_at,
            "declared": wanted.declarations.model_dump(mode="json") if wanted.declarations else {},
            "variant_b": splits.words_of(other) if other is not None else None,
        },
        steps,
        chosen,
        language,
        now,
        is_hidden,
        member_id,
        balance,
    )


def of_campaign(
    connection: Connection,
    cipher: TenantCipher,
    campaign_id: UUID,
    wanted: PreviewOf,
    language: str,
    now: datetime,
    is_hidden: IsHidden,
    member_id: UUID,
    balance: int | None = None,
) -> CampaignPreview:
    """Preview a saved campaign, without the values that are hidden from a member. Raises NotFound.

    `balance`: won at the carrier, as `costs.balance` tells.
    """
    campaign = campaigns.require(store.get(connection, campaign_id))
    steps = store.steps_of(connection, [campaign_id])
    chosen = whom(connection, cipher, campaign["audience"], wanted.contact_id, wanted.row)
    seen = (language, now, is_hidden, member_id, balance)
    return _preview(connection, cipher, campaign, steps, chosen, *seen)


def whom(
    connection: Connection,
    cipher: TenantCipher,
    wanted: Mapping[str, Any],
    contact_id: UUID | None,
    row: int | None,
) -> UUID | None:
    """The contact to show: the given one, or the n-th who would receive it. Raises NotFound beyond them."""
    if row is None or contact_id is not None:
        return contact_id
    found = audience.nth(connection, cipher, wanted, row)
    if found is None:
        raise NotFound
    return found


def values_of_example(
    connection: Connection,
    cipher: TenantCipher,
    wanted: Mapping[str, Any],
    contact_id: UUID | None,
    is_hidden: IsHidden,
) -> tuple[Contact | None, dict[str, str]]:
    """The contact to show (the given one, else one of the audience) and the variables it fills.

    Hidden fields are covered. Raises NotFound when the given contact is
    not there.
    """
    chosen = contact_id or audience.example(connection, cipher, wanted)
    if chosen is None:
        return None, people.values_for(None, None, None, {})
    contact = contacts.get(connection, cipher, chosen)
    custom = sensitive.covered(contact.custom, is_hidden)
    values = people.values_for(contact.name, None, contact.address, custom)
    return contact, values | {"전화번호": _phone_of(contact) or ""}


def _preview(
    connection: Connection,
    cipher: TenantCipher,
    campaign: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    contact_id: UUID | None,
    language: str,
    now: datetime,
    is_hidden: IsHidden,
    member_id: UUID,
    balance: int | None,
) -> CampaignPreview:
    contact, values = values_of_example(connection, cipher, campaign["audience"], contact_id, is_hidden)
    known = senders.by_ids(connection, cipher, [step["sender_id"] for step in steps])
    quota = quotas.current(connection, now)
    told = campaign.get("declared")
    declared = law.declarations_of(connection, campaign["id"]) if told is None else law.declared_of(told)
    send_at, families = max(campaign["scheduled_at"] or now, now), audience.families(steps)
    consents = law.consents_for(campaign, send_at, declared, law.sensitive_in(connection, cipher, steps))
    count = audience.count(connection, cipher, campaign["audience"], families, consents)
    needed = (quota.remaining, count)
    each = costs.prices_now(connection)
    money = None if balance is None else (balance, costs.at_least(steps, each) * count)
    asked = law.Question(
        campaign, steps, values, send_at, member_id, declared=declared, quota=needed, money=money
    )
    judged = law.judge(connection, cipher, asked)
    shown = [facts.render_step(step, values) for step in judged.steps]
    return CampaignPreview(
        contact=_contact(contact),
        steps=[
            _step(step, one, known.get(step["sender_id"]), each, count)
            for step, one in zip(judged.steps, shown, strict=True)
        ],
        variant_b=_variant_b(judged, values, known, each, count),
        audience=PreviewAudience(value=count),
        estimated_cost_krw=each[shown[0].kind.value] * count,
        quota=quota,
        compliance=_compliance(judged, law.approval_state(connection, campaign["id"], judged), language),
    )


def _variant_b(
    judged: law.Judgement,
    values: Mapping[str, str],
    known: Mapping[UUID, SenderView],
    each: Mapping[str, int],
    count: int,
) -> PreviewStep | None:
    """The first step in its second text."""
    if judged.other is None:
        return None
    step = judged.other.steps[0]
    return _step(step, facts.render_step(step, values), known.get(step["sender_id"]), each, count)


def _contact(contact: Contact | None) -> PreviewContact | None:
    if contact is None:
        return None
    return PreviewContact(id=contact.id, name=contact.name, phone=_phone_of(contact))


def _step(
    step: Mapping[str, Any],
    shown: Preview,
    sender: SenderView | None,
    each: Mapping[str, int],
    count: int,
) -> PreviewStep:
    return PreviewStep(
        position=step["position"],
        channel=step["channel"],
        kind=shown.kind,
        sender=sender.value if sender is not None else None,
        subject=shown.subject or None,
        text=shown.text,
        bytes=shown.size,
        limit=shown.limit,
        parts=shown.parts,
        image_id=step["image_id"],
        image_wide=step["image_wide"],
        buttons=step.get("buttons") or [],
        unfilled=list(shown.unfilled),
        unsendable_characters=list(shown.unsendable),
        offers=_offers(shown),
        cost_krw=each[shown.kind.value],
        total_krw=each[shown.kind.value] * count,
    )


def _offers(shown: Preview) -> list[CharacterOffer]:
    """What to write instead of what cannot be sent; `POST /texts/fix` puts it in."""
    if not shown.unsendable:
        return []
    return [CharacterOffer.model_validate(one) for one in replacements.offers(shown.subject + shown.text)]


def _compliance(judged: law.Judgement, approval: str, language: str) -> PreviewCompliance:
    verdicts = judged.verdicts
    return PreviewCompliance(
        allowed=allowed(verdicts),
        needs_second_person=any(one.severity is Severity.SECOND_PERSON for one in verdicts),
        approval=approval,
        rule_set=judged.rule_set,
        verdicts=[verdict_view(verdict, language) for verdict in verdicts],
    )


def verdict_view(verdict: Verdict, language: str) -> PreviewVerdict:
    """A verdict as the API shows it."""
    return PreviewVerdict(
        rule=verdict.rule,
        severity=verdict.severity,
        article=verdict.article,
        message=verdict.message(language),
        fixes=[_fix(one) for one in verdict.fixes],
    )


def _fix(fix: Fix) -> PreviewFix:
    return PreviewFix.model_validate(fix, from_attributes=True)


def _phone_of(contact: Contact) -> str | None:
    """The number a message would go to."""
    for point in contact.points:
        if point.kind == "phone" and point.textable and not point.opted_out:
            return point.value
    return contact.phones[0] if contact.phones else None
