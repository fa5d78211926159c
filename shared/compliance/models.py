"""What the compliance screens send and get."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.compliance.candidacy import Organisation, Standing
from shared.compliance.election_dates import ElectionKind
from shared.kernel.days import Day

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9\- ]{0,20}$")]


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ElectionInput(Body):
    """`kind` decides the dates; `election_day` is as announced (`GET /elections/upcoming` offers days)."""

    kind: ElectionKind
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    election_day: Day


class ElectionDates(BaseModel):
    """The days that follow from election day; all inclusive, calendar days in Korea."""

    pre_registration_opens_on: date
    registration_opens_on: date
    registration_closes_on: date
    campaign_starts_on: date
    days_120: date
    days_90: date
    days_60: date
    days_6: date


class Election(BaseModel):
    id: UUID
    kind: ElectionKind
    name: str
    election_day: date
    dates: ElectionDates
    created_at: datetime


class UpcomingElection(BaseModel):
    """A day that the law's formula gives."""

    occasion: Literal["local", "assembly", "by_election"]
    election_day: date


class CandidateInput(Body):
    """Who this hub works for. `name` and the numbers are the words that texts must carry.

    `…registered_on` are the days of the commission's registers; `withdrawn_on` is the first day
    without the status; `opponents` are other candidates' names, which rule E15 looks for. `insert_wording`:
    required wording is put in at launch by itself.
    """

    organisation: Organisation = Organisation.CAMP
    election_id: UUID | None = None
    name: Annotated[str, StringConstraints(max_length=50)] = ""
    phone: Number = ""
    refusal_number: Number = ""
    report_number: Number = "118"
    opponents: list[Annotated[str, StringConstraints(min_length=2, max_length=50)]] = Field(
        default_factory=list, max_length=50
    )
    pre_registered_on: Day | None = None
    registered_on: Day | None = None
    registration_no: Annotated[str, StringConstraints(max_length=50)] | None = None
    withdrawn_on: Day | None = None
    term_from: Day | None = None
    term_until: Day | None = None
    insert_wording: bool = True


class Candidate(CandidateInput):
    """`standing` is what the candidate is today."""

    refusal_tested_on: date | None = None
    standing: Standing = Standing.UNKNOWN
    in_office: bool = False


class SendInput(Body):
    """An automatic election text that was sent by another tool."""

    sent_on: Day
    recipients: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    note: Words = ""


class ElectionSend(BaseModel):
    """`campaign_id` None: made elsewhere. `counted` False: nothing of it left."""

    id: UUID
    campaign_id: UUID | None
    campaign_name: str | None
    number: int
    sent_on: date
    recipients: int | None
    note: str
    counted: bool
    created_at: datetime


class Counter(BaseModel):
    """Automatic election sends: `used` of `limit`, of these `elsewhere` by other tools."""

    limit: int
    used: int
    elsewhere: int
    left: int


class FreezeInput(Body):
    """`campaign_id` None freezes everything. `ordered_by`: the authority and its reference."""

    campaign_id: UUID | None = None
    reason: Reason
    ordered_by: Words = ""


class LiftInput(Body):
    reason: Reason


class Freeze(BaseModel):
    id: UUID
    campaign_id: UUID | None
    reason: str
    ordered_by: str
    member_id: UUID
    created_at: datetime
    lifted_at: datetime | None
    lifted_by: UUID | None
    lift_reason: str | None


class SurveyInput(Body):
    starts_on: Day
    reported_on: Day | None = None
    names_candidate: bool = False
    by_phone: bool = False
    exempt: bool = False


class Declarations(Body):
    """What only people know of a campaign. `poll_reference`: registration number of a quoted poll.
    `election_day`: sending on election day is meant.
    """

    ai_media: bool = False
    poll_reference: Annotated[str, StringConstraints(max_length=100)] | None = None
    own_poll: bool = False
    advertising: bool = False
    election_day: bool = False
    survey: SurveyInput | None = None


class ApprovalInput(Body):
    note: Words = ""


class Approval(BaseModel):
    """`current`: it speaks of the campaign as it is now; an edit since then voids it."""

    id: UUID
    campaign_id: UUID
    campaign_name: str | None = None
    content_hash: str
    rules: list[str]
    note: str
    requested_by: UUID
    requested_at: datetime
    state: Literal["requested", "approved", "refused"]
    decided_by: UUID | None
    decided_at: datetime | None
    decision_note: str
    current: bool


class RuleView(BaseModel):
    """`enforced_at`: preview, launch, batch, dispatch, import, task."""

    id: str
    article: str
    severity: str
    enforced_at: list[str]
    title: str
    explanation: str


class RuleBook(BaseModel):
    version: str
    in_force_from: date
    disclaimer: str
    rules: list[RuleView]
    versions: list[str]


class CheckView(BaseModel):
    """Verdicts of one moment; `checks` batches found the same between `first_at` and `last_at`."""

    moment: str
    step: int
    rule_set: str
    verdicts: list[dict[str, Any]]
    content_hash: str | None
    checks: int
    first_at: datetime
    last_at: datetime


class DueNotice(BaseModel):
    """A consent to advertising (`what`: given) or its withdrawal whose result the person must be told of.

    `POST /compliance/notices` with `what` and `id` notes that it was done (정보통신망법 제50조 제7항).
    """

    id: UUID
    contact_id: UUID
    contact_name: str | None
    purpose: str
    channel: str
    what: str
    at: datetime
    tell_by: datetime
