from shared.compliance import registers
from shared.compliance.models import Candidate, CandidateInput
from shared.kernel.clock import seoul_date, utc_now
from shared.runtime import Request, Role, http


@http("PUT", "/candidate", role=Role.ADMIN, body=CandidateInput)
def update_candidate(request: Request) -> Candidate:
    """Replaces the candidate: status, days of registration, the words that texts must carry."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        return registers.put_candidate(connection, cipher, member_id, request.body, seoul_date(utc_now()))
