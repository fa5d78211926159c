from uuid import UUID

from functions.contacts.ingest_chunk import ingest_chunk
from shared.contacts import imports
from shared.contacts.import_models import ImportItem, MappingRequest
from shared.runtime import Request, Role, http


@http("POST", "/contacts/imports/{import_id}/mapping", role=Role.STAFF, body=MappingRequest)
def map_import(request: Request, import_id: UUID) -> ImportItem:
    """Confirms which column is which in an import that waits for it, and lets it go on."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        chunks = imports.confirm_mapping(connection, cipher, import_id, request.body)
        item = imports.get(connection, cipher, import_id, request.language)
    for number in chunks:
        ingest_chunk.send(str(request.tenant_id), str(import_id), number)
    return item
