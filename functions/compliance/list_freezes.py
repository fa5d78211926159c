from shared.compliance import freezes
from shared.compliance.models import Freeze
from shared.runtime import Page, Request, Role, http


@http("GET", "/compliance/freezes", role=Role.STAFF)
def list_freezes(request: Request) -> Page[Freeze]:
    """Freezes of sending, those in force first."""
    with request.transaction() as connection:
        return Page(freezes.all_of(connection))
