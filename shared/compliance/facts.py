"""What a rule may look at, and what it answers. Plain data: no database, no clock of its own."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from shared.compliance.candidacy import Candidacy, Standing
from shared.compliance.election_dates import KeyDates

SEOUL = ZoneInfo("Asia/Seoul")
REGISTRATION_ENDS = time(18, 0)


class Purpose(StrEnum):
    """Why a campaign is sent; the law that applies follows from it, so staff must choose."""

    ELECTION_CAMPAIGN = "election_campaign"
    PARTY_ACTIVITY = "party_activity"
    LEGISLATIVE_REPORT = "legislative_report"
    HOLIDAY_GREETING = "holiday_greeting"
    TURNOUT = "turnout"
    EVENT_NOTICE = "event_notice"
    INTERNAL_OPERATIONS = "internal_operations"
    FUNDRAISING = "fundraising"
    COMMERCIAL = "commercial"


class Severity(StrEnum):
    """What follows: no launch; no launch without a second admin; a word of caution; words are put in."""

    BLOCK = "block"
    SECOND_PERSON = "second_person"
    WARN = "warn"
    INSERT = "insert"


class Moment(StrEnum):
    """When the rules are asked."""

    PREVIEW = "preview"
    LAUNCH = "launch"
    BATCH = "batch"


@dataclass(frozen=True)
class SenderFacts:
    """The sender of a step; `registered_on` at the carrier, `reported_on` to the election commission."""

    value: str
    registered_on: date | None
    reported_on: date | None


@dataclass(frozen=True)
class StepFacts:
    """One step as it will be sent; `size` and `limit` in the unit of its kind (bytes, characters).

    `variables`: the names in its body and in its buttons' links; `buttons`: what stands on them.
    `common`: the text with its variables unfilled, None when it has none: what a variable says to one person
    it need not say to the next. `reviewed`: it is a template at Kakao. `fixed`: nothing can be put in.
    `offered`: a connected account sends its kind. `line_breaks`: how many its carrier takes at most (None:
    any number).
    """

    position: int
    channel: str
    text: str
    subject: str
    size: int
    limit: int
    subject_size: int
    subject_limit: int
    unsendable: tuple[str, ...]
    sender: SenderFacts | None
    template_approved: bool = True
    variables: tuple[str, ...] = ()
    unknown_variables: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    reviewed: bool = False
    offered: bool = True
    line_breaks: int | None = None
    common: str | None = None

    @property
    def said_to_all(self) -> str:
        """The text as far as everybody reads it: where required words are looked for."""
        return self.text if self.common is None else self.common

    @property
    def is_text(self) -> bool:
        return self.channel in ("sms", "lms", "mms")

    @property
    def is_kakao(self) -> bool:
        return self.channel.startswith("kakao")

    @property
    def is_brand(self) -> bool:
        return self.channel == "kakao_brand"

    @property
    def fixed(self) -> bool:
        return self.reviewed or self.channel == "kakao_alimtalk"


@dataclass(frozen=True)
class SurveyFacts:
    """A survey that a campaign invites to."""

    starts_on: date
    reported_on: date | None
    names_candidate: bool
    by_phone: bool = False
    exempt: bool = False


@dataclass(frozen=True)
class Declared:
    """What only people can know about a campaign; staff say it, and it stays with the campaign."""

    ai_media: bool = False
    poll_reference: str | None = None
    own_poll: bool = False
    advertising: bool = False
    election_day: bool = False
    survey: SurveyFacts | None = None


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign at a moment: of its preview, its launch, or one of its batches.

    `send_at` is when sending starts (UTC); `election_sends` is how many automatic election sends
    the camp has made before this one, those of other tools included. `unsourced` of the audience have neither
    a source nor a legal basis; `reached` is how many others there are. `reported` are all numbers reported to
    the election commission. `repeated` got the same text within a day. `worded` False: the texts were judged
    before, at the launch. What is None was not asked: a rule that needs it says nothing.
    """

    purpose: Purpose
    send_at: datetime
    steps: tuple[StepFacts, ...]
    election_sends: int = 0
    unsourced: int = 0
    reached: int = 0
    candidacy: Candidacy | None = None
    dates: KeyDates | None = None
    reported: tuple[SenderFacts, ...] = ()
    declared: Declared = field(default_factory=Declared)
    refused: int = 0
    without_consent: int | None = None
    without_night_consent: int | None = None
    sensitive: tuple[str, ...] = ()
    attested: bool = True
    frozen_because: str | None = None
    without_sensitive_consent: int | None = None
    repeated: int = 0
    worded: bool = True
    quota_remaining: int | None = None
    messages: int | None = None
    balance_krw: int | None = None
    cost_krw: int | None = None
    inserted: tuple["Inserted", ...] = ()

    @property
    def send_day(self) -> date:
        """The calendar day in Korea on which sending starts."""
        return self.send_at.astimezone(SEOUL).date()

    @property
    def text_steps(self) -> tuple[StepFacts, ...]:
        return tuple(step for step in self.steps if step.is_text)

    @property
    def brand_steps(self) -> tuple[StepFacts, ...]:
        return tuple(step for step in self.steps if step.is_brand)

    @property
    def labelled_steps(self) -> tuple[StepFacts, ...]:
        """Those that carry the advertising label: Alimtalk never advertises (A07)."""
        return tuple(step for step in self.steps if step.is_text or step.is_brand)

    @property
    def is_election(self) -> bool:
        return self.purpose is Purpose.ELECTION_CAMPAIGN

    @property
    def is_election_text(self) -> bool:
        """자동 동보통신 (제59조 제2호): whatever this hub sends by text to campaign."""
        return self.is_election and bool(self.text_steps)

    @property
    def is_advertising(self) -> bool:
        fundraising = self.purpose is Purpose.FUNDRAISING and self.declared.advertising
        return self.purpose is Purpose.COMMERCIAL or fundraising

    @property
    def standing(self) -> Standing:
        """What the candidate is when sending starts."""
        if self.candidacy is None:
            return Standing.UNKNOWN
        found = self.candidacy.standing(self.send_day, self.dates)
        return Standing.EXPIRED if found is Standing.PRE_CANDIDATE and self._registration_is_over else found

    @property
    def _registration_is_over(self) -> bool:
        """From six in the evening of its last day (제49조 제7항); a pre-candidate is one no longer then."""
        local = self.send_at.astimezone(SEOUL)
        closes_on = self.dates.registration_closes_on if self.dates else None
        return local.date() == closes_on and local.time() >= REGISTRATION_ENDS

    @property
    def all_text(self) -> str:
        """Whatever people will read, buttons included."""
        return "\n".join("\n".join((step.subject, step.text, *step.buttons)) for step in self.steps)


@dataclass(frozen=True)
class Inserted:
    """Words that were put into a step because a rule asks for them: before and after its text."""

    rule: str
    step: int
    prefix: str
    suffix: str
    what_ko: str
    what_en: str


@dataclass(frozen=True)
class Fix:
    """What mends a finding, for a screen to offer.

    `insert`: put `prefix` before and `suffix` after the body of `step`. `replace`: `text` by `value` in the
    body of `step`. `reschedule`: send at `value` (RFC 3339) or later. `declare`: set `field` of the
    declarations. `open`: go to the place named `field` (candidate, senders, attestation, approval,
    refusal_test). `confirm`: ask the person once more.
    """

    kind: str
    step: int | None = None
    field: str | None = None
    prefix: str = ""
    suffix: str = ""
    text: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Finding:
    """What a rule found wrong: the key of its message in the rule set, and what to put into it.

    A parameter may be a pair (ko, en). `severity`: else the rule's.
    """

    message: str
    parameters: dict[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A broken rule: `block` forbids the launch, `second_person` until another admin approves it."""

    rule: str
    severity: Severity
    article: str
    ko: str
    en: str
    fixes: tuple[Fix, ...] = ()

    def message(self, language: str) -> str:
        """The sentence in `ko` or `en`."""
        return self.en if language == "en" else self.ko
