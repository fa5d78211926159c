"""Campaigns before and beside their sending: write, read, list, delete."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.compliance import declarations
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.messaging import audience, images, senders, splits, templates
from shared.messaging import store_campaigns as store
from shared.messaging.button_models import BubblePicture
from shared.messaging.models import (
    CampaignDraft,
    CampaignHead,
    CampaignItem,
    CampaignView,
    Counts,
    StepDraft,
    StepSummary,
    StepView,
    TemplateView,
)
from shared.messaging.rendering import Channel, sanitize
from shared.messaging.split_models import VariantText
from shared.messaging.states import EDITABLE, CampaignStatus, Priority
from shared.security import audit
from shared.security.cipher import TenantCipher

StepRow = dict[str, Any]


def create(
    connection: Connection, cipher: TenantCipher, draft: CampaignDraft, member_id: UUID
) -> CampaignView:
    """Save a draft. Raises ValidationFailed naming the step whose sender or template does not fit."""
    steps = resolve_steps(connection, cipher, draft.steps)
    audience.condition_of(connection, cipher, draft.audience.as_json())
    campaign_id = new_id()
    store.insert(connection, campaign_id, {**_fields(draft), "member_id": member_id})
    store.replace_steps(connection, campaign_id, steps)
    splits.keep(connection, campaign_id, draft, steps)
    audit.record(connection, "campaign.created", member_id=member_id, target=str(campaign_id))
    return get(connection, campaign_id)


def change(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, draft: CampaignDraft, member_id: UUID
) -> CampaignView:
    """Replace a draft. Raises NotFound, Conflict once it is launched, ValidationFailed as `create`."""
    lock_editable(connection, campaign_id)
    steps = resolve_steps(connection, cipher, draft.steps)
    audience.condition_of(connection, cipher, draft.audience.as_json())
    store.update(connection, campaign_id, _fields(draft))
    store.replace_steps(connection, campaign_id, steps)
    splits.keep(connection, campaign_id, draft, steps)
    audit.record(connection, "campaign.changed", member_id=member_id, target=str(campaign_id))
    return get(connection, campaign_id)


def remove(connection: Connection, campaign_id: UUID, member_id: UUID) -> None:
    """Delete a draft. Raises NotFound, and Conflict once it is launched: what was sent stays on record."""
    lock_editable(connection, campaign_id)
    store.delete(connection, campaign_id)
    audit.record(connection, "campaign.removed", member_id=member_id, target=str(campaign_id))


def get(connection: Connection, campaign_id: UUID) -> CampaignView:
    """One campaign in full. Raises NotFound."""
    row = require(store.get(connection, campaign_id))
    steps = [StepView.model_validate(step) for step in store.steps_of(connection, [campaign_id])]
    split = splits.of(connection, row)
    if split is not None:
        steps[0].variant_b = VariantText(subject=split["subject"], body=split["body"])
    return CampaignView(
        **_head(row, counts_of(connection, [campaign_id])[campaign_id]),
        audience=row["audience"],
        steps=steps,
        ab=splits.view(split) if split is not None else None,
        needs_approval=is_held(connection, row),
    )


def is_held(connection: Connection, row: dict[str, Any]) -> bool:
    """Whether a text that was replaced still waits for a second person's word."""
    held = row["held_content_hash"]
    return held is not None and not declarations.is_approved(connection, row["id"], bytes(held))


def list_page(
    connection: Connection, *, status: str | None, before: UUID | None, limit: int
) -> Page[CampaignItem]:
    """A page of campaigns, newest first."""
    rows = store.page(connection, status, before, limit + 1)
    items = _items(connection, rows[:limit])
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def stopped(connection: Connection, limit: int) -> list[CampaignItem]:
    """The newest campaigns that stopped themselves and wait for somebody."""
    return _items(connection, store.page(connection, CampaignStatus.STOPPED, None, limit))


def recent(connection: Connection, limit: int) -> list[CampaignItem]:
    """The newest campaigns."""
    return _items(connection, store.page(connection, None, None, limit))


def counts_of(connection: Connection, campaign_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """Recipients by state for each campaign, from the counters."""
    totals: dict[UUID, dict[str, int]] = {campaign_id: defaultdict(int) for campaign_id in campaign_ids}
    for row in store.counters(connection, campaign_ids):
        totals[row["campaign_id"]][row["state"]] += row["count"]
        totals[row["campaign_id"]]["recipients"] += row["count"]
    return {campaign_id: Counts(**states) for campaign_id, states in totals.items()}


def require(row: dict[str, Any] | None) -> dict[str, Any]:
    """The row. Raises NotFound when there is none (or it is another tenant's)."""
    if row is None:
        raise NotFound
    return row


def lock_editable(connection: Connection, campaign_id: UUID) -> dict[str, Any]:
    """The locked campaign. Raises NotFound, and Conflict once it is launched."""
    row = require(store.lock(connection, campaign_id))
    if CampaignStatus(row["status"]) not in EDITABLE:
        raise Conflict("campaign.not_editable")
    return row


def resolve_steps(connection: Connection, cipher: TenantCipher, drafts: Sequence[StepDraft]) -> list[StepRow]:
    """Steps with position and the text they will send: a template's text is copied in.

    Raises ValidationFailed when a sender or template is missing or of the wrong kind.
    """
    known_senders = senders.by_ids(connection, cipher, [draft.sender_id for draft in drafts])
    known = templates.to_write_with(connection, [draft.template_id for draft in drafts if draft.template_id])
    known_images = images.sizes(connection, [draft.image_id for draft in drafts if draft.image_id])
    return [
        _resolved(position, draft, known_senders, known, known_images)
        for position, draft in enumerate(drafts, start=1)
    ]


def _resolved(
    position: int,
    draft: StepDraft,
    known_senders: dict[UUID, Any],
    known_templates: dict[UUID, Any],
    known_images: dict[UUID, tuple[int, int]],
) -> StepRow:
    place = f"steps.{position - 1}"
    sender = known_senders.get(draft.sender_id)
    if sender is None or sender.kind != ("phone" if draft.channel.is_text else "kakao_channel"):
        raise _invalid("campaign.sender", f"{place}.sender_id")
    template = known_templates.get(draft.template_id) if draft.template_id else None
    if draft.template_id and (template is None or not _template_fits(draft.channel, template.channel)):
        raise _invalid("campaign.template", f"{place}.template_id")
    if draft.image_id and draft.image_id not in known_images:
        raise _invalid("campaign.no_image", f"{place}.image_id")
    if draft.image_id and draft.channel is Channel.BRAND:
        images.check_size_for_brand(known_images[draft.image_id], f"{place}.image_id")
    # Kakao compares a message with its reviewed template, so its text always comes from there.
    from_template = template is not None and (not draft.channel.is_text or not draft.body)
    body = template.body if template is not None and from_template else draft.body or ""
    subject = draft.subject or (template.subject if template is not None else None)
    return {
        "position": position,
        "channel": draft.channel.value,
        "sender_id": draft.sender_id,
        **_written_or_reviewed(draft, template),
        "subject": sanitize(subject) if subject else None,
        "body": sanitize(body) if draft.channel.is_text else body,
        "wait_seconds": draft.wait_seconds,
        "retries": draft.retries,
        "retry_seconds": draft.retry_seconds,
    }


def _written_or_reviewed(draft: StepDraft, template: TemplateView | None) -> StepRow:
    """The template, or the picture and the buttons of one's own.

    A brand template that Kakao does not know is only a text to use again: it, its picture and its buttons are
    copied.
    """
    if template is not None and (draft.channel is not Channel.BRAND or template.carrier_template_id):
        reviewed = {"template_id": template.id, "template_version": template.version, "buttons": []}
        return {**_picture(draft), **reviewed}
    own = [button.model_dump(mode="json") for button in draft.buttons]
    return {
        "template_id": None,
        "template_version": None,
        **_picture(template or draft),
        "buttons": template.buttons if template else own,
    }


def _picture(source: StepDraft | TemplateView) -> StepRow:
    return {name: getattr(source, name) for name in BubblePicture.model_fields}


def _template_fits(channel: Channel, template_channel: str) -> bool:
    """A text template serves all texts; a Kakao template its own kind only."""
    return channel == template_channel or (channel.is_text and Channel(template_channel).is_text)


def _invalid(key: str, field: str) -> ValidationFailed:
    return ValidationFailed(details=[Detail(text(key), field=field)])


def _fields(draft: CampaignDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "purpose": draft.purpose.value,
        "audience": draft.audience.as_json(),
        "scheduled_at": draft.scheduled_at,
        "priority": Priority[draft.priority.upper()].value,
    }


def _items(connection: Connection, rows: list[dict[str, Any]]) -> list[CampaignItem]:
    ids = [row["id"] for row in rows]
    counts = counts_of(connection, ids)
    steps: dict[UUID, list[StepSummary]] = defaultdict(list)
    for step in store.steps_of(connection, ids):
        steps[step["campaign_id"]].append(StepSummary(position=step["position"], channel=step["channel"]))
    return [CampaignItem(**_head(row, counts[row["id"]]), steps=steps[row["id"]]) for row in rows]


def _head(row: dict[str, Any], counts: Counts) -> dict[str, Any]:
    names = CampaignHead.model_fields.keys() - {"counts", "priority"}
    priority = Priority(row["priority"]).name.lower()
    return {name: row[name] for name in names} | {"counts": counts, "priority": priority}
