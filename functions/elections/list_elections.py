from shared.compliance import registers
from shared.compliance.models import Election
from shared.runtime import Page, Request, Role, http


@http("GET", "/elections", role=Role.STAFF)
def list_elections(request: Request) -> Page[Election]:
    """The camp's elections with the days that follow from them, the latest first."""
    with request.transaction() as connection:
        return Page(registers.elections(connection))
