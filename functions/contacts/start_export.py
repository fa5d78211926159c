from functions.contacts.make_export import make_export
from shared.runtime import Request, Role, http
from shared.selections import exports
from shared.selections.models import ExportRequest, Started


@http("POST", "/contacts/exports", role=Role.ADMIN, body=ExportRequest, status=202, idempotent=True)
def start_export(request: Request) -> Started:
    """Makes a file of contacts in the background. The reason goes into the audit log with the row count."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        started = exports.start(connection, cipher, member_id, request.body, request.language)
    make_export.send(str(request.tenant_id), str(started.id))
    return started
