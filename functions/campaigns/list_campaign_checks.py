from uuid import UUID

from shared.compliance.models import CheckView
from shared.messaging import law_status
from shared.runtime import Page, Request, Role, http


@http("GET", "/campaigns/{campaign_id}/checks", role=Role.STAFF)
def list_campaign_checks(request: Request, campaign_id: UUID) -> Page[CheckView]:
    """What the rules said at the launch and at each batch, with the version of the rule set."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return Page(law_status.checks(connection, cipher, campaign_id, request.language))
