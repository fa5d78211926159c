from uuid import UUID

from shared.runtime import Request, Role, http
from shared.selections import exports
from shared.selections.models import Export


@http("GET", "/contacts/exports/{export_id}", role=Role.ADMIN)
def get_export(request: Request, export_id: UUID) -> Export:
    """An export and how far it is."""
    with request.transaction() as connection:
        return exports.get(connection, export_id, request.language)
