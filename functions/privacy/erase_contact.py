from uuid import UUID

from functions.privacy.forget_rejects import forget_rejects
from shared.kernel.database import repeat_on_conflict
from shared.privacy import erasure
from shared.privacy.models import Erasure, ErasureInput
from shared.runtime import Request, Role, http


@http("POST", "/contacts/{contact_id}/erase", role=Role.ADMIN, body=ErasureInput)
@repeat_on_conflict
def erase_contact(request: Request, contact_id: UUID) -> Erasure:
    """Erases a person everywhere; opt-outs stay in force. It cannot be undone."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        erased = erasure.erase(connection, cipher, member.member_id, contact_id, request.body.reason)
    forget_rejects.send(str(request.tenant_id))
    return erased
