from shared.runtime import Page, Request, Role, http
from shared.selections import exports
from shared.selections.models import Export, PageQuery


@http("GET", "/contacts/exports", role=Role.ADMIN, query=PageQuery)
def list_exports(request: Request) -> Page[Export]:
    """Exports, newest first."""
    query: PageQuery = request.query
    with request.transaction() as connection:
        return exports.list_page(connection, query.cursor, query.limit, request.language)
