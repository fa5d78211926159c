from uuid import UUID

from pydantic import BaseModel, Field

from shared.messaging import opt_outs
from shared.messaging.models import OptOutView
from shared.runtime import Page, Request, Role, http


class OptOutQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


@http("GET", "/opt-outs", role=Role.STAFF, query=OptOutQuery)
def list_opt_outs(request: Request) -> Page[OptOutView]:
    """Numbers that must not be messaged, newest first, masked."""
    query: OptOutQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return opt_outs.list_page(connection, cipher, before=query.cursor, limit=query.limit)
