from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.privacy import requests
from shared.privacy.models import PrivacyRequest
from shared.runtime import Page, Request, Role, http


class RequestsQuery(BaseModel):
    status: Literal["open", "answered", "refused"] | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


@http("GET", "/privacy/requests", role=Role.STAFF, query=RequestsQuery)
def list_requests(request: Request) -> Page[PrivacyRequest]:
    """What people asked for, newest first, with the day by which an answer is due."""
    query: RequestsQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return requests.list_page(connection, cipher, query.status, query.cursor, query.limit)
