from shared.compliance import tasks
from shared.compliance.models import DueNotice
from shared.runtime import Page, Request, Role, http

_LISTED = 500


@http("GET", "/compliance/notices", role=Role.STAFF)
def list_notices(request: Request) -> Page[DueNotice]:
    """Consents to advertising and withdrawals nobody was told the result of, the oldest first (14 days)."""
    with request.transaction() as connection:
        return Page(tasks.untold(connection, request.cipher(connection), _LISTED))
