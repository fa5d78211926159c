"""What the privacy desk sends and gets."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from shared.kernel.clock import utc_now
from shared.kernel.days import Day, Moment


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class RekeyingDraft(Body):
    what: Literal["data_key"]


class Rekeying(BaseModel):
    """`total` counts rows; `keys` are the numbers of the data keys that exist now."""

    id: UUID | None
    status: Literal["none", "running", "waiting", "done", "failed"]
    done: int
    total: int
    keys: list[int]
    key_number: int | None = None
    error: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None


Purpose = Literal["processing", "sensitive", "advertising", "night_advertising", "third_party"]
Channel = Literal["all", "sms", "kakao", "email", "phone"]
Method = Literal["paper", "web", "phone", "email", "kakao", "import", "other"]
Words = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Reason = Annotated[str, StringConstraints(min_length=2, max_length=500)]


class ConsentInput(Body):
    """A consent as somebody gave it. `text`: just what they were shown; `evidence`: where the proof lies."""

    purpose: Purpose
    channel: Channel = "all"
    text: Words
    method: Method
    given_at: Moment
    evidence: Annotated[str, StringConstraints(max_length=1000)] | None = None

    @field_validator("given_at")
    @classmethod
    def _not_in_the_future(cls, given_at: datetime) -> datetime:
        # A clock may be a little behind ours.
        if given_at > utc_now() + timedelta(minutes=5):
            raise ValueError("privacy.consent_in_the_future")
        return given_at


class Withdrawal(Body):
    """`opt_out`: the person wants no more messages on the consent's channel."""

    how: Reason | None = None
    opt_out: bool = False


class Consent(BaseModel):
    """A consent on record. `reconfirm_by`: advertising has to be confirmed every two years; `ended_at`: when
    the person took back another consent for the same, which ends this one too."""

    id: UUID
    purpose: Purpose
    channel: Channel
    method: Method
    text: str
    evidence: str | None
    given_at: datetime
    recorded_at: datetime
    recorded_by: str | None
    import_id: UUID | None
    row_number: int | None
    reconfirm_by: datetime | None
    withdrawn_at: datetime | None
    ended_at: datetime | None
    withdrawn_how: str | None


class Offer(BaseModel):
    """What should follow, as a button: `opt_out` or `erase`."""

    action: Literal["opt_out", "erase"]
    message: str


class Withdrawn(BaseModel):
    consent: Consent
    offers: list[Offer]
    request_id: UUID | None


class DueConsent(BaseModel):
    """An advertising consent to be confirmed again (정보통신망법 제50조 제8항)."""

    id: UUID
    contact_id: UUID
    contact_name: str | None
    channel: Channel
    given_at: datetime
    reconfirm_by: datetime


class ProvenanceImport(BaseModel):
    id: UUID
    file_name: str
    row_number: int | None
    at: datetime
    member: str | None


class ProvenancePoint(BaseModel):
    kind: str
    value: str
    source: str | None
    at: datetime


class Provenance(BaseModel):
    """Where a person's data is from, in sentences to read out or send. `text`: all of them."""

    sentences: list[str]
    text: str
    source: str | None
    legal_basis: str | None
    imports: list[ProvenanceImport]
    consents: list[Consent]
    points: list[ProvenancePoint]
    campaigns: list[str]


class LookupQuery(Body):
    phone: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Lookup(BaseModel):
    """What is known of a number: `found` names the places, `sentences` say it."""

    found: list[Literal["contact", "shared", "history", "opt_out", "conversation", "campaign", "erased"]]
    contact_id: UUID | None
    sentences: list[str]
    text: str


class ErasureInput(Body):
    reason: Reason


class Erasure(BaseModel):
    """`waiting_uploads`: files that nobody has mapped yet; who is in them cannot be known."""

    contact_id: UUID
    contacts: int
    campaigns: int
    waiting_uploads: int


class NumberErasureInput(LookupQuery):
    reason: Reason


class NumberErasure(BaseModel):
    """`campaigns` in which the number stood, `contacts` deleted within a day that had it, parts included;
    `waiting_uploads` as of an `Erasure`."""

    conversations: int
    campaigns: int
    contacts: int
    waiting_uploads: int


RequestKind = Literal["access", "correction", "erasure", "stop", "source", "withdrawal"]


class RequestInput(Body):
    """What a person asked for. Whom it is about: a contact, or the number they named."""

    kind: RequestKind
    contact_id: UUID | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None
    detail: Annotated[str, StringConstraints(max_length=5000)] | None = None


class RequestAnswer(Body):
    """How a request was dealt with. Who refuses says why: the person must be told (제35조 제4항, 제37조)."""

    status: Literal["answered", "refused"]
    answer: Annotated[str, StringConstraints(max_length=1000)]

    @model_validator(mode="after")
    def _with_its_reason(self) -> "RequestAnswer":
        if self.status == "refused" and not self.answer:
            raise ValueError("privacy.refused_without_reason")
        return self


class PrivacyRequest(BaseModel):
    """`due_on`: the Korean day by which it has to be answered; `overdue`: that day is over."""

    id: UUID
    kind: RequestKind
    status: Literal["open", "answered", "refused"]
    contact_id: UUID | None
    contact_name: str | None
    detail: str | None
    answer: str | None
    due_on: date
    overdue: bool
    created_at: datetime
    answered_at: datetime | None


class RetentionInput(Body):
    """When what is deleted. `days` count from the event: the election, the import, the last sign of life.

    `strangers`: conversations with numbers of nobody among the contacts, since their last text.
    """

    kind: Literal["election", "source", "inactive", "import_files", "rejects", "strangers", "audit"]
    days: int = Field(ge=0, le=36_500)
    action: Literal["erase", "report"] = "erase"
    election_on: Day | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _whole(self) -> "RetentionInput":
        if self.kind == "audit":
            raise ValueError("privacy.audit_is_kept")
        if (self.kind == "election") != (self.election_on is not None):
            raise ValueError("privacy.election_day")
        if (self.kind == "source") != (self.source is not None):
            raise ValueError("privacy.rule_source")
        return self


class RetentionRule(BaseModel):
    id: UUID
    kind: Literal["election", "source", "inactive", "import_files", "rejects", "strangers"]
    days: int
    action: Literal["erase", "report"]
    election_on: date | None
    source: str | None
    enabled: bool
    last_run: "RetentionRun | None" = None


class RetentionRun(BaseModel):
    id: UUID
    rule_id: UUID | None
    kind: str
    status: Literal["running", "done", "failed"]
    done: int
    total: int
    created_at: datetime
    finished_at: datetime | None


class RuleChoice(Body):
    rule_id: UUID


class SamplePerson(BaseModel):
    id: UUID
    name: str | None
    phones: list[str]
    created_at: datetime


class RetentionPreview(BaseModel):
    """What a rule would take now: people; or files, rejected rows, conversations (then no `sample`)."""

    count: int
    sample: list[SamplePerson]
