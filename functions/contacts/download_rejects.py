from uuid import UUID

from shared.contacts import rejects
from shared.contacts.import_views import Sight
from shared.privacy import sensitive
from shared.runtime import Request, Role, Stream, http


@http("GET", "/contacts/imports/{import_id}/rejects", role=Role.STAFF)
def download_rejects(request: Request, import_id: UUID) -> Stream:
    """The rows that were not imported: CSV (UTF-8 with BOM), the original columns, `row_number`, `reason`."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        sight = Sight(request.member.member_id, sensitive.hidden_from(connection, cipher, request.member))
        columns = rejects.columns_of(connection, cipher, import_id, sight)
    lines = rejects.lines(cipher, import_id, columns, request.language)
    return Stream(lines, "text/csv; charset=utf-8", f"rejects-{import_id}.csv")
