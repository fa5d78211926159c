"""Two texts of a step: what staff send us about them and what they get back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Variant = Literal["a", "b"]


class VariantText(BaseModel):
    """The second text of a campaign's first step; the step's own is the first."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class SplitDraft(BaseModel):
    """How the better of two texts is found.

    `share_percent` of the audience gets the trial, half of them each text. `auto` decides by the open rate,
    `after_minutes` after the last text of the trial left, once `minimum` of each text are delivered; equal
    rates choose A. By hand it may be decided at any time.
    """

    model_config = ConfigDict(extra="forbid")

    share_percent: int = Field(default=20, ge=1, le=90)
    decide: Literal["hand", "auto"] = "hand"
    after_minutes: int = Field(default=60, ge=1, le=10_080)
    minimum: int = Field(default=50, ge=1, le=1_000_000)


class SplitView(SplitDraft):
    """A split as it stands; `chosen` is None until it is decided."""

    chosen: Variant | None
    chosen_at: datetime | None


class VariantStats(BaseModel):
    """One text in the trial. `open_rate`: people who opened, of those it reached; a click proves that."""

    variant: Variant
    subject: str | None
    body: str
    recipients: int
    sent: int
    delivered: int
    opened: int
    open_rate: float


class Variants(SplitView):
    """The trial now. `rest` waits for the decision, or has been let go.

    `waiting_for`: `launch`, `trial` (not all of it has left), `time`, `minimum` (too few delivered: by
    hand, or when more reports come), `hand`, `rule` (within seconds), None once it is decided.
    """

    variants: list[VariantStats]
    rest: int
    waiting_for: Literal["launch", "trial", "time", "minimum", "hand", "rule"] | None


class VariantChoice(BaseModel):
    """The text for the rest."""

    model_config = ConfigDict(extra="forbid")

    variant: Variant
