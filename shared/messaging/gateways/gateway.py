"""What the hub asks of any carrier: a few data classes, four errors, one protocol.

The line that matters runs between the two errors of :meth:`Gateway.send`: after
:class:`CarrierRefused` the same messages may be sent again, after :class:`OutcomeUnknown` they
must be looked up first. A gateway never retries a send by itself. What a carrier does not have
is :class:`NotOffered`, which is no failure: the hub then shows nothing for it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

MessageKind = Literal["sms", "lms", "mms", "alimtalk", "brand"]
Kinds = Collection[MessageKind] | None
Outcome = Literal["pending", "delivered", "failed"]
ImageUse = Literal["mms", "brand", "brand_wide"]
Bubble = Literal["text", "image", "wide"]
SenderStatus = Literal["active", "pending", "blocked", "expired"]
TemplateStatus = Literal["draft", "inspecting", "approved", "rejected", "stopped"]
Reason = Literal[
    "invalid_number",
    "unreachable",
    "expired",
    "spam",
    "opt_out",
    "blocked",
    "duplicate",
    "content",
    "sender",
    "balance",
    "kakao_not_user",
    "kakao_not_friend",
    "kakao_blocked",
    "kakao_template",
    "kakao_time",
    "system",
    "configuration",
    "unknown",
]

TEMPORARY_REASONS: frozenset[Reason] = frozenset(
    {"unreachable", "expired", "balance", "kakao_time", "system"}
)
"""Reasons after which the same message can reach the same person later."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a Kakao bubble. `type` is Kakao's: WL (web link), AL (app link), AC, ..."""

    name: str
    type: str = "WL"
    link_mobile: str | None = None
    link_pc: str | None = None
    link_android: str | None = None
    link_ios: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message as the carrier shall deliver it; `text` is rendered, nothing is left to fill.

    `to` and `sender` are digits only (`01012345678`, `0212345678`); a Kakao message
    may have an empty `sender`. `variables` are the values
    that were filled into a Kakao template, keyed by the bare name (`이름`, not `#{이름}`).
    `image_id` is what `upload_image` gave; where that is not offered, `image` is the JPEG itself.
    `bubble` is how a brand message shows its picture (`text`: it has none); a registered template brings
    the picture itself. `image_link` is where a touch of it leads.
    `send_at` (aware) hands the message over now and has the
    carrier deliver it then; None means at once. `advertising` marks commercial advertising in the
    sense of 정보통신망법 제50조, which some carriers want sent another way.
    """

    reference: str
    to: str
    sender: str
    kind: MessageKind
    text: str
    subject: str | None = None
    channel_id: str | None = None
    template_id: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    image_id: str | None = None
    image: bytes | None = None
    bubble: Bubble = "text"
    image_link: str | None = None
    send_at: datetime | None = None
    advertising: bool = False

    def __repr__(self) -> str:
        """Show no phone number and no text: a repr ends in logs and tracebacks."""
        return f"OutgoingMessage(reference={self.reference!r}, kind={self.kind!r})"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The carrier's answer to one message. `reason` is set when it was not accepted.

    `carrier_message_id` may be None on an accepted message when the carrier confirmed the batch
    without listing it; a delivery report still finds the message by its reference.
    """

    reference: str
    accepted: bool
    carrier_message_id: str | None
    carrier_group_id: str | None
    code: str
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """What a carrier says about one message, in a report or a look-up.

    `pending` moves nothing to an end. `reason` is set when `failed`. `reference` is None when
    the carrier did not echo it. `at` is UTC; None when the carrier gave no time. `refused`: it failed at
    the carrier's door, so it was never taken and costs nothing.
    """

    reference: str | None
    carrier_message_id: str
    code: str
    outcome: Outcome
    reason: Reason | None
    at: datetime | None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class CarrierSender:
    """A sender registered at the carrier: a number in digits, or a Kakao channel's id.

    `expires_at` is None when the registration does not end or the carrier does not say.
    """

    value: str
    status: SenderStatus
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarrierTemplate:
    """A Kakao template as the carrier has it, with `#{variables}`. `comment` is the reviewers' last word."""

    code: str
    name: str
    body: str
    status: TemplateStatus
    comment: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A Kakao template to register under a channel. `code` is ours to choose at some carriers (NHN,
    at most 20 characters) and ignored by others; `category` is Kakao's number, empty for "other".
    """

    channel_id: str
    name: str
    body: str
    code: str = ""
    category: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class CarrierImage:
    """An uploaded picture; after `expires_at` (None: never) it must be uploaded again."""

    id: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarrierOptOut:
    """A number (digits) that refused at the carrier, by its free 080 number or by its staff."""

    number: str
    at: datetime | None = None

    def __repr__(self) -> str:
        """Show no phone number: a repr ends in logs and tracebacks."""
        return f"CarrierOptOut(at={self.at!r})"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A text that somebody wrote back. `images` are addresses to fetch; `at` is None when not said.

    `sender` is a phone number, or on `kakao` also the key of a user of our channel.
    """

    sender: str
    to: str
    text: str
    carrier_message_id: str | None = None
    at: datetime | None = None
    images: tuple[str, ...] = ()
    channel: Literal["sms", "kakao"] = "sms"

    def __repr__(self) -> str:
        """Show no phone number and no text."""
        return f"InboundMessage(carrier_message_id={self.carrier_message_id!r})"


class GatewayError(Exception):
    """Base of what a gateway raises. Its text holds no phone number and no message text."""


class CarrierRefused(GatewayError):
    """Nothing of the batch was accepted, for certain: it may be sent again.

    `retryable` says whether the same request can succeed later; `retry_after` is in seconds.
    """

    def __init__(self, code: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after


class OutcomeUnknown(GatewayError):
    """The batch may have been accepted, whole or in part: look it up, never send it blindly."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LookUpFailed(GatewayError):
    """A question to the carrier stayed unanswered: nothing was learned, ask again later.

    Never to be read as "the carrier does not know the message".
    """

    def __init__(self, code: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after


class NotOffered(GatewayError):
    """The carrier has no such thing. `what` names it: `balance`, `opt_outs`, …"""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class MalformedReport(ValueError):
    """A delivery-report body that cannot be read at all."""


class Gateway(Protocol):
    """Our client for one account at one carrier. Instances may be shared between threads.

    Beside what each method says, whatever asks the carrier raises LookUpFailed when it stayed
    unanswered, and NotOffered when the carrier has no such thing; what changes something there
    raises CarrierRefused when the carrier said no.
    """

    @property
    def kinds(self) -> frozenset[MessageKind]:
        """What this account can send: without a Kakao key, no Kakao messages."""

    @property
    def max_batch(self) -> int:
        """How many messages one `send` takes at most. A carrier may also limit the bytes of a
        request (SOLAPI: 15 MB, refused as a whole), so long texts go in smaller batches.
        """

    @property
    def pushes_reports(self) -> bool:
        """Whether the carrier calls us with delivery reports; False means only asking tells."""

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        """The messages in groups that one `send` takes each, none lost, the order kept in each.

        A carrier whose requests hold one text for all their recipients needs a group per text.
        """

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """Hand over one group as `split` makes them, in one request; one answer per message, in order.

        Raises CarrierRefused (nothing accepted) or OutcomeUnknown (must be looked up), and
        ValueError for an empty or too large batch or a reference used twice in it.
        """

    def look_up(
        self, references: Iterable[str], *, since: datetime, until: datetime, kinds: Kinds = None
    ) -> list[DeliveryEvent]:
        """What the carrier knows about messages it took between `since` and `until` (aware). `kinds`: those
        of the messages, None for any; the carrier's lists of other kinds are not asked for.

        One event per reference that was found, with its present state; a reference that is
        missing from the result was not accepted in that time. Raises LookUpFailed.
        """

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """The present state of messages by the carrier's own ids. Raises LookUpFailed."""

    def verify(self, headers: Mapping[str, str]) -> bool:
        """Whether a report call carries this account's secret. Takes constant time."""

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """The events of one report call; items that make no sense are skipped and counted in
        the log. Raises MalformedReport when the body as a whole cannot be read.
        """

    def parse_opt_outs(self, headers: Mapping[str, str], raw_body: bytes) -> list[CarrierOptOut]:
        """The refusals that a report call tells of; empty for carriers that only list them.

        Raises MalformedReport when the body as a whole cannot be read.
        """

    def parse_inbound(self, headers: Mapping[str, str], raw_body: bytes) -> list[InboundMessage]:
        """The texts of a call to the inbound hook; items that make no sense are skipped.

        Raises MalformedReport when the body as a whole cannot be read.
        """

    def balance(self) -> int:
        """Money left at the carrier, in won."""

    def senders(self) -> list[CarrierSender]:
        """Sender numbers and Kakao channels registered there."""

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        """The Kakao templates of a channel with the state of their review."""

    def create_template(self, template: NewTemplate) -> CarrierTemplate:
        """Register a Kakao template, as a draft or already under review, as the carrier does it."""

    def request_inspection(self, channel_id: str, code: str) -> None:
        """Hand a template to Kakao's reviewers. Does nothing when it is under review already."""

    def upload_image(self, name: str, jpeg: bytes, use: ImageUse = "mms") -> CarrierImage:
        """Store a picture for MMS, or for a brand message's bubble: JPEG, within the limits of
        `shared/messaging/pictures` for that use.
        """

    def opt_outs(self, since: datetime) -> list[CarrierOptOut]:
        """Who refused at the carrier since then (aware); a carrier that cannot filter gives all."""

    def cancel(self, carrier_message_ids: Iterable[str]) -> set[str]:
        """Cancel messages handed over with `send_at`; the ids of those that will not be sent.

        An id that is missing from the result may have left: look it up.
        """
