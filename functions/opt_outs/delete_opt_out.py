from uuid import UUID

from shared.messaging import opt_outs
from shared.messaging.opt_out_models import OptOutWithdrawal
from shared.runtime import Request, Role, http


@http("DELETE", "/opt-outs/{opt_out_id}", role=Role.ADMIN, body=OptOutWithdrawal)
def delete_opt_out(request: Request, opt_out_id: UUID) -> None:
    """Takes an opt-out back, because the person asked for it. The body's `reason` is audited."""
    wanted: OptOutWithdrawal = request.body
    with request.transaction() as connection:
        opt_outs.remove(connection, opt_out_id, request.member.member_id, wanted.reason)
