from uuid import UUID

from shared.contacts import merging
from shared.contacts.models import MergedContact
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/{contact_id}/merges", role=Role.STAFF)
def list_merges(request: Request, contact_id: UUID) -> Page[MergedContact]:
    """Who is part of a contact, newest first; each can be parted again."""
    with request.transaction() as connection:
        return Page(merging.merges_of(connection, request.cipher(connection), contact_id))
