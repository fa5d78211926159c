"""What the API takes and says about bulk actions, exports and saved views."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.contacts.models import Tag

MAX_IDS = 10_000
MAX_TAGS = 20
MAX_CUSTOM_COLUMNS = 50
Action = Literal["tag", "untag", "delete"]
Format = Literal["csv", "xlsx"]
Outcome = Literal["created", "updated", "merged", "unchanged", "duplicate", "repaired", "shared"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
COLUMNS = (
    "name",
    "phones",
    "emails",
    "kakao_ids",
    "address",
    "birth",
    "tags",
    "note",
    "source",
    "legal_basis",
    "opted_out",
    "created_at",
    "updated_at",
    "id",
)
DEFAULT_COLUMNS = COLUMNS[:8]
CUSTOM = "custom:"


def _composed(tag: str) -> str:
    return unicodedata.normalize("NFC", tag)


class StrictModel(BaseModel):
    """A misspelt field is an error: nobody deletes everybody because of a typing mistake."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(StrictModel):
    """The filters of the contact list, as GET /contacts takes them; all must hold. None: everybody."""

    q: str = Field(default="", max_length=100)
    tag: list[Tag] = Field(default_factory=list, max_length=10)
    segment_id: UUID | None = None
    import_id: UUID | None = None
    outcome: Outcome | None = None
    filter: dict[str, Any] | None = None


class Target(ListQuery):
    """Which contacts: these ids, or all that match the list's filters at the moment of the call."""

    ids: list[UUID] | None = Field(default=None, max_length=MAX_IDS)

    @model_validator(mode="after")
    def _one_way(self) -> "Target":
        if self.ids is not None and self.model_fields_set != {"ids"}:
            raise ValueError("selection.ids_alone")
        if self.outcome is not None and self.import_id is None:
            raise ValueError("selection.outcome_alone")
        return self


class Counting(StrictModel):
    """Whom to count."""

    target: Target


class Counted(BaseModel):
    """How many contacts, never capped."""

    count: int


class BulkRequest(StrictModel):
    """What to do with which contacts."""

    action: Action
    target: Target
    tags: list[Annotated[Tag, AfterValidator(_composed)]] = Field(default_factory=list, max_length=MAX_TAGS)

    @model_validator(mode="after")
    def _tags_fit(self) -> "BulkRequest":
        if (self.action == "delete") == bool(self.tags):
            raise ValueError(
                "selection.tags_missing" if self.action != "delete" else "selection.tags_unwanted"
            )
        return self


class Undone(BaseModel):
    """`restored`: contacts that are as before. `kept`: contacts on which something later stays."""

    restored: int
    kept: int


class BulkAction(BaseModel):
    """A bulk action. `changed`: contacts it changed; `skipped`: those it found as wanted, or gone.

    While it runs, and again while it is being undone, `done` goes from 0 to `total`. `error_message` says
    the `error` in the caller's language.
    """

    id: UUID
    action: Action
    tags: list[str]
    status: Literal["queued", "running", "completed", "undoing", "undone", "failed"]
    error: str | None
    error_message: str | None
    total: int
    done: int
    changed: int
    skipped: int
    can_undo: bool
    undo_until: datetime | None
    undo: Undone | None
    member_id: UUID
    created_at: datetime
    finished_at: datetime | None


class Started(BaseModel):
    id: UUID
    status: str


class ExportRequest(StrictModel):
    """A file of contacts. `columns`: names of COLUMNS, or `custom:<label>`."""

    target: Target | None = None
    segment_id: UUID | None = None
    filter: dict[str, Any] | None = None
    format: Format
    columns: list[Annotated[str, Field(max_length=110)]] = Field(
        default_factory=list, max_length=len(COLUMNS) + MAX_CUSTOM_COLUMNS
    )
    reason: Reason

    @model_validator(mode="after")
    def _makes_sense(self) -> "ExportRequest":
        if self.target is not None and (self.segment_id or self.filter is not None):
            raise ValueError("selection.one_target")
        if self.target is None and self.segment_id is None and self.filter is None:
            raise ValueError("selection.one_target")
        known = all(c in COLUMNS or (c.startswith(CUSTOM) and c != CUSTOM) for c in self.columns)
        if not known or len(set(self.columns)) < len(self.columns):
            raise ValueError("selection.unknown_column")
        return self

    @property
    def whom(self) -> Target:
        """The target, whichever way it was given."""
        return self.target or Target(segment_id=self.segment_id, filter=self.filter)


class Export(BaseModel):
    """An export. `download_url` is an API path; fetch it with the Authorization header until `expires_at`.

    `error_message` says the `error` in the caller's language.
    """

    id: UUID
    status: Literal["queued", "running", "completed", "failed", "expired"]
    error: str | None
    error_message: str | None
    format: Format
    columns: list[str]
    reason: str
    total: int
    done: int
    rows: int | None
    member_id: UUID
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    download_url: str | None


class ViewInput(StrictModel):
    """A saved set of the list's filters. `shared`: everybody in the camp sees it."""

    name: ViewName
    query: ListQuery
    shared: bool = False


class View(BaseModel):
    """`own`: the caller made it, and may change it."""

    id: UUID
    name: str
    query: ListQuery
    shared: bool
    own: bool
    member_id: UUID
    created_at: datetime
    updated_at: datetime


class PageQuery(BaseModel):
    """`cursor`: as the page before gave it."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None
