from functions.privacy.forget_rejects import forget_rejects
from shared.kernel.database import repeat_on_conflict
from shared.privacy import erasure
from shared.privacy.models import NumberErasure, NumberErasureInput
from shared.runtime import Request, Role, http


@http("POST", "/privacy/erase-number", role=Role.ADMIN, body=NumberErasureInput)
@repeat_on_conflict
def erase_number(request: Request) -> NumberErasure:
    """Erases what a number has left that is in no contact; opt-outs stay in force. It cannot be undone."""
    with request.transaction() as connection:
        cipher, member, body = request.cipher(connection), request.member, request.body
        erased = erasure.erase_number(connection, cipher, member.member_id, body.phone, body.reason)
    forget_rejects.send(str(request.tenant_id))
    return erased
