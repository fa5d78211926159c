from uuid import UUID

from functions.contacts.undo_import import undo_import
from shared.contacts import import_undo
from shared.contacts.import_models import ImportStarted
from shared.runtime import Request, Role, http


@http("POST", "/contacts/imports/{import_id}/undo", role=Role.STAFF, status=202, idempotent=True)
def begin_import_undo(request: Request, import_id: UUID) -> ImportStarted:
    """Takes an import back: the contacts are as before it. Admins may, and whoever uploaded the file.

    Contacts that the import made are deleted with all their data, except those to which something else
    happened since; of those that it changed, fields that somebody changed later stay.
    """
    member = request.member
    with request.transaction() as connection:
        started = import_undo.begin(
            connection, import_id, member.member_id, may_undo_others=Role(member.role).includes(Role.ADMIN)
        )
    undo_import.send(str(request.tenant_id), str(import_id))
    return started
