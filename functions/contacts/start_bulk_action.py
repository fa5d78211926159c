from functions.contacts.run_bulk_action import run_bulk_action
from shared.kernel.errors import Forbidden
from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.selections import bulk
from shared.selections.models import BulkRequest, Started


@http("POST", "/contacts/bulk", role=Role.STAFF, body=BulkRequest, status=202, idempotent=True)
def start_bulk_action(request: Request) -> Started:
    """Tags, untags or deletes many contacts: chosen ones, or all that match the list's filters now.

    Deleting asks for an Admin. What is deleted can be restored for 24 hours and is then erased for good.
    """
    wanted: BulkRequest = request.body
    if wanted.action == "delete" and not Role(request.member.role).includes(Role.ADMIN):
        raise Forbidden
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        started = bulk.start(connection, cipher, member.member_id, wanted, is_hidden)
    run_bulk_action.send(str(request.tenant_id), str(started.id))
    return started
