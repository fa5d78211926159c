"""What staff send us and what they get back: the shapes of the messaging API."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.compliance import Purpose
from shared.kernel.days import Day, Moment
from shared.messaging.button_models import MAX_BUTTONS, BubblePicture, ButtonDraft, StepButtons
from shared.messaging.rendering import Channel
from shared.messaging.split_models import SplitDraft, SplitView, VariantText

MAX_STEPS = 5
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Body = Annotated[str, StringConstraints(max_length=4000)]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


class StrictModel(BaseModel):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class Audience(StrictModel):
    """Exactly one way to say who: everybody, a saved segment, a filter, or contacts by id."""

    all: Literal[True] | None = None
    segment_id: UUID | None = None
    filter: dict[str, Any] | None = None
    contact_ids: list[UUID] | None = Field(default=None, max_length=10_000)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Audience":
        if (
            sum(value is not None for value in (self.all, self.segment_id, self.filter, self.contact_ids))
            != 1
        ):
            raise ValueError("campaign.audience_one")
        return self

    def as_json(self) -> dict[str, Any]:
        """The one chosen way, for storage."""
        return self.model_dump(mode="json", exclude_none=True)


class StepDraft(BubblePicture):
    """One step as staff write it. `wait_seconds` passes after the failure of the step before.

    An MMS has a picture (`image_id`), a brand message that is written here may have one, and `buttons`; a
    Kakao template brings its own.

    `variant_b`: another text to try, of the first step only (`CampaignDraft.ab`).

    `retries` is how often it is tried again after a temporary failure, first after `retry_seconds`, then
    after twice as long each time. Left out, they are as configured, and a step with another one after it is
    not tried again.
    """

    channel: Channel
    sender_id: UUID
    subject: Subject | None = None
    body: Body | None = None
    template_id: UUID | None = None
    buttons: StepButtons = Field(default_factory=list)
    variant_b: VariantText | None = None
    wait_seconds: int = Field(default=0, ge=0, le=86_400)
    retries: int | None = Field(default=None, ge=0, le=5)
    retry_seconds: int | None = Field(default=None, ge=10, le=86_400)

    @model_validator(mode="after")
    def _has_content(self) -> "StepDraft":
        self._check_image()
        if self.buttons and (self.channel is not Channel.BRAND or self.template_id is not None):
            raise ValueError("campaign.buttons")
        if not self.body and self.template_id is None:
            raise ValueError("campaign.no_content")
        return self

    def _check_image(self) -> None:
        written = self.channel is Channel.BRAND and self.template_id is None
        if self.image_id is None and self.channel is Channel.MMS:
            raise ValueError("campaign.image")
        if self.image_id is not None and self.channel is not Channel.MMS and not written:
            raise ValueError("campaign.image")
        if (self.image_link or self.image_wide) and not written:
            raise ValueError("campaign.image")
        self.check_picture(self.buttons)


PriorityName = Literal["high", "medium", "low"]


class CampaignDraft(StrictModel):
    """A campaign before its launch. `high` is sent before everything else, `low` when nothing else is due."""

    name: Name
    purpose: Purpose
    audience: Audience
    steps: list[StepDraft] = Field(min_length=1, max_length=MAX_STEPS)
    scheduled_at: Moment | None = None
    priority: PriorityName = "medium"
    ab: SplitDraft | None = None

    @model_validator(mode="after")
    def _split_is_whole(self) -> "CampaignDraft":
        first, *later = self.steps
        if any(step.variant_b for step in later) or (first.variant_b is None) != (self.ab is None):
            raise ValueError("campaign.ab_incomplete")
        if first.variant_b is not None and not first.channel.is_text:
            raise ValueError("campaign.ab_channel")
        return self


class StepView(BaseModel):
    position: int
    channel: str
    sender_id: UUID
    subject: str | None
    body: str
    template_id: UUID | None
    template_version: int | None
    image_id: UUID | None
    image_link: str | None
    image_wide: bool
    buttons: list[dict[str, Any]] = []
    variant_b: VariantText | None = None
    content_version: int
    wait_seconds: int
    retries: int | None
    retry_seconds: int | None


class StepSummary(BaseModel):
    position: int
    channel: str


class Counts(BaseModel):
    """Recipients by their present state; the states add up to `recipients`."""

    recipients: int = 0
    queued: int = 0
    sending: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: int = 0


class CampaignHead(BaseModel):
    id: UUID
    name: str
    purpose: str
    priority: PriorityName
    status: str
    scheduled_at: datetime | None
    created_at: datetime
    launched_at: datetime | None
    finished_at: datetime | None
    stop_reason: str | None
    counts: Counts


class CampaignItem(CampaignHead):
    """A campaign in a list."""

    steps: list[StepSummary]


class CampaignView(CampaignHead):
    """A campaign in full."""

    audience: dict[str, Any]
    steps: list[StepView]
    ab: SplitView | None = None
    needs_approval: bool = False


class Status(BaseModel):
    """The answer to every verb that moves a campaign."""

    id: UUID
    status: str


class SenderDraft(StrictModel):
    """A sender number, or a Kakao channel by its profile id at the carrier."""

    kind: Literal["phone", "kakao_channel"]
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=64)]
    carrier: Annotated[str, StringConstraints(max_length=40)] | None = None
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    registered_on: Day | None = None
    reported_on: Day | None = None


class SenderView(BaseModel):
    id: UUID
    kind: str
    value: str
    carrier: str | None
    label: str
    registered_on: date | None
    reported_on: date | None
    created_at: datetime


class TemplateDraft(BubblePicture):
    """A text to use again. For Alimtalk it is what Kakao reviews; `buttons` as the carrier takes them.

    A brand message may have a picture; of one that Kakao knows it is the picture that stands there.
    """

    name: Name
    channel: Channel
    subject: Subject | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    buttons: list[ButtonDraft] = Field(default_factory=list, max_length=MAX_BUTTONS)
    carrier_template_id: Annotated[str, StringConstraints(max_length=64)] | None = None

    @model_validator(mode="after")
    def _pictures_in_bubbles(self) -> "TemplateDraft":
        if self.image_id is not None and self.channel is not Channel.BRAND:
            raise ValueError("campaign.image")
        self.check_picture(self.buttons)
        return self


class TemplateText(BaseModel):
    """What a template says in one version. `comment`: the reviewers' last word.

    `status`: pending (nobody was asked), inspecting, approved, rejected, stopped.
    """

    version: int
    subject: str | None
    body: str
    image_id: UUID | None = None
    image_link: str | None = None
    image_wide: bool = False
    buttons: list[dict[str, Any]]
    carrier_template_id: str | None
    status: str
    comment: str | None = None


class TemplateView(TemplateText):
    """A template in its newest version."""

    id: UUID
    name: str
    channel: str
    created_at: datetime


class TemplateVersion(TemplateText):
    """What a template was in one of its versions."""

    edited_at: datetime
    member_id: UUID | None


class CharacterOffer(BaseModel):
    """A character that no phone can be sent, and what to write instead ("": leave it out)."""

    model_config = ConfigDict(from_attributes=True)

    character: str
    count: int
    replacement: str
    name: str


class ImageView(BaseModel):
    """A picture as it will be sent: JPEG, at most 200 kB and 1000×1000.

    `fits_brand`: it is large enough for Kakao's brand messages.
    """

    id: UUID
    name: str
    bytes: int
    width: int
    height: int
    fits_brand: bool
    created_at: datetime


class InspectionRequest(StrictModel):
    """The Kakao channel under which a template is handed in for its review."""

    sender_id: UUID


class MessageDecision(StrictModel):
    """A person's word on a message that may or may not have been sent."""

    sent: bool
