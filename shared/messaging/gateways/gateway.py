"""What the hub asks of any carrier: a few data classes, three errors, one protocol.

The line that matters runs between the two errors of :meth:`Gateway.send`: after
:class:`CarrierRefused` the same messages may be sent again, after :class:`OutcomeUnknown` they
must be looked up first. A gateway never retries a send by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

MessageKind = Literal["sms", "lms", "mms", "alimtalk", "brand"]
Outcome = Literal["pending", "delivered", "failed"]
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
    the carrier did not echo it. `at` is UTC; None when the carrier gave no time.
    """

    reference: str | None
    carrier_message_id: str
    code: str
    outcome: Outcome
    reason: Reason | None
    at: datetime | None


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


class MalformedReport(ValueError):
    """A delivery-report body that cannot be read at all."""


class Gateway(Protocol):
    """Our client for one account at one carrier. Instances may be shared between threads."""

    @property
    def max_batch(self) -> int:
        """How many messages one `send` takes at most. A carrier may also limit the bytes of a
        request (SOLAPI: 15 MB, refused as a whole), so long texts go in smaller batches.
        """

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """Hand over up to `max_batch` messages in one request; one answer per message, in order.

        Raises CarrierRefused (nothing accepted) or OutcomeUnknown (must be looked up), and
        ValueError for an empty or too large batch or a reference used twice in it.
        """

    def look_up(self, references: Iterable[str], *, since: datetime, until: datetime) -> list[DeliveryEvent]:
        """What the carrier knows about messages it took between `since` and `until` (aware).

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

    def balance(self) -> int:
        """Money left at the carrier, in won. Raises LookUpFailed."""
