from shared.contacts import contacts
from shared.contacts.models import TagCount
from shared.runtime import Page, Request, Role, http


@http("GET", "/tags", role=Role.STAFF)
def list_tags(request: Request) -> Page[TagCount]:
    """Every tag in use with the number of its contacts, most used first."""
    with request.transaction() as connection:
        return Page(contacts.tags(connection))
