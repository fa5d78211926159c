from uuid import UUID

from pydantic import BaseModel, Field

from shared.messaging import opt_outs
from shared.messaging.opt_out_models import OptOutChannel, OptOutSource, OptOutView
from shared.runtime import Page, Request, Role, http


class OptOutQuery(BaseModel):
    """`q`: a whole phone, e-mail or Kakao id, or whatever finds a contact."""

    q: str = Field(default="", max_length=100)
    channel: OptOutChannel | None = None
    source: OptOutSource | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


@http("GET", "/opt-outs", role=Role.STAFF, query=OptOutQuery)
def list_opt_outs(request: Request) -> Page[OptOutView]:
    """Who must not be messaged, newest first, masked."""
    query: OptOutQuery = request.query
    with request.transaction() as connection:
        return opt_outs.list_page(
            connection,
            request.cipher(connection),
            before=query.cursor,
            limit=query.limit,
            q=query.q,
            channel=query.channel,
            source=query.source,
        )
