from uuid import UUID

from shared.runtime import Request, Role, http
from shared.selections import bulk
from shared.selections.models import BulkAction


@http("GET", "/contacts/bulk/{bulk_id}", role=Role.STAFF)
def get_bulk_action(request: Request, bulk_id: UUID) -> BulkAction:
    """A bulk action and how far it is."""
    with request.transaction() as connection:
        return bulk.get(connection, bulk_id, request.language)
