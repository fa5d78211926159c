from shared.kernel.clock import utc_now
from shared.messaging import law_status
from shared.messaging.law_status import ComplianceStatus
from shared.runtime import Request, Role, http


@http("GET", "/compliance/status", role=Role.STAFF)
def get_status(request: Request) -> ComplianceStatus:
    """Where the camp stands: candidate, election, days to come, counter, reported numbers, freezes."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        return law_status.of_camp(connection, cipher, member_id, utc_now())
