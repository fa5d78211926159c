from functions.contacts.walk_duplicates import walk_duplicates
from shared.contacts import scanning
from shared.contacts.review_models import ScanState
from shared.runtime import Request, Role, http


@http("POST", "/contacts/duplicates/scan", role=Role.STAFF, status=202)
def scan_duplicates(request: Request) -> ScanState:
    """Looks through everybody for similar people; while it runs already, another call starts nothing."""
    with request.transaction() as connection:
        scan_id = scanning.start_whole(connection)
        state = scanning.state(connection)
    walk_duplicates.send(str(request.tenant_id), str(scan_id))
    return state
