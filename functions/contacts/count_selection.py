from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.selections import targets
from shared.selections.models import Counted, Counting


@http("POST", "/contacts/bulk/count", role=Role.STAFF, body=Counting)
def count_selection(request: Request) -> Counted:
    """How many contacts a bulk action or an export at a target would be for now, exactly."""
    wanted: Counting = request.body
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        return Counted(count=targets.count(connection, cipher, wanted.target, is_hidden))
