from uuid import UUID

from pydantic import BaseModel, Field

from shared.messaging import sensitive_campaigns, stats
from shared.messaging.states import MessageState
from shared.messaging.stats import LedgerItem
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


class LedgerQuery(BaseModel):
    """`q` is a phone number, or a name or part of it."""

    status: MessageState | None = None
    step: int | None = Field(default=None, ge=1, le=10)
    q: str = Field(default="", max_length=100)
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


@http("GET", "/campaigns/{campaign_id}/messages", role=Role.STAFF, query=LedgerQuery)
def list_campaign_messages(request: Request, campaign_id: UUID) -> Page[LedgerItem]:
    """The ledger: every attempt with its fate, newest first."""
    query: LedgerQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        sensitive_campaigns.check_readers(connection, cipher, campaign_id, is_hidden)
        return stats.ledger_page(
            connection,
            cipher,
            campaign_id,
            stats.LedgerFilter(query.status, query.step, query.q, query.cursor),
            query.limit,
        )
