from uuid import UUID

from shared.contacts import custom_fields
from shared.runtime import Request, Role, http


@http("DELETE", "/custom-fields/{field_id}", role=Role.ADMIN, status=204)
def delete_custom_field(request: Request, field_id: UUID) -> None:
    """Takes a custom field off the list. Values that contacts have under its label stay with them."""
    with request.transaction() as connection:
        custom_fields.delete(connection, field_id)
