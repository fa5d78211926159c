"""What the API takes and says about people who may be one."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contacts.models import Contact

ReviewKind = Literal["similar", "shared_phone", "shared_email"]
Side = Literal["left", "right"]
FieldValue = str | list[str] | dict[str, str] | None


class ReviewQuery(BaseModel):
    kind: ReviewKind | None = None
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=80)


class Reason(BaseModel):
    code: str
    message: str


class FieldPair(BaseModel):
    """One field of both contacts. `suggestion`: which to keep; both: they are joined."""

    field: str
    left: FieldValue
    right: FieldValue
    equal: bool
    suggestion: Literal["left", "right", "both"]


class ReviewItem(BaseModel):
    """Two contacts that may be one person; `left` is the older one.

    Of kind shared_email both are the same contact, the right one under the name that a file gave.
    """

    id: UUID
    score: float
    kind: ReviewKind
    reasons: list[Reason]
    left: Contact
    right: Contact
    fields: list[FieldPair]
    created_at: datetime


class ReviewDecision(BaseModel):
    """What a member decided. `fields`: whose value to keep, by field; the others follow `keep`."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["merge", "keep_apart"]
    keep: Side = "left"
    fields: dict[str, Side] = Field(default_factory=dict, max_length=50)


class Resolved(BaseModel):
    merge_id: UUID | None


class ScanState(BaseModel):
    """The walk that looks for similar people. `open`: entries to look at, 10000 for more."""

    running: bool
    done: int
    total: int
    open: int
    finished_at: datetime | None
