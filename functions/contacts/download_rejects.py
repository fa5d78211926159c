from uuid import UUID

from shared.contacts import rejects
from shared.runtime import Request, Role, Stream, http


@http("GET", "/contacts/imports/{import_id}/rejects", role=Role.STAFF)
def download_rejects(request: Request, import_id: UUID) -> Stream:
    """The rows that were not imported: CSV (UTF-8 with BOM), the original columns, `row_number`, `reason`."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        header = rejects.header(connection, cipher, import_id)
    lines = rejects.lines(cipher, import_id, header, request.language)
    return Stream(lines, "text/csv; charset=utf-8", f"rejects-{import_id}.csv")
