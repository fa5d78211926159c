from uuid import UUID

from functions.contacts.run_bulk_action import run_bulk_action
from shared.runtime import Request, Role, http
from shared.selections import bulk
from shared.selections.models import Started


@http("POST", "/contacts/bulk/{bulk_id}/undo", role=Role.STAFF, status=202)
def undo_bulk_action(request: Request, bulk_id: UUID) -> Started:
    """Takes back what a bulk action changed; what was changed later stays and is counted as `kept`.

    Somebody else's action asks for an Admin. Deletions can be taken back for 24 hours, tags for 30 days.
    """
    member = request.member
    with request.transaction() as connection:
        others = Role(member.role).includes(Role.ADMIN)
        started = bulk.undo(connection, bulk_id, member.member_id, may_undo_others=others)
    run_bulk_action.send(str(request.tenant_id), str(bulk_id))
    return started
