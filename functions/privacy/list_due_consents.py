from shared.kernel.clock import utc_now
from shared.privacy import consents
from shared.privacy.models import DueConsent
from shared.runtime import Page, Request, Role, http

_LISTED = 500


@http("GET", "/privacy/consents-due", role=Role.STAFF)
def list_due_consents(request: Request) -> Page[DueConsent]:
    """Advertising consents that must be confirmed again within a month (every two years), oldest first."""
    with request.transaction() as connection:
        return Page(consents.due(connection, request.cipher(connection), utc_now(), _LISTED))
