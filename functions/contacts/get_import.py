from uuid import UUID

from shared.contacts import imports
from shared.contacts.import_models import ImportItem
from shared.contacts.import_views import Sight
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("GET", "/contacts/imports/{import_id}", role=Role.STAFF)
def get_import(request: Request, import_id: UUID) -> ImportItem:
    """One import: its status, live progress, columns, counts, and what went wrong. One row by its key."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        sight = Sight(request.member.member_id, sensitive.hidden_from(connection, cipher, request.member))
        return imports.get(connection, cipher, import_id, request.language, sight)
