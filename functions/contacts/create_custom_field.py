from shared.contacts import custom_fields
from shared.contacts.custom_fields import CustomField, NewCustomField
from shared.runtime import Request, Role, http


@http("POST", "/custom-fields", role=Role.STAFF, body=NewCustomField, status=201)
def create_custom_field(request: Request) -> CustomField:
    """Adds a custom field. Conflict if its label is there already."""
    with request.transaction() as connection:
        return custom_fields.create(connection, request.cipher(connection), request.body)
