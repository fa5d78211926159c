from shared.compliance import registers
from shared.compliance.models import UpcomingElection
from shared.kernel.clock import seoul_date, utc_now
from shared.runtime import Page, Request, Role, http


@http("GET", "/elections/upcoming", role=Role.STAFF)
def list_upcoming_elections(request: Request) -> Page[UpcomingElection]:
    """Election days of the next four years by the formulas of 제34조 and 제35조, the next first."""
    return Page(registers.upcoming_elections(seoul_date(utc_now())))
