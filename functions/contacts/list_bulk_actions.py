from shared.runtime import Page, Request, Role, http
from shared.selections import bulk
from shared.selections.models import BulkAction, PageQuery


@http("GET", "/contacts/bulk", role=Role.STAFF, query=PageQuery)
def list_bulk_actions(request: Request) -> Page[BulkAction]:
    """Bulk actions, newest first."""
    query: PageQuery = request.query
    with request.transaction() as connection:
        return bulk.list_page(connection, query.cursor, query.limit, request.language)
