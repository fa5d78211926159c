from shared.contacts import imports
from shared.contacts.import_models import ImportItem, ImportQuery
from shared.contacts.import_views import Sight
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/imports", role=Role.STAFF, query=ImportQuery)
def list_imports(request: Request) -> Page[ImportItem]:
    """Imports, newest first."""
    query = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        sight = Sight(request.member.member_id, sensitive.hidden_from(connection, cipher, request.member))
        return imports.list_page(connection, cipher, query.cursor, query.limit, request.language, sight)
