from shared.compliance import registers
from shared.compliance.models import Candidate
from shared.kernel.clock import seoul_date, utc_now
from shared.runtime import Request, Role, http


@http("GET", "/candidate", role=Role.STAFF)
def get_candidate(request: Request) -> Candidate:
    """Who this hub works for, and what that is in the eyes of the law today; empty before it is entered."""
    with request.transaction() as connection:
        return registers.candidate(connection, request.cipher(connection), seoul_date(utc_now()))
