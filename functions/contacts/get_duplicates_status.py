from shared.contacts import scanning
from shared.contacts.review_models import ScanState
from shared.runtime import Request, Role, http


@http("GET", "/contacts/duplicates/status", role=Role.STAFF)
def get_duplicates_status(request: Request) -> ScanState:
    """How far the search for similar people is, and how many pairs wait."""
    with request.transaction() as connection:
        return scanning.state(connection)
