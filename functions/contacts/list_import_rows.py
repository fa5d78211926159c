from uuid import UUID

from shared.contacts import import_rows
from shared.contacts.import_models import ImportRow, ImportRowsQuery
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/imports/{import_id}/rows", role=Role.STAFF, query=ImportRowsQuery)
def list_import_rows(request: Request, import_id: UUID) -> Page[ImportRow]:
    """What became of the rows of a file, those of one outcome if wanted, with what they changed."""
    query: ImportRowsQuery = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        page = import_rows.import_rows(connection, cipher, import_id, query)
        return sensitive.import_rows(page, sensitive.hidden_from(connection, cipher, request.member))
