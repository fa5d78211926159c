"""Accounts at carriers: the shapes that staff send us and get back."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.messaging.gateways import CARRIERS
from shared.messaging.models import StrictModel

# Keys and secrets travel in HTTP headers, which hold no other characters.
Key = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=200)]


class Credentials(BaseModel):
    """Secrets of an account at a carrier. Stored sealed, never shown again."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: Key
    api_secret: Key | Literal[""] = ""
    webhook_secret: Key | Literal[""] = ""
    kakao_key: Key | Literal[""] = ""
    kakao_secret: Key | Literal[""] = ""
    sms_service: Key | Literal[""] = ""
    kakao_service: Key | Literal[""] = ""
    user_id: Key | Literal[""] = ""
    kakao_sender: Key | Literal[""] = ""


class AccountDraft(StrictModel):
    """A carrier account. Which `credentials` a carrier needs is in `gateways.CARRIERS` (GET /carriers)."""

    carrier: Annotated[str, StringConstraints(max_length=40)]
    credentials: Credentials
    messages_per_second: int = Field(default=50, ge=1, le=10_000)

    @model_validator(mode="after")
    def _has_what_its_carrier_needs(self) -> "AccountDraft":
        carrier = CARRIERS.get(self.carrier)
        if carrier is None:
            raise ValueError("account.carrier")
        if not carrier.takes(self.credentials.model_dump()):
            raise ValueError("account.credentials")
        return self


# Won for a message of a kind, VAT excluded.
Prices = dict[Literal["sms", "lms", "mms", "alimtalk", "brand"], Annotated[int, Field(ge=0, le=100_000)]]


class AccountChange(StrictModel):
    """What may change in an account."""

    credentials: Credentials | None = None
    messages_per_second: int | None = Field(default=None, ge=1, le=10_000)
    weight: int | None = Field(default=None, ge=0, le=100)
    prices: Prices | None = None


class CredentialView(BaseModel):
    """A field of the form that registers an account; a secret is typed unseen and never shown again."""

    name: str
    label: str
    secret: bool
    required: bool


class CarrierView(BaseModel):
    """A carrier that an account can be registered at."""

    carrier: str
    name: str
    fields: list[CredentialView]


class Hooks(BaseModel):
    """The addresses to register at the carrier."""

    reports: str
    inbound: str


class AccountView(BaseModel):
    """An account. `state` is its breaker's: while `open` nothing is sent, while `probing` one batch.

    `points` is what it has left of its weight after errors or slowness; its share of the camp's messages.
    `unheard`: how many messages of the last day its carrier took and then said nothing of for a quarter of
    an hour, though it brings reports by itself. 0 unless so many that its hook seems not to be set up.
    """

    id: UUID
    carrier: str
    account_key: str
    messages_per_second: int
    state: Literal["closed", "open", "probing"]
    errors_last_minute: int
    weight: int
    points: int
    points_lost_by: Literal["errors", "slow"] | None
    points_moved_at: datetime | None
    prices: dict[str, int]
    hooks: Hooks
    unheard: int
    created_at: datetime
