from uuid import UUID

from shared.contacts import import_undo
from shared.contacts.import_models import UndoPreview
from shared.runtime import Request, Role, http


@http("GET", "/contacts/imports/{import_id}/undo-preview", role=Role.STAFF)
def preview_import_undo(request: Request, import_id: UUID) -> UndoPreview:
    """How many contacts an undo would restore, remove and keep."""
    with request.transaction() as connection:
        return import_undo.preview(connection, import_id)
