from shared.contacts import contacts
from shared.contacts.models import TagCount
from shared.runtime import Page, Request, Role, http


@http("GET", "/tags", role=Role.STAFF)
def list_tags(request: Request) -> Page[TagCount]:
    """The tags in use with the number of their contacts: the 1,000 most used ones, most used first."""
    with request.transaction() as connection:
        return Page(contacts.tags(connection))
