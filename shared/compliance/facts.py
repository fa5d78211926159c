"""What a rule may look at, and what it answers. Plain data: no database, no clock of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


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
    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True)
class SenderFacts:
    """The sender of a step; `registered_on` at the carrier, `reported_on` to the election commission."""

    value: str
    registered_on: date | None
    reported_on: date | None


@dataclass(frozen=True)
class StepFacts:
    """One step as it will be sent; `size` and `limit` in the unit of its kind (bytes, characters)."""

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

    @property
    def is_text(self) -> bool:
        return self.channel in ("sms", "lms", "mms")


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign at the moment of its launch.

    `send_at` is when sending starts (UTC); `election_sends` is how many automatic election sends
    the camp has made before this one, those of other tools included. `unsourced` of the audience have neither
    a source nor a legal basis; `reached` is how many others there are.
    """

    purpose: Purpose
    send_at: datetime
    steps: tuple[StepFacts, ...]
    election_sends: int = 0
    unsourced: int = 0
    reached: int = 0

    @property
    def send_day(self) -> date:
        """The calendar day in Korea on which sending starts."""
        return self.send_at.astimezone(SEOUL).date()

    @property
    def text_steps(self) -> tuple[StepFacts, ...]:
        return tuple(step for step in self.steps if step.is_text)


@dataclass(frozen=True)
class Finding:
    """What a rule found wrong, in both languages."""

    ko: str
    en: str
    severity: Severity = Severity.BLOCK


@dataclass(frozen=True)
class Rule:
    """A rule of the law or of the carriers: where it stands, and the function that looks for a breach."""

    id: str
    article: str
    title_ko: str
    title_en: str
    find: Callable[[CampaignFacts], Finding | None]


@dataclass(frozen=True)
class Verdict:
    """A broken rule. `block` forbids the launch, `warn` is shown."""

    rule: str
    severity: Severity
    article: str
    ko: str
    en: str

    def message(self, language: str) -> str:
        """The sentence in `ko` or `en`."""
        return self.en if language == "en" else self.ko
