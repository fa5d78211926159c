from shared.compliance import registers
from shared.kernel.clock import seoul_date, utc_now
from shared.runtime import Request, Role, http


@http("POST", "/compliance/refusal-tests", role=Role.STAFF)
def note_refusal_test(request: Request) -> None:
    """Notes that somebody has just called the 080 number and it worked (rule E07, once a month)."""
    with request.transaction() as connection:
        registers.note_refusal_test(connection, request.member.member_id, seoul_date(utc_now()))
