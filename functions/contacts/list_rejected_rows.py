from uuid import UUID

from shared.contacts import rejects
from shared.contacts.import_models import RejectedRowItem, RejectedRowQuery
from shared.contacts.import_views import Sight
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/imports/{import_id}/rejected-rows", role=Role.STAFF, query=RejectedRowQuery)
def list_rejected_rows(request: Request, import_id: UUID) -> Page[RejectedRowItem]:
    """The rows that were not imported, in the file's order, with their reasons. A page is a range of keys."""
    query = request.query
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        sight = Sight(request.member.member_id, sensitive.hidden_from(connection, cipher, request.member))
        return rejects.page(connection, cipher, import_id, query.cursor, query.limit, request.language, sight)
