"""What the API takes and says about contacts."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Json, StringConstraints

from shared.kernel.storable import storable

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
ImportOutcome = Literal["created", "updated", "merged", "unchanged", "duplicate", "repaired", "shared"]
PointKind = Literal["phone", "email", "kakao_id"]


# What lists and merges may have given a contact: whoever edits it sends all of it back.
MAX_TEXT = 2_000
MAX_TAGS = 500
MAX_POINTS = 200
MAX_LABEL = 250
MAX_CUSTOMS = 1_000


class ContactInput(BaseModel):
    """A new contact, or the fields of one to change: what is not sent stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=100)
    phones: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=MAX_POINTS)
    emails: list[Annotated[str, Field(max_length=254)]] = Field(default_factory=list, max_length=MAX_POINTS)
    kakao_ids: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=MAX_POINTS)
    tags: list[Tag] = Field(default_factory=list, max_length=MAX_TAGS)
    address: str | None = Field(default=None, max_length=MAX_TEXT)
    note: str | None = Field(default=None, max_length=5000)
    birth: str | None = Field(default=None, max_length=40)
    custom: dict[
        Annotated[str, Field(min_length=1, max_length=MAX_LABEL)],
        Annotated[str, Field(max_length=MAX_TEXT)],
    ] = Field(default_factory=dict, max_length=MAX_CUSTOMS)
    source: str | None = Field(default=None, max_length=200)
    legal_basis: str | None = Field(default=None, max_length=100)


class SharedPhone(BaseModel):
    """A number that a contact gave as well, but that belongs to another one: a family's phone."""

    number: str
    holder_id: UUID
    holder_name: str | None


class SharedEmail(BaseModel):
    """An e-mail address that a contact gave as well, but that belongs to another one: an office's."""

    address: str
    holder_id: UUID
    holder_name: str | None


class ContactItem(BaseModel):
    """A contact as lists show it. Phones are written 010-1234-5678.

    `shared_phones`: numbers of the family's, which are somebody else's and are not texted for this contact.
    """

    id: UUID
    name: str | None
    phones: list[str]
    emails: list[str]
    kakao_ids: list[str]
    tags: list[str]
    address: str | None
    note: str | None
    opted_out: bool
    created_at: datetime
    updated_at: datetime
    last_contacted_at: datetime | None
    shared_phones: list[SharedPhone] = Field(default_factory=list)


class ContactPoint(BaseModel):
    """One phone, e-mail address or Kakao id. `id` is its keyed hash in hex."""

    id: str
    kind: PointKind
    value: str
    textable: bool
    opted_out: bool


class Contact(ContactItem):
    """One contact whole. `shared_emails`: addresses of an office's, which are somebody else's."""

    birth: str | None
    custom: dict[str, str]
    source: str | None
    legal_basis: str | None
    import_id: UUID | None
    aliases: list[str]
    points: list[ContactPoint]
    shared_emails: list[SharedEmail] = Field(default_factory=list)


class ContactQuery(BaseModel):
    """The filters of the contact list; all of them must hold. `filter`: JSON, as segments have it.

    `view_id`: a saved view, whose filters must hold too.
    """

    q: str = Field(default="", max_length=100)
    tag: list[str] = Field(default_factory=list, max_length=10)
    segment_id: UUID | None = None
    import_id: UUID | None = None
    outcome: ImportOutcome | None = None
    view_id: UUID | None = None
    filter: Annotated[Json[dict[str, Any]], AfterValidator(storable)] | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=60)


class TimelineQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=120)


class TimelineItem(BaseModel):
    """Something that happened to a contact. `title`: an import's file name. `detail` depends on the kind."""

    id: str
    kind: str
    at: datetime
    title: str | None = None
    detail: dict[str, Any]


class TagCount(BaseModel):
    tag: str
    count: int


class MergeRequest(BaseModel):
    """Which contact stays, which become part of it, and whose value a field takes: {field: contact_id}."""

    model_config = ConfigDict(extra="forbid")

    keep_id: UUID
    merge_ids: list[UUID] = Field(min_length=1, max_length=20)
    fields: dict[str, UUID] = Field(default_factory=dict, max_length=20)


class Merged(BaseModel):
    """A merge, and the contact that stays."""

    id: UUID
    contact: Contact


class NamedContact(BaseModel):
    id: UUID
    name: str | None


class MergedContact(BaseModel):
    """A contact that is part of another one (`kept_id`). `id`: the merge."""

    id: UUID
    merged: NamedContact
    kept_id: UUID
    at: datetime
    import_id: UUID | None
    member_id: UUID | None
    can_undo: bool


class MergeUndone(BaseModel):
    """The contacts that are apart again. `kept_edits`: later changes that stay where they were made."""

    contacts: list[UUID]
    kept_edits: int
