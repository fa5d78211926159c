from shared.contacts import custom_fields
from shared.contacts.custom_fields import CustomField
from shared.runtime import Page, Request, Role, http


@http("GET", "/custom-fields", role=Role.STAFF)
def list_custom_fields(request: Request) -> Page[CustomField]:
    """The labels that contacts' custom values stand under, oldest first."""
    with request.transaction() as connection:
        return Page(custom_fields.all_of(connection, request.cipher(connection)))
