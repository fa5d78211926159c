from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.compliance import tasks
from shared.compliance.models import Body
from shared.kernel.clock import utc_now
from shared.runtime import Request, Role, http


class Told(Body):
    """`given`, `withdrawn`: the result was told (A04). `confirmed`: the two-yearly notice was sent (A05)."""

    what: Literal["given", "withdrawn", "confirmed"]
    consent_ids: list[UUID] = Field(min_length=1, max_length=1000)


class Noted(BaseModel):
    noted: int


@http("POST", "/compliance/notices", role=Role.STAFF, body=Told)
def note_consents_told(request: Request) -> Noted:
    """Notes that people were told about their consents to advertising; `confirmed` renews for two years."""
    with request.transaction() as connection:
        body, member_id = request.body, request.member.member_id
        return Noted(noted=tasks.note(connection, body.what, body.consent_ids, member_id, utc_now()))
