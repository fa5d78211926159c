from uuid import UUID

from functions.contacts.ingest_chunks import ingest_chunks
from functions.contacts.inspect_import import inspect_import
from shared.contacts import imports, mapping_decision
from shared.contacts.import_models import ImportItem, MappingRequest
from shared.contacts.import_views import Sight
from shared.contacts.ingest import READERS
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/contacts/imports/{import_id}/mapping", role=Role.STAFF, body=MappingRequest, status=202)
def map_import(request: Request, import_id: UUID) -> ImportItem:
    """Confirms which column is which in an import that waits for it, and lets it go on.

    Source and legal basis have to be known by now. A list that looks made up goes on with an Admin's reason.
    """
    member = request.member
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        chunks = mapping_decision.confirm_mapping(
            connection,
            cipher,
            import_id,
            request.body,
            member.member_id,
            is_admin=Role(member.role).includes(Role.ADMIN),
            is_hidden=is_hidden,
        )
        sight = Sight(member.member_id, is_hidden)
        item = imports.get(connection, cipher, import_id, request.language, sight)
    if chunks is None:
        inspect_import.send(str(request.tenant_id), str(import_id))
    for _ in (chunks or [])[:READERS]:
        ingest_chunks.send(str(request.tenant_id), str(import_id))
    return item
