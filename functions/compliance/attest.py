from shared.compliance import registers
from shared.runtime import Request, Role, http


@http("POST", "/compliance/attestation", role=Role.STAFF)
def attest(request: Request) -> None:
    """The member says that 제60조 제1항 does not forbid them to campaign."""
    with request.transaction() as connection:
        registers.attest(connection, request.member.member_id)
