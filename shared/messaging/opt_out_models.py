"""Refusals: what staff send us about them and what they get back."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints, model_validator

from shared.messaging.models import StrictModel

OptOutChannel = Literal["all", "sms", "kakao", "email"]
OptOutSource = Literal["hand", "file", "carrier", "keyword", "link"]
OptOutReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Typed = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] | None


class OptOutDraft(StrictModel):
    """Whom not to message, and on which channel: a phone, an e-mail address, a Kakao id, or a contact."""

    phone: _Typed = None
    email: _Typed = None
    kakao_id: _Typed = None
    contact_id: UUID | None = None
    channel: OptOutChannel = "all"
    reason: OptOutReason = "manual"

    @model_validator(mode="after")
    def _exactly_one(self) -> "OptOutDraft":
        given = (self.phone, self.email, self.kakao_id, self.contact_id)
        if sum(value is not None for value in given) != 1:
            raise ValueError("opt_out.phone_or_contact")
        return self


class OptOutWithdrawal(StrictModel):
    """Why an opt-out is taken back: how the person asked for it. The screens ask for it; it is audited."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class OptOutView(BaseModel):
    id: UUID
    kind: Literal["phone", "email", "kakao_id"]
    value_masked: str | None
    channel: OptOutChannel
    reason: str
    source: OptOutSource
    created_at: datetime
